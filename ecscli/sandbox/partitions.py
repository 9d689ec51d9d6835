"""The partitions of AWS, and their regions, as botocore has them."""

from __future__ import annotations

from functools import cache
from typing import NamedTuple


class Partition(NamedTuple):
    """A partition: the name that ARNs begin with, and the end of its host names."""

    name: str
    suffix: str


@cache
def regions() -> dict[str, Partition]:
    """The partition of every region that botocore knows."""
    from botocore.session import get_session

    endpoints = get_session().get_component("data_loader").load_data("endpoints")
    return {
        region: Partition(one["partition"], one["dnsSuffix"])
        for one in endpoints["partitions"]
        for region in one["regions"]
    }


def partition_of(region: str) -> str:
    return regions()[region].name


def suffix_of(region: str) -> str:
    return regions()[region].suffix

"""READS: the file systems of EFS that a project has made, whether its support stack still has them
or not, and where existing ones are reached."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING

from ecscli.base.documents import Document
from ecscli.base.errors import AwsError, InputError
from ecscli.base.records import field, record
from ecscli.support import names as support
from ecscli.support.storage.model import OF_PROJECT, VOLUME_TAG, VOLUMES_TAG
from ecscli.up.service.names import Names
from ecscli.up.service.network import subnet_rows

if TYPE_CHECKING:
    from ecscli.aws.client import Aws

GOING = ("deleting", "deleted")  # LifeCycleState


@record
class Zones:
    """The availability zones of subnets, by the ids of these, and their VPC."""

    zones: Mapping[str, str] = field(default_factory=dict)
    vpc: str = ""


def read_file_systems(aws: Aws, names: Names) -> list[Document]:
    """The descriptions of all file systems that were made for the project on its cluster, known by
    their tags."""
    rows = aws.pages("efs", "describe_file_systems", "FileSystems")
    return [one for one in rows if _is_of(one, names)]


def _is_of(one: Document, names: Names) -> bool:
    is_there = one.get("LifeCycleState") not in GOING
    return is_there and support.is_of(tags_of(one), names.cluster, names.project)


def tags_of(one: Document) -> dict[str, str]:
    """The tags of a file system by its description."""
    return {row["Key"]: row.get("Value", "") for row in one.get("Tags") or ()}


def name_of(one: Document) -> str:
    """The volume whose own a file system is, OF_PROJECT for the one that volumes share."""
    return tags_of(one).get(VOLUME_TAG, OF_PROJECT)


def volumes_in(one: Document) -> set[str]:
    """The volumes whose data a file system has, as far as its tags name them."""
    tags = tags_of(one)
    names = [tags.get(VOLUME_TAG, ""), *tags.get(VOLUMES_TAG, "").split()]
    return {name.partition("/")[0] for name in names if name}


def by_name(found: Iterable[Document], sought: Sequence[str]) -> dict[str, Document]:
    """The file systems with these names. Raises InputError where there are two of one name, as only
    one of them has the data."""
    known: dict[str, Document] = {}
    for one in found:
        name = name_of(one)
        if name not in sought:
            continue
        if name in known:
            ids = f"{known[name]['FileSystemId']} and {one['FileSystemId']}"
            what = f"volume {name}" if name else "the project"
            raise InputError(
                f"{what} has two file systems, {ids}, and only one of them can be used",
                hint="delete the one that is not needed, or take its tag ecscli:project away",
            )
        known[name] = one
    return known


def read_zones(aws: Aws, subnets: Sequence[str]) -> Zones:
    """The zones of these subnets. Those that do not exist are left out: they have findings of their
    own."""
    rows = subnet_rows(aws, subnets)
    zones = {str(row["SubnetId"]): str(row["AvailabilityZone"]) for row in rows}
    return Zones(zones, str(rows[0]["VpcId"]) if rows else "")


def read_default_group(aws: Aws, vpc: str) -> list[str]:
    """The security group of a VPC that tasks have where none is named."""
    filters = [{"Name": "vpc-id", "Values": [vpc]}, {"Name": "group-name", "Values": ["default"]}]
    rows = aws.pages("ec2", "describe_security_groups", "SecurityGroups", Filters=filters)
    return [str(row["GroupId"]) for row in rows]


def read_mount_targets(aws: Aws, file_systems: Iterable[str]) -> dict[str, list[Document]]:
    """The mount targets of each file system that exists, by its id."""
    ids = list(dict.fromkeys(file_systems))
    found = aws.together(*(partial(_mount_targets, aws, id_) for id_ in ids))
    return {id_: rows for id_, rows in zip(ids, found, strict=True) if rows is not None}


def _mount_targets(aws: Aws, id_: str) -> list[Document] | None:
    """None where there is no such file system, which has a finding of its own."""
    try:
        return list(aws.pages("efs", "describe_mount_targets", "MountTargets", FileSystemId=id_))
    except AwsError as error:
        if error.code != "FileSystemNotFound":
            raise
        return None

"""The name of a region -> whether botocore has it, the nearest one that it has, its partition."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ecscli.base.nearest import did_you_mean

if TYPE_CHECKING:
    from botocore.session import Session

STANDARD = "aws"  # the partition of a region that botocore cannot place


def unknown(region: str) -> str | None:
    """What to do about a region that this version of botocore does not have; None where it has
    it."""
    from botocore.session import Session

    session = Session()
    known = {
        name
        for partition in session.get_available_partitions()
        for name in session.get_available_regions("ecs", partition)
    }
    if not region or region in known:
        return None
    swapped = [name for name in sorted(known) if sorted(name) == sorted(region)]
    nearest = did_you_mean(region, swapped or known) or "for example us-east-1"
    return f'the region "{region}" is not known: {nearest}'


def partition_of(session: Session, region: str) -> str:
    """The partition that a region belongs to: aws, aws-cn, aws-us-gov..."""
    from botocore.exceptions import UnknownRegionError

    try:
        return str(session.get_partition_for_region(region))
    except UnknownRegionError:
        return STANDARD

"""READS: where the file systems of a project are reached: the instances of its cluster, and the
zones of subnets."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ecscli.base.errors import InputError
from ecscli.base.records import record, replace
from ecscli.compose.storage.model import EfsVolume
from ecscli.up.project.storage import (
    ProjectStorage,
    fixed_findings,
    sought_file_systems,
    strayed_findings,
    unreached_findings,
)
from ecscli.up.service.names import Names
from ecscli.up.service.network import listed
from ecscli.up.stack.live import outputs_of
from ecscli.up.support.file_systems import (
    by_name,
    name_of,
    read_file_systems,
    read_mount_targets,
    read_zones,
    volumes_in,
)
from ecscli.up.support.live import LiveSupport
from ecscli.workflows.project import refuse

if TYPE_CHECKING:
    from ecscli.aws.client import Aws


@record
class Instances:
    """The network of the container instances, on which tasks in modes bridge and host mount."""

    subnets: tuple[str, ...] = ()
    security_groups: tuple[str, ...] = ()


def found_again(
    aws: Aws, names: Names, project: ProjectStorage, live: LiveSupport
) -> ProjectStorage:
    """The same with the file systems that are there outside of the support stack, such as those
    that an earlier one has left. Raises InputError where a file system cannot become what is
    asked."""
    sought = sought_file_systems(names, project, live)
    rows = read_file_systems(aws, names) if sought else []
    project = replace(project, found=by_name(rows, sought))
    there = {str(row["FileSystemId"]): (name_of(row), volumes_in(row)) for row in rows}
    refuse([*fixed_findings(names, project, live), *strayed_findings(project, there)])
    return project


def instances_of(aws: Aws, stack_name: str, *, needed: bool = True) -> Instances:
    """The network of the instances of a cluster's stack. Raises InputError where it has none and
    one is `needed`."""
    outputs = outputs_of(aws, stack_name)
    subnets = listed(outputs.get("SubnetIds"))
    if needed and not subnets:
        raise InputError(
            "the subnets of the instances, which mount the volumes, are not known: there is no"
            f" stack {stack_name} in {aws.region} that has some",
            hint="run the tasks in network mode awsvpc, or make the cluster with `ecscli up`",
        )
    return Instances(subnets, listed(outputs.get("SecurityGroupIds")))


def in_zones(aws: Aws, subnets: Sequence[str]) -> tuple[str, dict[str, str]]:
    """The VPC of the subnets, and the first of them in each zone."""
    known = read_zones(aws, subnets)
    found: dict[str, str] = {}
    for subnet in subnets:
        if subnet in known.zones:
            found.setdefault(known.zones[subnet], subnet)
    return known.vpc, found


def check_reach(aws: Aws, volumes: Sequence[EfsVolume], subnets: Sequence[str]) -> None:
    """Raises InputError with each volume on an existing file system that tasks in these subnets
    cannot mount."""
    if not volumes or not subnets:
        return
    (vpc, zones), targets = aws.together(
        lambda: in_zones(aws, subnets),
        lambda: read_mount_targets(aws, [one.existing for one in volumes]),
    )
    refuse(list(unreached_findings(volumes, vpc, zones, targets)))

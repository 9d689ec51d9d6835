"""The volumes of a project in layout services that are kept in EFS -> what the support stack has
for them, and what task definitions name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from ecscli.base.errors import Finding, InputError
from ecscli.base.records import record, replace
from ecscli.compose.layout.networks import GroupNetworks
from ecscli.support.network import network_outputs
from ecscli.support.parts import Part
from ecscli.up.project.network import ProjectNetwork
from ecscli.up.project.storage import (
    StoragePlace,
    fixed_findings,
    moved_findings,
    sought_file_systems,
    stack_part,
    storage_remarks,
    values_of,
    with_ids,
)
from ecscli.up.service.desired import WantedService, WantedTasks, awsvpc_of
from ecscli.up.service.network import listed
from ecscli.up.stack.live import stack
from ecscli.up.support.file_systems import by_name, read_file_systems, read_zones
from ecscli.up.support.live import LiveSupport
from ecscli.workflows.project import names_on_cluster, refuse
from ecscli.workflows.services.planning.network import names_of_networks
from ecscli.workflows.services.planning.stack import LiveAll
from ecscli.workflows.services.planning.wanted import WantedProject
from ecscli.workflows.services.request import ServicesRequest

if TYPE_CHECKING:
    from ecscli.aws.client import Aws

Wanted = Mapping[str, WantedService | WantedTasks]  # by the name of the group
UNKNOWN_VPC, UNKNOWN_SUBNETS = "<vpc>", {"<zone>": "<subnet>"}  # in a plan made without AWS


@record
class PlannedStorage:
    """What the stack has of it, the groups with what their task definitions name, and remarks."""

    part: Part
    groups: Wanted
    remarks: tuple[Finding, ...] = ()


@record
class Instances:
    """The network of the container instances, on which tasks in modes bridge and host mount."""

    subnets: tuple[str, ...] = ()
    security_groups: tuple[str, ...] = ()


def with_found_storage(
    aws: Aws, request: ServicesRequest, wanted: WantedProject, live: LiveSupport
) -> WantedProject:
    """The same with the file systems that are there outside of the support stack, such as those
    that an earlier one has left. Raises InputError where a file system cannot become what is
    asked."""
    names = names_on_cluster(wanted.arrangement.project, request.project.settings)
    sought = sought_file_systems(names, wanted.storage, live)
    found = by_name(read_file_systems(aws, names), sought) if sought else {}
    project = replace(wanted.storage, found=found)
    refuse(list(fixed_findings(names, project, live)))
    return replace(wanted, storage=project)


def plan_storage(
    aws: Aws | None,
    request: ServicesRequest,
    wanted: WantedProject,
    groups: Wanted,
    everything: LiveAll,
) -> PlannedStorage:
    """The storage of the whole project; `aws` None: nothing can be read."""
    names = names_on_cluster(wanted.arrangement.project, request.project.settings)
    project, live = wanted.storage, everything.support
    place = None
    if project.makes:
        place = _place(aws, request, wanted, groups, everything.network)
    part = stack_part(names, project, place, live)
    refuse(list(moved_findings(names, project, live, part)))
    values = values_of(names, project, live, part)
    found = {
        name: replace(one, definition=with_ids(one.definition, values))
        for name, one in groups.items()
    }
    return PlannedStorage(part, found, tuple(storage_remarks(names, project, live, part)))


# ------------------------------------------------------------- where it is reached


def _place(
    aws: Aws | None,
    request: ServicesRequest,
    wanted: WantedProject,
    groups: Wanted,
    network: ProjectNetwork,
) -> StoragePlace:
    """The zones of the tasks and instances that mount, and their security groups. Raises InputError
    where the subnets of the instances are not known."""
    connected = {one.group: one for one in wanted.networks}
    on_instances = [name for name in wanted.storage.mounting if name not in connected]
    instances = Instances()
    if on_instances and aws is not None:
        instances = _instances(aws, request)
    clients = {
        name: _clients(wanted, connected[name], network)
        if name in connected
        else {one: one for one in instances.security_groups}
        for name in wanted.storage.mounting
    }
    if aws is None:
        return StoragePlace(UNKNOWN_VPC, UNKNOWN_SUBNETS, clients)
    subnets = [*_subnets(wanted, groups), *instances.subnets]
    found = read_zones(aws, subnets)
    in_zones: dict[str, str] = {}
    for subnet in subnets:
        if subnet in found.zones:
            in_zones.setdefault(found.zones[subnet], subnet)
    return StoragePlace(found.vpc, in_zones, clients)


def _clients(
    wanted: WantedProject, connected: GroupNetworks, network: ProjectNetwork
) -> dict[str, object]:
    """The security groups of a group's tasks, as the template refers to them."""
    if connected.named:
        given = wanted.storage.security_groups.get(connected.group) or [
            network.groups[str(one)] for one in wanted.network.security_groups
        ]
        return {id_: id_ for id_ in given}
    outputs = network_outputs(names_of_networks(wanted))
    made = {name: {"Fn::GetAtt": [outputs[name], "GroupId"]} for name in connected.networks}
    return {**made, **{str(one): network.groups[str(one)] for one in connected.external}}


def _subnets(wanted: WantedProject, groups: Wanted) -> list[str]:
    """The subnets of the groups that mount; those of others where none of these is meant now."""
    in_awsvpc = {name: awsvpc_of(one.fields).get("subnets") or () for name, one in groups.items()}
    mounting = [in_awsvpc.get(name, ()) for name in wanted.storage.mounting]
    rows: Sequence[Sequence[str]] = mounting if any(mounting) else [*in_awsvpc.values()]
    return list(dict.fromkeys(subnet for row in rows for subnet in row))


def _instances(aws: Aws, request: ServicesRequest) -> Instances:
    name = request.project.settings.stack_name.value or ""
    found = stack(aws, name) if name else None
    outputs = found.outputs if found else {}
    subnets = listed(outputs.get("SubnetIds"))
    if not subnets:
        raise InputError(
            "the subnets of the instances, which mount the volumes, are not known: there is no"
            f" stack {name} in {aws.region} that has some",
            hint="run the tasks in network mode awsvpc, or make the cluster with `ecscli up`",
        )
    return Instances(subnets, listed(outputs.get("SecurityGroupIds")))

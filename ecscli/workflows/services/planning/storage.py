"""The volumes of a project in layout services that are kept in EFS -> what the support stack has
for them, and what task definitions name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from ecscli.base.errors import Finding
from ecscli.base.records import record, replace
from ecscli.compose.layout.networks import GroupNetworks
from ecscli.support.network import network_outputs
from ecscli.support.parts import Part
from ecscli.up.project.network import ProjectNetwork
from ecscli.up.project.storage import (
    StoragePlace,
    moved_findings,
    stack_part,
    storage_remarks,
    values_of,
    with_ids,
)
from ecscli.up.service.desired import WantedService, WantedTasks, awsvpc_of
from ecscli.up.support.live import LiveSupport
from ecscli.workflows.project import refuse
from ecscli.workflows.services.planning.network import names_of_networks
from ecscli.workflows.services.planning.stack import LiveAll
from ecscli.workflows.services.planning.wanted import WantedProject
from ecscli.workflows.services.request import ServicesRequest
from ecscli.workflows.storage.place import (
    Instances,
    check_reach,
    found_again,
    in_zones,
    instances_of,
)

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


def with_found_storage(aws: Aws, wanted: WantedProject, live: LiveSupport) -> WantedProject:
    """The same with the file systems that are there outside of the support stack, such as those
    that an earlier one has left. Raises InputError where a file system cannot become what is
    asked."""
    if live.denied and wanted.storage.makes:
        raise live.denied
    return replace(wanted, storage=found_again(aws, wanted.names, wanted.storage, live))


def plan_storage(
    aws: Aws | None,
    request: ServicesRequest,
    wanted: WantedProject,
    groups: Wanted,
    everything: LiveAll,
) -> PlannedStorage:
    """The storage of the whole project; `aws` None: nothing can be read."""
    names, project, live = wanted.names, wanted.storage, everything.support
    if aws is not None and project.existing:
        check_reach(aws, project.existing, _subnets_of_existing(aws, request, wanted, groups))
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
        instances = instances_of(aws, request.project.settings.stack_name.value or "")
    clients = {
        name: _clients(wanted, connected[name], network)
        if name in connected
        else {one: one for one in instances.security_groups}
        for name in wanted.storage.mounting
    }
    if aws is None:
        return StoragePlace(UNKNOWN_VPC, UNKNOWN_SUBNETS, clients)
    tasks = _subnets(wanted.storage.mounting, groups)
    vpc, subnets = in_zones(aws, [*tasks, *instances.subnets])
    return StoragePlace(vpc, subnets, clients)


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


def _subnets(mounting: Sequence[str], groups: Wanted) -> list[str]:
    """The subnets of the groups that mount; those of others where none of these is meant now."""
    in_awsvpc = {name: awsvpc_of(one.fields).get("subnets") or () for name, one in groups.items()}
    own = [in_awsvpc.get(name, ()) for name in mounting]
    rows: Sequence[Sequence[str]] = own if any(own) else [*in_awsvpc.values()]
    return list(dict.fromkeys(subnet for row in rows for subnet in row))


def _subnets_of_existing(
    aws: Aws, request: ServicesRequest, wanted: WantedProject, groups: Wanted
) -> list[str]:
    """Where tasks mount file systems that files name: their own subnets, or those of the
    instances."""
    connected = {one.group for one in wanted.networks}
    mounting = wanted.storage.groups_with(wanted.storage.existing)
    subnets = _subnets([name for name in mounting if name in connected], groups)
    if connected.issuperset(mounting):
        return subnets
    stack = request.project.settings.stack_name.value or ""
    instances = instances_of(aws, stack, needed=False)
    return [*subnets, *instances.subnets]

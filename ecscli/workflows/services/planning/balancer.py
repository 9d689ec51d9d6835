"""The load balancer of a project in layout services: what is asked of it, where it is made, and the
services behind it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import TYPE_CHECKING

from ecscli.up.balancer.handover import Others, User
from ecscli.up.balancer.network import BalancerQuery
from ecscli.up.project.live import Services
from ecscli.up.service.desired import WantedService, WantedTasks, awsvpc_of
from ecscli.workflows.balancer import RequestedBalancer, Stacks, query_of, with_target_groups
from ecscli.workflows.services.planning.stack import LiveAll
from ecscli.workflows.services.planning.wanted import WantedProject
from ecscli.workflows.services.request import ServicesRequest
from ecscli.workflows.target_groups import Involved

if TYPE_CHECKING:
    from types_boto3_ecs.type_defs import ServiceTypeDef

Wanted = Mapping[str, WantedService | WantedTasks]  # by the name of the group


def requested_balancer(wanted: WantedProject) -> RequestedBalancer:
    """The balancer of the whole project, whichever services are meant."""
    return RequestedBalancer(wanted.names, wanted.balancing, wanted.balanced)


def balancer_query(
    request: ServicesRequest,
    wanted: WantedProject,
    requested: RequestedBalancer,
    groups: Wanted,
    live: LiveAll,
) -> BalancerQuery:
    """What has to be looked up of its network; that of the tasks behind it is known."""
    given = wanted.network.vpc
    vpc = live.network.vpc or (given.id if given else None) or ""
    tasks = [
        str(subnet)
        for group in requested.groups
        if group.name in groups
        for subnet in awsvpc_of(groups[group.name].fields).get("subnets") or ()
    ]
    return query_of(requested, request.project.settings.stack_name.value or "", vpc, tasks)


def involved_in(
    requested: RequestedBalancer,
    groups: Wanted,
    services: Services,
    removed: Collection[str] = (),
    ending: Iterable[ServiceTypeDef] = (),
) -> Involved:
    """The services that are meant, and those that are there beside them: some are `removed`, by
    their names, and some are `ending` with their layout. A task that is run once leaves the service
    beside it as it is."""
    ports = {group.name: group.ports for group in requested.groups}
    users = [
        User(
            one.names.service,
            services.get(one.names.service),
            one.definition,
            ports.get(name, ()),
        )
        for name, one in groups.items()
        if isinstance(one, WantedService)
    ]
    meant = {one.name for one in users}
    rest = {name: one for name, one in services.items() if name not in meant}
    gone = tuple(one for name, one in rest.items() if name in removed)
    stays = tuple(one for name, one in rest.items() if name not in removed)
    return Involved(tuple(users), Others(stays, gone, tuple(ending)))


def behind_balancer(
    requested: RequestedBalancer, groups: Wanted, services: Services, stack: Stacks
) -> Wanted:
    """The groups with their target groups; and let go of where the files do not ask for one any
    more."""
    ports = {group.name: group.ports for group in requested.groups}
    found: dict[str, WantedService | WantedTasks] = dict(groups)
    for name, one in groups.items():
        if isinstance(one, WantedService):
            live = services.get(one.names.service)
            found[name] = with_target_groups(one, requested, ports.get(name, ()), stack, live)
    return found

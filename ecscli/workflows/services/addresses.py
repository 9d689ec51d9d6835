"""The services of a project that run -> the addresses of their published ports, load balancers
first."""

from __future__ import annotations

from collections.abc import Generator, Iterable, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING

from ecscli.base.records import replace
from ecscli.compose.layout.arrangement.names import clean
from ecscli.up.model import Event
from ecscli.up.service.desired import WantedService
from ecscli.up.service.names import Names
from ecscli.up.tasks.addresses import Address, of_running
from ecscli.up.tasks.surroundings import collect
from ecscli.workflows.containers.addresses import (
    Reached,
    balancers_first,
    chosen,
    is_published,
    lines_of,
    of_balancers,
    offers,
    tolerant,
)
from ecscli.workflows.project import Connect, ProjectRequest
from ecscli.workflows.service.deployment import Deployed
from ecscli.workflows.services.live import chosen_services
from ecscli.workflows.services.members import load_arrangement

if TYPE_CHECKING:
    from types_boto3_ecs.type_defs import ServiceTypeDef, TaskTypeDef

    from ecscli.aws.client import Aws


def find(
    connect: Connect, request: ProjectRequest, service: str | None = None, port: int | None = None
) -> Reached:
    """Where the project is reached, or one of its services, or one port in a container. Raises
    InputError where nothing of it has an address, and what kept it from looking."""
    arrangement = load_arrangement(request)
    meant = [service] if service else []
    live = chosen_services(connect, request, arrangement, meant)
    names = Names(arrangement.project.name, request.settings.need_cluster())
    reached = of_services(connect(), names.cluster, [one.service for one in live])
    return chosen(names, reached, clean(service) if service else None, port)


def of_services(aws: Aws, cluster: str, services: Sequence[ServiceTypeDef]) -> Reached:
    """The addresses of these services: of their load balancers, then of their tasks."""
    owners = {f"service:{one['serviceName']}" for one in services}

    def is_ours(task: TaskTypeDef) -> bool:
        return task.get("group", "") in owners

    (tasks, around), balanced = aws.together(
        lambda: collect(aws, cluster, ("RUNNING",), is_ours), lambda: balancers_of(aws, services)
    )
    addresses = balancers_first(balanced, of_running(tasks, around))
    return Reached(addresses, (*balanced.unread, *around.unread))


def balancers_of(aws: Aws, services: Iterable[ServiceTypeDef]) -> Reached:
    """The addresses of the load balancers of these services."""
    balanced = [one for one in services if one.get("loadBalancers")]
    found = aws.together(*(partial(of_balancers, aws, one) for one in balanced))
    addresses = [address for one in found for address in one.addresses]
    unread = [problem for one in found for problem in one.unread]
    hidden = frozenset(one for each in found for one in each.hidden)
    return Reached(tuple(addresses), tuple(dict.fromkeys(unread)), hidden)


# ------------------------------------------------------------------- at the end of an `up`


def announced(
    aws: Aws, project: Names, wanted: Mapping[str, WantedService], done: Sequence[Deployed]
) -> Generator[Event, None, tuple[Deployed, ...]]:
    """The services with the addresses of the ports that their files publish, an event for each
    address; `wanted`: by the names of the services."""
    offered = [one for one in done if _offers(one, wanted)]
    if not offered:
        return tuple(done)
    services = [one.service for one in offered]
    reached = yield from tolerant(lambda: of_services(aws, project.cluster, services))
    found = {one.names.service: _own(wanted[one.names.service], reached) for one in offered}
    addresses = [address for own in found.values() for address in own]
    yield from lines_of(project, addresses)
    return tuple(replace(one, addresses=found.get(one.names.service, ())) for one in done)


def _offers(one: Deployed, wanted: Mapping[str, WantedService]) -> bool:
    found = wanted.get(one.names.service)
    return found is not None and offers(found)


def _own(wanted: WantedService, reached: Reached) -> tuple[Address, ...]:
    """The addresses that are of the containers of a service, and published."""
    containers = {one["name"] for one in wanted.definition["containerDefinitions"]}
    own = [address for address in reached.addresses if address.container in containers]
    return tuple(address for address in own if is_published(address, wanted.published))

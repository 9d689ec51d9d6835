"""A project that runs -> the addresses of its published ports, load balancers first."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from ecscli.aws.errors import is_foreign, is_session_over
from ecscli.base.errors import EcsCliError, Finding, InputError
from ecscli.base.records import record
from ecscli.up.diagnosis.unread import Unread, incomplete
from ecscli.up.model import Event
from ecscli.up.service.live import describe_service
from ecscli.up.service.names import Names
from ecscli.up.tasks.addresses import Address, of_running
from ecscli.up.tasks.listeners import listener_addresses
from ecscli.up.tasks.live import of_project
from ecscli.up.tasks.surroundings import around, collect
from ecscli.workflows.events import warning
from ecscli.workflows.project import Connect, ProjectRequest, compose_command, load_names

if TYPE_CHECKING:
    from types_boto3_ecs.type_defs import ServiceTypeDef, TaskTypeDef

    from ecscli.aws.client import Aws
    from ecscli.up.service.desired import Published, WantedService, WantedTasks

LISTENERS = "listeners of load balancers"
MOST_LINES = 8


@record
class Reached:
    """`addresses` of what runs, those of load balancers first; `unread`: what could not be read,
    and `hidden` the containers, each with its port, that are behind a load balancer whose addresses
    are among that."""

    addresses: tuple[Address, ...]
    unread: tuple[Unread, ...] = ()
    hidden: frozenset[tuple[str, int]] = frozenset()


def find(
    connect: Connect, request: ProjectRequest, service: str | None = None, port: int | None = None
) -> Reached:
    """Where the project is reached, or one of its services, or one port in a container. Raises
    InputError where nothing of it has an address, and what kept it from looking."""
    names = load_names(request)
    return chosen(names, read(connect(), names), service, port)


def chosen(names: Names, reached: Reached, service: str | None, port: int | None) -> Reached:
    """The addresses of one service, or of one port in a container. Raises InputError where there
    are none, and what kept us from looking."""
    found = tuple(
        address
        for address in reached.addresses
        if service in (None, address.container) and port in (None, address.container_port)
    )
    if not found and reached.unread:
        raise incomplete(reached.unread)
    if not found:
        raise _no_address(names, reached, service, port)
    return Reached(found, reached.unread)


def read(aws: Aws, names: Names) -> Reached:
    """The addresses of the service of a project, else those of its tasks."""
    service = describe_service(aws, names)
    if service is not None and service.get("status") != "INACTIVE":
        found = of_service(aws, names, service)
        if found.addresses or found.unread:
            return found
    return _listed(aws, names, family=names.family)


def of_service(aws: Aws, names: Names, service: ServiceTypeDef) -> Reached:
    """The addresses of a service: of its load balancers, then of its tasks."""
    balanced, direct = aws.together(
        lambda: of_balancers(aws, service),
        lambda: _listed(aws, names, serviceName=names.service),
    )
    addresses = balancers_first(balanced, direct.addresses)
    return Reached(addresses, (*balanced.unread, *direct.unread))


def balancers_first(balanced: Reached, direct: Iterable[Address]) -> tuple[Address, ...]:
    """Both; a port behind a load balancer is reached there alone, also where its address could not
    be read."""
    known = {(one.container, one.container_port) for one in balanced.addresses} | balanced.hidden
    others = (one for one in direct if (one.container, one.container_port) not in known)
    return (*balanced.addresses, *others)


def of_balancers(aws: Aws, service: ServiceTypeDef) -> Reached:
    """The addresses of the load balancers of a service."""
    try:
        return Reached(tuple(listener_addresses(aws, service)))
    except EcsCliError as error:
        rows = service.get("loadBalancers") or ()
        hidden = frozenset(
            (row.get("containerName", ""), row.get("containerPort", 0)) for row in rows
        )
        return Reached((), (Unread(LISTENERS, error),), hidden)


def of_tasks(aws: Aws, names: Names, tasks: Sequence[TaskTypeDef]) -> Reached:
    """The addresses of tasks that were read already."""
    found = around(aws, names.cluster, tasks)
    return Reached(tuple(of_running(tasks, found)), found.unread)


def _listed(aws: Aws, names: Names, **chosen: str) -> Reached:
    """Those of running tasks, by their service or by their family."""

    def is_ours(task: TaskTypeDef) -> bool:
        return "serviceName" in chosen or of_project(task, names)

    tasks, found = collect(aws, names.cluster, ("RUNNING",), is_ours, **chosen)
    return Reached(tuple(of_running(tasks, found)), found.unread)


# ------------------------------------------------------------------- at the end of an `up`


def announced(
    wanted: WantedService | WantedTasks, read: Callable[[], Reached]
) -> Generator[Event, None, tuple[Address, ...]]:
    """Where the published ports of what was started are reached: an event each, and as data."""
    if not offers(wanted):
        return ()
    reached = yield from tolerant(read)
    addresses = tuple(one for one in reached.addresses if is_published(one, wanted.published))
    yield from lines_of(wanted.names, addresses)
    return addresses


def offers(wanted: WantedService | WantedTasks) -> bool:
    """Whether clients can reach anything of it: a published port, or one behind a balancer."""
    return bool(wanted.published or wanted.fields.get("loadBalancers"))


def tolerant(read: Callable[[], Reached]) -> Generator[Event, None, Reached]:
    """What can be read: addresses are an addition, so that what cannot is a warning."""
    try:
        reached = read()
    except EcsCliError as error:
        reached = Reached((), (Unread("addresses", error),))
    for what, problem in reached.unread:
        if is_session_over(problem) or is_foreign(problem):
            raise problem
        yield warning(Finding(f"{what} could not be looked up: {next(problem.lines())}"))
    return reached


def is_published(address: Address, published: Published) -> bool:
    """Whether the files publish the port: one that they only expose gets a port of the host too."""
    return address.is_balanced or (address.container_port, address.protocol) in published


def lines_of(names: Names, addresses: Sequence[Address]) -> Iterator[Event]:
    """A line for each of the first addresses, and how to get the others."""
    found = list(dict.fromkeys((one.container, one.container_port, one.url) for one in addresses))
    for container, port, url in found[:MOST_LINES]:
        yield Event(f"{container}:{port} is published at {url}")
    if len(found) > MOST_LINES:
        command = compose_command(names, "open --output json")
        yield Event(f"and {len(found) - MOST_LINES} more: `{command}`")


def _no_address(
    names: Names, reached: Reached, service: str | None, port: int | None
) -> InputError:
    """Nothing is there, or nothing of what was asked for."""
    if reached.addresses:
        known = sorted({f"{one.container}:{one.container_port}" for one in reached.addresses})
        asked = f"service {service}" if service else f"port {port}"
        return InputError(
            f"{asked} of {names.project} has no address", hint=f"there are {', '.join(known)}"
        )
    return InputError(
        f"no running container of {names.project} publishes a port in cluster {names.cluster}",
        hint="publish one with ports: in the Compose file, and see what runs with"
        f" `{compose_command(names, 'ps')}`",
    )

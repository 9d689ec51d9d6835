"""A project that runs -> the addresses of its published ports, load balancers first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ecscli.base.errors import EcsCliError, InputError
from ecscli.base.records import record
from ecscli.up.diagnosis.unread import Unread, incomplete
from ecscli.up.service.live import describe_service
from ecscli.up.service.names import Names
from ecscli.up.tasks.addresses import Address, addresses
from ecscli.up.tasks.listeners import listener_addresses
from ecscli.up.tasks.live import of_project
from ecscli.up.tasks.surroundings import collect
from ecscli.workflows.project import Connect, ProjectRequest, compose_command, load_names

if TYPE_CHECKING:
    from types_boto3_ecs.type_defs import ServiceTypeDef, TaskTypeDef

    from ecscli.aws.client import Aws

LISTENERS = "listeners of load balancers"


@record
class Reached:
    """`addresses` of what runs, those of load balancers first; `unread`: what could not be read."""

    addresses: tuple[Address, ...]
    unread: tuple[Unread, ...] = ()


def find(
    connect: Connect, request: ProjectRequest, service: str | None = None, port: int | None = None
) -> Reached:
    """Where the project is reached, or one of its services, or one port in a container. Raises
    InputError where nothing of it has an address, and what kept it from looking."""
    names = load_names(request)
    reached = read(connect(), names)
    chosen = tuple(
        address
        for address in reached.addresses
        if service in (None, address.container) and port in (None, address.container_port)
    )
    if not chosen and reached.unread:
        raise incomplete(reached.unread)
    if not chosen:
        raise _no_address(names, reached, service, port)
    return Reached(chosen, reached.unread)


def read(aws: Aws, names: Names) -> Reached:
    """The addresses of the service of a project, else those of its tasks."""
    service = describe_service(aws, names)
    if service is not None and service.get("status") != "INACTIVE":
        (balanced, unread), direct = aws.together(
            lambda: _balanced(aws, service),
            lambda: _of_tasks(aws, names, serviceName=names.service),
        )
        if balanced or direct.addresses:
            addresses = (*balanced, *direct.addresses)
            return Reached(addresses, (*unread, *direct.unread))
    return _of_tasks(aws, names, family=names.family)


def _balanced(aws: Aws, service: ServiceTypeDef) -> tuple[list[Address], tuple[Unread, ...]]:
    try:
        return listener_addresses(aws, service), ()
    except EcsCliError as error:
        return [], (Unread(LISTENERS, error),)


def _of_tasks(aws: Aws, names: Names, **chosen: str) -> Reached:
    """Those of running tasks, by their service or by their family."""

    def is_ours(task: TaskTypeDef) -> bool:
        return "serviceName" in chosen or of_project(task, names)

    tasks, around = collect(aws, names.cluster, ("RUNNING",), is_ours, **chosen)
    found = [
        address
        for task in tasks
        for container in task.get("containers", ())
        for address in addresses(task, container, around)
    ]
    return Reached(tuple(address for address in found if address.is_known), around.unread)


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

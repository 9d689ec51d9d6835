"""The containers of a project's tasks, or of its service's, running and lately stopped."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ecscli.base.errors import AwsError, EcsCliError, InputError
from ecscli.base.records import record, replace
from ecscli.up.diagnosis.unread import Unread
from ecscli.up.service.live import describe_service, no_service
from ecscli.up.service.names import Names
from ecscli.up.tasks.addresses import Address, of_running
from ecscli.up.tasks.live import of_project
from ecscli.up.tasks.surroundings import Surroundings, collect
from ecscli.up.tasks.table import ContainerRow, rows
from ecscli.workflows.containers.addresses import Reached, balancers_first, of_balancers
from ecscli.workflows.project import Connect, ProjectRequest, load_names

STATUSES = ("RUNNING", "STOPPED")

if TYPE_CHECKING:
    from types_boto3_ecs.type_defs import TaskTypeDef

    from ecscli.aws.client import Aws


@record
class Listing:
    """Tasks as ECS describes them, a row for each of their containers, where their published ports
    are reached, and what could not be read."""

    names: Names
    tasks: tuple[TaskTypeDef, ...]
    rows: tuple[ContainerRow, ...]
    addresses: tuple[Address, ...]
    unread: tuple[Unread, ...]


def of_tasks(connect: Connect, request: ProjectRequest, desired_status: str | None) -> Listing:
    """The containers of the tasks of `compose up`, `scale` and `run`."""
    statuses, names = statuses_of(desired_status), load_names(request)

    def is_ours(task: TaskTypeDef) -> bool:
        return of_project(task, names)

    found = collect(connect(), names.cluster, statuses, is_ours, family=names.family)
    return _listing(names, found, Reached(()))


def of_service(connect: Connect, request: ProjectRequest, desired_status: str | None) -> Listing:
    """The containers of the tasks of the service. Raises InputError where it is not there."""
    statuses, names, aws = statuses_of(desired_status), load_names(request), connect()
    found, balanced = aws.together(
        lambda: _of_service(aws, names, statuses), lambda: _balanced(aws, names)
    )
    return _listing(names, found, balanced)


def _of_service(
    aws: Aws, names: Names, statuses: Sequence[str]
) -> tuple[Sequence[TaskTypeDef], Surroundings]:
    try:
        return collect(aws, names.cluster, statuses, serviceName=names.service)
    except AwsError as error:
        if error.code != "ServiceNotFoundException":
            raise
        raise no_service(names) from error


def _balanced(aws: Aws, names: Names) -> Reached:
    """The addresses of the service's load balancers."""
    try:
        service = describe_service(aws, names)
    except EcsCliError as error:
        return Reached((), (Unread("the service", error),))
    return of_balancers(aws, service) if service else Reached(())


def statuses_of(desired: str | None) -> Sequence[str]:
    """The desired statuses to list, running ones first."""
    if desired and desired not in STATUSES:
        raise InputError(
            f"{desired} is not a valid value for desired status. Please use RUNNING or STOPPED.",
            "--desired-status",
        )
    return (desired,) if desired else STATUSES


def _listing(
    names: Names, found: tuple[Sequence[TaskTypeDef], Surroundings], balanced: Reached
) -> Listing:
    tasks, around = found
    return Listing(
        names,
        tuple(tasks),
        tuple(with_balancers(row, balanced) for row in rows(tasks, around)),
        balancers_first(balanced, of_running(tasks, around)),
        (*balanced.unread, *around.unread),
    )


def with_balancers(row: ContainerRow, balanced: Reached) -> ContainerRow:
    """The row of a container with an address, those of its load balancers first; a port behind one
    is reached there alone."""
    own = [one for one in balanced.addresses if one.container == row.container]
    if not own or not row.urls:
        return row
    places = {f"->{one.container_port}/{one.protocol}": one.url for one in reversed(own)}
    direct = [text for text in row.ports.split(", ") if not text.endswith(tuple(places))]
    reached = [f"{url} {place.replace('->', '-> ')}" for place, url in places.items()]
    urls = (*(one.url for one in own), *row.urls)
    return replace(row, urls=urls, ports=", ".join([*reached, *direct]))

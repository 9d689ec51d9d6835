"""The containers of a project's tasks, or of its service's, running and lately stopped."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ecscli.base.errors import AwsError, InputError
from ecscli.base.records import record
from ecscli.up.diagnosis.unread import Unread
from ecscli.up.service.live import no_service
from ecscli.up.tasks.live import of_project
from ecscli.up.tasks.surroundings import Surroundings, collect
from ecscli.up.tasks.table import ContainerRow, rows
from ecscli.workflows.project import Connect, ProjectRequest, load_names

STATUSES = ("RUNNING", "STOPPED")

if TYPE_CHECKING:
    from types_boto3_ecs.type_defs import TaskTypeDef


@record
class Listing:
    """Tasks as ECS describes them, a row for each of their containers, and what could not be
    read."""

    tasks: tuple[TaskTypeDef, ...]
    rows: tuple[ContainerRow, ...]
    unread: tuple[Unread, ...]


def of_tasks(connect: Connect, request: ProjectRequest, desired_status: str | None) -> Listing:
    """The containers of the tasks of `compose up`, `scale` and `run`."""
    statuses, names = _statuses(desired_status), load_names(request)

    def is_ours(task: TaskTypeDef) -> bool:
        return of_project(task, names)

    return _listing(collect(connect(), names.cluster, statuses, is_ours, family=names.family))


def of_service(connect: Connect, request: ProjectRequest, desired_status: str | None) -> Listing:
    """The containers of the tasks of the service. Raises InputError where it is not there."""
    statuses, names = _statuses(desired_status), load_names(request)
    try:
        found = collect(connect(), names.cluster, statuses, serviceName=names.service)
    except AwsError as error:
        if error.code != "ServiceNotFoundException":
            raise
        raise no_service(names) from error
    return _listing(found)


def _statuses(desired: str | None) -> Sequence[str]:
    """The desired statuses to list, running ones first."""
    if desired and desired not in STATUSES:
        raise InputError(
            f"{desired} is not a valid value for desired status. Please use RUNNING or STOPPED.",
            "--desired-status",
        )
    return (desired,) if desired else STATUSES


def _listing(found: tuple[Sequence[TaskTypeDef], Surroundings]) -> Listing:
    tasks, around = found
    return Listing(tuple(tasks), tuple(rows(tasks, around)), tuple(around.unread))

"""The containers of a cluster's tasks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ecscli.base.errors import EcsCliError, InputError
from ecscli.base.records import record
from ecscli.up.diagnosis.unread import incomplete
from ecscli.up.stack import live
from ecscli.up.tasks import table
from ecscli.up.tasks.surroundings import collect

if TYPE_CHECKING:
    from ecscli.aws.client import Aws

STATUSES = ("RUNNING", "STOPPED")


@record
class Containers:
    """`problem`: what could not be read, where the rows are incomplete."""

    rows: Sequence[table.ContainerRow]
    problem: EcsCliError | None


def containers(aws: Aws, desired_status: str | None) -> Containers:
    """A row for each container of the cluster, running and lately stopped, or of one desired status
    alone. Raises InputError for another status, and where there is no such cluster."""
    if desired_status and desired_status not in STATUSES:
        message = f'"{desired_status}" is not a status'
        raise InputError(message, "--desired-status", "RUNNING or STOPPED")
    cluster = aws.settings.need_cluster()
    wanted = (desired_status,) if desired_status else STATUSES
    _, (tasks, around) = aws.together(
        lambda: live.active_cluster(aws, cluster), lambda: collect(aws, cluster, wanted)
    )
    problem = incomplete(around.unread) if around.unread else None
    return Containers(table.rows(tasks, around), problem)

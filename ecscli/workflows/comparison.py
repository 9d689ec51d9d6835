"""What is live, for a plan: a plan that is only shown needs neither a cluster nor credentials, and
reports what it could not compare."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from ecscli.aws.errors import NO_CREDENTIALS
from ecscli.base.errors import AccessError, AwsError, EcsCliError, Finding
from ecscli.workflows.request import TaskRequest

T = TypeVar("T")
NO_CLUSTER = "ClusterNotFoundException"


def compared(request: TaskRequest, read: Callable[[], T], nothing: T) -> tuple[T, Finding | None]:
    """What `read` finds; where a plan is only shown and there is nothing to read from, `nothing`,
    and a notice."""
    try:
        return read(), None
    except EcsCliError as error:
        notice = _notice(error, request.project.settings.cluster.value or "")
        if notice is None or not request.dry_run:
            raise
        return nothing, notice


def _notice(error: EcsCliError, cluster: str) -> Finding | None:
    """Why nothing could be compared; None of an error that is not about that."""
    effect = "nothing could be compared or looked up, and everything is planned as new"
    if isinstance(error, AwsError) and error.code == NO_CLUSTER:
        return Finding(f"there is no cluster {cluster}: {effect}", None, error.hint)
    if isinstance(error, AccessError) and error.code == NO_CREDENTIALS:
        return Finding(f"{error.message}: {effect}", None, error.hint)
    return None

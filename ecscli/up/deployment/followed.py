"""One service on its way to a goal: each look at it gives Events, the last one its ServiceOutcome.

A deployment is followed by its own id. One that ECS takes back is a failure, reported when the
rollback has come to its own end.
"""

from __future__ import annotations

from collections.abc import Iterator
from enum import Enum
from typing import TYPE_CHECKING

from ecscli.base.records import mutable, record, replace
from ecscli.up.deployment.progress import (
    Progress,
    begin,
    deployment_line,
    new_counts,
    new_events,
    tasks_left,
)
from ecscli.up.deployment.state import (
    deployment_of,
    has_count,
    is_done,
    is_ended,
    is_rollback,
    primary,
    primary_id,
    revision_of,
)
from ecscli.up.deployment.targets import TargetWatch
from ecscli.up.deployment.trouble import find_delay, find_trouble, find_trouble_of_count
from ecscli.up.model import Event

if TYPE_CHECKING:
    from types_boto3_ecs.type_defs import ServiceTypeDef

    from ecscli.aws.client import Aws


class Goal(Enum):
    """What a service is followed to."""

    DEPLOYED = "its newest deployment is complete, and its tasks run"
    COUNTED = "as many tasks run as it wants"
    GONE = "it is deleted, with all its tasks"


@record
class ServiceOutcome:
    """The end of a wait. `trouble` is empty where the goal was reached; `service` is its last known
    state.

    `deployment` is the id of the one that was followed, and that failed where there is trouble.
    """

    trouble: str = ""
    service: ServiceTypeDef | None = None
    deployment: str | None = None

    @property
    def ok(self) -> bool:
        return not self.trouble


@mutable
class Followed:
    """One service on its way; `failed` is the outcome of its deployment while ECS rolls it back.
    `label`: what its events are marked with, where several services are followed. `is_new`: nobody
    has looked at it yet."""

    goal: Goal
    deployment: str | None
    seen: Progress
    last: ServiceTypeDef
    targets: TargetWatch
    label: str = ""
    failed: ServiceOutcome | None = None
    outcome: ServiceOutcome | None = None
    is_new: bool = True

    @property
    def name(self) -> str:
        return str(self.last["serviceName"])

    @property
    def arn(self) -> str:
        return str(self.last["serviceArn"])

    @property
    def has_started(self) -> bool:
        """Whether a task of the deployment that is followed runs."""
        ours = deployment_of(self.last, self.deployment)
        return self.failed is None and ours.get("runningCount", 0) > 0


def followed_to(goal: Goal, aws: Aws, first: ServiceTypeDef, label: str = "") -> Followed:
    """A service that nothing is known of but `first`, the answer of the call that changed it; for
    GONE it may be the service as it was before.

    What became of an earlier deployment is no part of a change of the count; one under way is
    followed to its end, but for a count of zero, which needs none of its tasks.
    """
    if goal is Goal.COUNTED and first.get("desiredCount") and not is_ended(first):
        goal = Goal.DEPLOYED
    if goal is Goal.GONE and first.get("status") == "ACTIVE":
        first = {**first, "status": "DRAINING"}
    seen, targets = begin(first, aws.clock()), TargetWatch(aws)
    one = Followed(goal, primary_id(first), seen, first, targets, label)
    if goal is Goal.DEPLOYED and is_rollback(first, primary(first) or {}):
        one.failed = ServiceOutcome("the deployment before failed", first)
    return one


# ------------------------------------------------------------- one look


def look(
    one: Followed, service: ServiceTypeDef | None, now: float, minutes: float
) -> Iterator[Event]:
    """What is new of a service, None where it could not be read; its outcome, where it has come to
    one. `minutes` is the longest time without progress."""
    one.is_new = False
    for event in _look(one, service, now, minutes):
        fields = {"service": one.label, **event.fields} if one.label else event.fields
        yield replace(event, fields=fields)


def _look(
    one: Followed, service: ServiceTypeDef | None, now: float, minutes: float
) -> Iterator[Event]:
    trouble = ""
    if service is not None:
        one.last = service
        yield from _report(one, service, now)
        if _has_arrived(one, service):
            yield from _arrive(one)
            return
        trouble = _find_trouble(one, service, now)
    trouble = trouble or find_delay(service, one.deployment, one.seen, now, minutes)
    if trouble:
        yield from _fail(one, trouble, now)


def _report(one: Followed, service: ServiceTypeDef, now: float) -> Iterator[Event]:
    if one.goal is Goal.GONE and is_gone(service):
        return
    yield from new_events(service, one.seen)
    match one.goal:
        case Goal.GONE:
            yield from tasks_left(service, one.seen, now)
        case Goal.COUNTED:
            yield from new_counts(service, None, one.seen, now)
        case Goal.DEPLOYED:
            yield from new_counts(service, one.deployment, one.seen, now)
            yield from one.targets.changes(service, settled=is_done(service, one.deployment))


def _has_arrived(one: Followed, service: ServiceTypeDef) -> bool:
    match one.goal:
        case Goal.GONE:
            return is_gone(service)
        case Goal.COUNTED:
            return has_count(service)
        case Goal.DEPLOYED:
            return is_done(service, one.deployment)


def is_gone(service: ServiceTypeDef) -> bool:
    """Whether ECS has deleted the service, with all its tasks."""
    return service.get("status") == "INACTIVE"


def _arrive(one: Followed) -> Iterator[Event]:
    """The goal is reached; of a rollback that is the end of a deployment that failed."""
    if one.failed is not None:
        end = f"ECS has rolled back to {_revision(one)}, which runs"
        one.outcome = _after_rollback(one, one.failed, end)
        return
    one.outcome = ServiceOutcome("", one.last, one.deployment)
    if one.goal is not Goal.GONE:
        counts = {
            "desiredCount": one.last.get("desiredCount"),
            "runningCount": one.last.get("runningCount"),
        }
        yield Event("ECS Service has reached a stable state", "done", counts)


def _find_trouble(one: Followed, service: ServiceTypeDef, now: float) -> str:
    match one.goal:
        case Goal.GONE:
            return ""
        case Goal.COUNTED:
            return find_trouble_of_count(service, one.seen, now)
        case Goal.DEPLOYED:
            return find_trouble(service, one.deployment, one.seen, now)


def _fail(one: Followed, trouble: str, now: float) -> Iterator[Event]:
    """The goal cannot be reached; where ECS takes the deployment back, that is followed too."""
    outcome = ServiceOutcome(trouble, one.last, one.deployment)
    if one.failed is not None:
        end = f"the rollback to {_revision(one)} has not ended well: {trouble}"
        one.outcome = _after_rollback(one, one.failed, end)
    elif one.goal is Goal.DEPLOYED and _is_taken_back(outcome):
        yield Event(f"The deployment failed, and ECS rolls back to {_revision(one)}", "warning")
        one.failed, one.deployment = outcome, primary_id(one.last)
        one.seen = begin(one.last, now)
    else:
        one.outcome = outcome


def _is_taken_back(outcome: ServiceOutcome) -> bool:
    """Whether ECS has replaced the deployment that failed by its own rollback."""
    service = outcome.service or {}
    current = primary(service) or {}
    is_another = current.get("id") not in (None, outcome.deployment)
    return is_another and is_rollback(service, current)


def _after_rollback(one: Followed, failed: ServiceOutcome, end: str) -> ServiceOutcome:
    return ServiceOutcome(f"{failed.trouble}; {end}", one.last, failed.deployment)


def _revision(one: Followed) -> str:
    return revision_of(primary(one.last) or {})


def lines_of(one: Followed, now: float) -> Iterator[str]:
    """The picture of the moment for a terminal; none of a service that has come to its end."""
    if one.outcome is None and one.goal is not Goal.GONE:
        prefix = f"{one.label}: " if one.label else ""
        elapsed = now - one.seen.start
        targets = "".join(f"; {line}" for line in one.targets.lines())
        yield prefix + deployment_line(one.last, one.deployment, elapsed) + targets

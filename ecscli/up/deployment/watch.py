"""A deployment followed by its own id, and a service that is being deleted: Events on the way, a
ServiceOutcome at the end."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from typing import TYPE_CHECKING

from ecscli.aws.client import SERVICES
from ecscli.aws.errors import transient
from ecscli.base.errors import AwsError
from ecscli.base.records import record
from ecscli.up.deployment.progress import (
    Progress,
    begin,
    deployment_lines,
    new_counts,
    new_events,
    tasks_left,
)
from ecscli.up.deployment.state import (
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


def follow_service(
    aws: Aws, cluster: str, first: ServiceTypeDef, minutes: float
) -> Generator[Event, None, ServiceOutcome]:
    """Follow the PRIMARY deployment of `first`, a change's own answer, until it is COMPLETED and
    its tasks run.

    `minutes` is the longest time without progress, which is a new best count of tasks that run. A
    deployment that ECS takes back is trouble as well, reported when the rollback has come to its
    own end.
    """
    if is_rollback(first, primary(first) or {}):
        outcome = ServiceOutcome("the deployment before failed", first)
    else:
        outcome = yield from _follow_deployment(aws, cluster, first, minutes)
    if outcome.ok:
        yield _stable(outcome)
        return outcome
    if not is_taken_back(outcome):
        return outcome
    return (yield from _follow_rollback(aws, cluster, outcome, minutes))


def is_taken_back(outcome: ServiceOutcome) -> bool:
    """Whether ECS has replaced the deployment that failed by its own rollback."""
    service = outcome.service or {}
    current = primary(service) or {}
    is_another = current.get("id") not in (None, outcome.deployment)
    return is_another and is_rollback(service, current)


def _follow_rollback(
    aws: Aws, cluster: str, failed: ServiceOutcome, minutes: float
) -> Generator[Event, None, ServiceOutcome]:
    """The trouble of the deployment that failed, and how the rollback has ended."""
    service = failed.service or {}
    revision = revision_of(primary(service) or {})
    yield Event(f"The deployment failed, and ECS rolls back to {revision}", "warning")
    back = yield from _follow_deployment(aws, cluster, service, minutes)
    if back.ok:
        end = f"ECS has rolled back to {revision}, which runs"
    else:
        end = f"the rollback to {revision} has not ended well: {back.trouble}"
    return ServiceOutcome(f"{failed.trouble}; {end}", back.service, failed.deployment)


def _stable(outcome: ServiceOutcome) -> Event:
    found = outcome.service or {}
    counts = {"desiredCount": found.get("desiredCount"), "runningCount": found.get("runningCount")}
    return Event("ECS Service has reached a stable state", "done", counts)


def _follow_deployment(
    aws: Aws, cluster: str, first: ServiceTypeDef, minutes: float
) -> Generator[Event, None, ServiceOutcome]:
    """One deployment, the PRIMARY one of `first`, to its end."""
    deployment = primary_id(first)
    seen, last, targets = begin(first, aws.clock()), first, TargetWatch(aws)
    samples = aws.poll(
        _fetcher(aws, cluster, first), lambda state: is_done(state, deployment), SERVICES
    )
    for service in samples:
        now, trouble = aws.clock(), ""
        if service is not None:
            last = service
            yield from _report(service, deployment, seen, targets, now)
            if is_done(service, deployment):
                break
            trouble = find_trouble(service, deployment, seen, now)
        trouble = trouble or find_delay(service, deployment, seen, now, minutes)
        if trouble:
            return ServiceOutcome(trouble, last, deployment)
    return ServiceOutcome("", last, deployment)


def _report(
    service: ServiceTypeDef,
    deployment: str | None,
    seen: Progress,
    targets: TargetWatch,
    now: float,
) -> Iterator[Event]:
    """What is new in a sample, and the live picture for a terminal."""
    yield from new_events(service, seen)
    yield from new_counts(service, deployment, seen, now)
    yield from targets.changes(service, settled=is_done(service, deployment))
    lines = [*deployment_lines(service, deployment, now - seen.start), *targets.lines()]
    yield Event("", "live", {"lines": lines})


def follow_count(
    aws: Aws, cluster: str, first: ServiceTypeDef, minutes: float
) -> Generator[Event, None, ServiceOutcome]:
    """Follow a change of the count alone until as many tasks run as it asked for.

    What became of an earlier deployment is no part of it; one under way is followed to its end,
    but for a count of zero, which needs none of its tasks.
    """
    if first.get("desiredCount") and not is_ended(first):
        return (yield from follow_service(aws, cluster, first, minutes))
    outcome = yield from _follow_tasks(aws, cluster, first, minutes)
    if outcome.ok:
        yield _stable(outcome)
    return outcome


def _follow_tasks(
    aws: Aws, cluster: str, first: ServiceTypeDef, minutes: float
) -> Generator[Event, None, ServiceOutcome]:
    """The tasks of a service, whatever deployment is theirs, until as many run as it wants."""
    seen, last = begin(first, aws.clock()), first
    for service in aws.poll(_fetcher(aws, cluster, first), has_count, SERVICES):
        now, trouble = aws.clock(), ""
        if service is not None:
            last = service
            yield from new_events(service, seen)
            yield from new_counts(service, None, seen, now)
            if has_count(service):
                break
            trouble = find_trouble_of_count(service, seen, now)
        trouble = trouble or find_delay(service, None, seen, now, minutes)
        if trouble:
            return ServiceOutcome(trouble, last, primary_id(last))
    return ServiceOutcome("", last)


def follow_removal(
    aws: Aws, cluster: str, first: ServiceTypeDef, minutes: float
) -> Generator[Event, None, ServiceOutcome]:
    """Follow a deleted service until none of its tasks is left."""
    seen, last = begin(first, aws.clock()), first
    for service in aws.poll(_fetcher(aws, cluster, first), is_gone, SERVICES):
        now = aws.clock()
        if service is not None:
            last = service
            if is_gone(service):
                break
            yield from new_events(service, seen)
            yield from tasks_left(service, seen, now)
        trouble = find_delay(service, None, seen, now, minutes)
        if trouble:
            return ServiceOutcome(trouble, last)
    return ServiceOutcome("", last)


def is_gone(service: ServiceTypeDef | None) -> bool:
    """Whether ECS has deleted the service, with all its tasks."""
    return service is not None and service.get("status") == "INACTIVE"


def _fetcher(aws: Aws, cluster: str, first: ServiceTypeDef) -> Callable[[], ServiceTypeDef | None]:
    """The first sample is the answer of the call that changed something; a poll that fails in
    passing gives None."""
    waiting = [first]

    def fetch() -> ServiceTypeDef | None:
        if waiting:
            return waiting.pop()
        try:
            return _describe(aws, cluster, first)
        except AwsError as error:
            if not transient(error):
                raise
            return None

    return fetch


def _describe(aws: Aws, cluster: str, known: ServiceTypeDef) -> ServiceTypeDef:
    """The service as it is now; one that ECS has forgotten is gone."""
    answer = aws.call("ecs", "describe_services", cluster=cluster, services=[known["serviceArn"]])
    gone: ServiceTypeDef = {**known, "status": "INACTIVE"}
    return next(iter(answer.get("services", ())), gone)

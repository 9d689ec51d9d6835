"""A deployment followed by its own id, and a service that is being deleted: Events on the way, a
ServiceOutcome at the end."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from typing import TYPE_CHECKING, Any

from ecscli.aws.client import SERVICES
from ecscli.aws.errors import transient
from ecscli.base.documents import Document, Draft
from ecscli.base.errors import AwsError
from ecscli.base.records import field, mutable, record
from ecscli.up.model import Event, short
from ecscli.up.service.fields import primary
from ecscli.up.service.watch_targets import TargetWatch

if TYPE_CHECKING:
    from ecscli.aws.client import Aws

Answer = Document
ROLLBACK_BEGINS_WITHIN = 15.0  # seconds after the failure
# seconds between the event and the creation of the deployment that goes back
ROLLBACK_EVENT_WITHIN = 2.0
# the bounds of ECS's own circuit breaker, for services without one
BREAKER_LEAST, BREAKER_MOST = (
    3,
    200,
)


@record
class ServiceOutcome:
    """The end of a wait. `trouble` is empty where the goal was reached; `service` is its last known
    state.

    `deployment` is the id of the one that was followed, and that failed where there is trouble.
    """

    trouble: str = ""
    service: Answer | None = None
    deployment: str | None = None

    @property
    def ok(self) -> bool:
        return not self.trouble


@mutable
class Progress:
    """What a wait has seen: the best so far, since when, and what was told already."""

    since: float
    start: float
    name: str = ""
    best: tuple[int, ...] = ()
    told: tuple[Any, ...] = ()
    events: set[str] = field(default_factory=set)
    rolled_back: bool = False
    failed_at: float | None = None


def follow_service(
    aws: Aws, cluster: str, first: Answer, minutes: float
) -> Generator[Event, None, ServiceOutcome]:
    """Follow the PRIMARY deployment of `first`, a change's own answer, until it is COMPLETED and
    its tasks run.

    `minutes` is the longest time without progress, which is a new best count of tasks that run. A
    deployment that ECS takes back is trouble as well, told when the rollback has come to its own
    end.
    """
    ours = primary(first) or {}
    if is_rollback(first, ours):
        outcome = ServiceOutcome("the deployment before failed", first)
    else:
        outcome = yield from _follow(aws, cluster, first, minutes)
    now = primary(outcome.service or {}) or {}
    if (
        outcome.ok
        or now.get("id") in (None, outcome.deployment)
        or not is_rollback(outcome.service or {}, now)
    ):
        if outcome.ok:
            yield _stable(outcome)
        return outcome
    yield Event(f"The deployment failed, and ECS rolls back to {_of(now)}", "warning")
    back = yield from _follow(aws, cluster, outcome.service or first, minutes)
    if back.ok:
        told = f"{outcome.trouble}; ECS has rolled back to {_of(now)}, which runs"
    else:
        told = f"{outcome.trouble}; the rollback to {_of(now)} has not ended well: {back.trouble}"
    return ServiceOutcome(told, back.service, outcome.deployment)


def _stable(outcome: ServiceOutcome) -> Event:
    found = outcome.service or {}
    counts = {"desiredCount": found.get("desiredCount"), "runningCount": found.get("runningCount")}
    return Event("ECS Service has reached a stable state", "done", counts)


def _follow(
    aws: Aws, cluster: str, first: Answer, minutes: float
) -> Generator[Event, None, ServiceOutcome]:
    """One deployment, the PRIMARY one of `first`, to its end."""
    deployment = (primary(first) or {}).get("id")
    seen, last, targets = _progress(aws, first), first, TargetWatch(aws)
    for service in aws.poll(
        _fetcher(aws, cluster, first), lambda state: _is_done(state, deployment), SERVICES
    ):
        last = service or last
        if service is not None:
            yield from _new_events(service, seen)
            yield from _told_status(aws, service, deployment, seen, targets)
        if _is_done(service, deployment):
            break
        trouble = _trouble(aws, service, deployment, seen) or _overdue(
            aws, seen, minutes, service, deployment
        )
        if trouble:
            return ServiceOutcome(trouble, last, deployment)
    return ServiceOutcome("", last, deployment)


def follow_removal(
    aws: Aws, cluster: str, first: Answer, minutes: float
) -> Generator[Event, None, ServiceOutcome]:
    """Follow a deleted service until none of its tasks is left."""
    seen, last = _progress(aws, first), first
    for service in aws.poll(_fetcher(aws, cluster, first), is_gone, SERVICES):
        last = service or last
        if is_gone(service):
            break
        if service is not None:
            yield from _new_events(service, seen)
            left = int(service.get("runningCount", 0)) + int(service.get("pendingCount", 0))
            if (left,) != seen.told:
                seen.told, seen.since = (left,), aws.clock()
                yield Event(
                    "Service status",
                    "progress",
                    {"status": service.get("status"), "tasksLeft": left},
                )
        if trouble := _overdue(aws, seen, minutes, service, None):
            return ServiceOutcome(trouble, last)
    return ServiceOutcome("", last)


def is_gone(service: Answer | None) -> bool:
    return service is not None and service.get("status") == "INACTIVE"


def is_settled(service: Answer) -> bool:
    """Whether nothing is under way: the newest deployment is completed and all its tasks run."""
    return _is_done(service, (primary(service) or {}).get("id"))


def _is_done(service: Answer | None, deployment: str | None) -> bool:
    """Our deployment is the one and only, ECS calls it completed, and as many tasks run as are
    wanted."""
    if service is None:
        return False
    rows = service.get("deployments") or ()
    ours = next((row for row in rows if row.get("id") == deployment), None)
    if deployment is not None and (ours is None or ours.get("status") != "PRIMARY"):
        return False
    if ours is not None and ours.get("rolloutState", "COMPLETED") != "COMPLETED":
        return False
    return len(rows) <= 1 and service.get("runningCount") == service.get("desiredCount")


def _fetcher(aws: Aws, cluster: str, first: Answer) -> Callable[[], Answer | None]:
    """The first sample is the answer of the call that changed something; a poll that fails in
    passing gives None."""
    waiting: list[Answer] = [first]

    def fetch() -> Answer | None:
        if waiting:
            return waiting.pop()
        try:
            answer = aws.call(
                "ecs", "describe_services", cluster=cluster, services=[first["serviceArn"]]
            )
        except AwsError as error:
            if not transient(error):
                raise
            return None
        return next(iter(answer.get("services", ())), {**first, "status": "INACTIVE"})

    return fetch


def _progress(aws: Aws, first: Answer) -> Progress:
    """Nothing seen yet but the events from before the change, which its answer carries."""
    name = _of(primary(first) or {})
    return Progress(
        aws.clock(), aws.clock(), name, events={event["id"] for event in first.get("events") or ()}
    )


def _new_events(service: Answer, seen: Progress) -> Iterator[Event]:
    """The service's own events, oldest first, each once."""
    fresh = [event for event in service.get("events") or () if event["id"] not in seen.events]
    for event in sorted(fresh, key=lambda event: event["createdAt"]):
        seen.events.add(event["id"])
        seen.rolled_back = seen.rolled_back or "rolling back" in str(event["message"])
        yield Event(
            str(event["message"]), "info", {"timestamp": event["createdAt"].strftime("%H:%M:%S")}
        )


def _told_status(
    aws: Aws, service: Answer, deployment: str | None, seen: Progress, targets: TargetWatch
) -> Iterator[Event]:
    """One line for each change of the counts or of the targets' health, and the live picture for a
    terminal."""
    rows = service.get("deployments") or ()
    status = _status(service, deployment)
    if (progress := _best(service, deployment)) > seen.best:
        seen.best, seen.since = progress, aws.clock()
    if (told := tuple(status.items())) != seen.told:
        seen.told = told
        yield Event("Service status", "progress", status)
    yield from targets.changes(service, settled=_is_done(service, deployment))
    elapsed = aws.clock() - seen.start
    lines = [_line(row, row.get("id") == deployment, elapsed) for row in rows]
    yield Event("", "live", {"lines": [*lines, *targets.lines()]})


def _best(service: Answer, deployment: str | None) -> tuple[int, ...]:
    """More tasks of ours, and fewer of all others, are progress; a crash loop never makes more of
    it."""
    ours = next(
        (row for row in service.get("deployments") or () if row.get("id") == deployment), service
    )
    running = int(ours.get("runningCount", 0))
    others = int(service.get("runningCount", 0)) - running
    surplus = max(0, running - int(service.get("desiredCount", 0)))
    return (running - surplus, -others - surplus)


def _status(service: Answer, deployment: str | None) -> Draft:
    told = {
        "desiredCount": service.get("desiredCount"),
        "runningCount": service.get("runningCount"),
    }
    if service.get("pendingCount"):
        told["pendingCount"] = service["pendingCount"]
    ours = _ours(service, deployment)
    if ours.get("failedTasks"):
        told["failedTasks"] = ours["failedTasks"]
    if len(service.get("deployments") or ()) > 1:
        told["taskDefinition"] = short(str(ours.get("taskDefinition", "")))
        told["updated"] = f"{ours.get('runningCount', 0)} of {ours.get('desiredCount', 0)}"
    return told


def _line(row: Answer, ours: bool, elapsed: float) -> str:
    mark = "new" if ours else "old"
    failed = f", {row['failedTasks']} failed" if row.get("failedTasks") else ""
    return (
        f"{mark} {short(str(row.get('taskDefinition', '')))}: {row.get('runningCount', 0)} running,"
        f" {row.get('pendingCount', 0)} pending of {row.get('desiredCount', 0)}{failed}"
        + (f"  [{int(elapsed) // 60:02d}:{int(elapsed) % 60:02d}]" if ours else "")
    )


def _trouble(aws: Aws, service: Answer | None, deployment: str | None, seen: Progress) -> str:
    """Why our deployment can no longer succeed; empty while it can."""
    if service is None:
        return ""
    if service.get("status") in ("INACTIVE", "DRAINING"):
        return "the service was deleted while its deployment was under way"
    ours, now = _ours(service, deployment), primary(service) or {}
    if ours.get("rolloutState") == "FAILED":
        seen.failed_at = aws.clock() if seen.failed_at is None else seen.failed_at
        awaited = now.get("id") == deployment and _will_roll_back(service) and not _late(aws, seen)
        why = str(ours.get("rolloutStateReason") or "ECS gave no reason").rstrip(".")
        return "" if awaited else f"the deployment of {_of(ours)} failed: {why}"
    if deployment is not None and now.get("id") not in (None, deployment):
        if is_rollback(service, now) or seen.rolled_back:
            return f"the deployment of {seen.name} failed"
        return f"another deployment, of {_of(now)}, has replaced ours ({deployment})"
    return _crash_loop(service, ours)


def is_rollback(service: Answer, row: Answer) -> bool:
    """Whether a deployment is ECS's own way back, by its reason or, once completed, by the event
    that began it."""
    if "rolling back" in str(row.get("rolloutStateReason") or ""):
        return True
    begun = row.get("createdAt") if row.get("rolloutState") == "COMPLETED" else None
    told = [
        event for event in service.get("events") or () if "rolling back" in str(event["message"])
    ]
    return begun is not None and any(
        abs((event["createdAt"] - begun).total_seconds()) <= ROLLBACK_EVENT_WITHIN for event in told
    )


def _will_roll_back(service: Answer) -> bool:
    """Whether there is a deployment to go back to, and ECS was asked to: then it begins a moment
    after the failure."""
    breaker = (service.get("deploymentConfiguration") or {}).get("deploymentCircuitBreaker") or {}
    return bool(breaker.get("rollback")) and len(service.get("deployments") or ()) > 1


def _late(aws: Aws, seen: Progress) -> bool:
    return seen.failed_at is not None and aws.clock() - seen.failed_at > ROLLBACK_BEGINS_WITHIN


def _crash_loop(service: Answer, ours: Answer) -> str:
    """Without a circuit breaker nobody ends a deployment whose tasks fail again and again: we do
    not wait for it."""
    breaker = (service.get("deploymentConfiguration") or {}).get("deploymentCircuitBreaker") or {}
    failed, desired = int(ours.get("failedTasks") or 0), int(ours.get("desiredCount") or 0)
    most = min(BREAKER_MOST, max(BREAKER_LEAST, -(-desired // 2)))
    if breaker.get("enable") or failed < most or int(ours.get("runningCount") or 0) >= desired:
        return ""
    return (
        f"{failed} tasks of {_of(ours)} have failed one after the other, and no circuit breaker"
        " ends this deployment"
    )


def _overdue(
    aws: Aws, seen: Progress, minutes: float, service: Answer | None, deployment: str | None
) -> str:
    if aws.clock() - seen.since <= minutes * 60:
        return ""
    if service is None:
        return f"AWS has not answered for {minutes:g} minutes"
    ours = _ours(service, deployment) or service
    counts = (
        f"{ours.get('runningCount', 0)} of {ours.get('desiredCount', 0)} tasks of {_of(ours)} run"
    )
    return f"no progress for {minutes:g} minutes: {counts}"


def _ours(service: Answer, deployment: str | None) -> Answer:
    rows: list[Answer] = list(service.get("deployments") or ())
    return next((row for row in rows if row.get("id") == deployment), {})


def _of(row: Answer) -> str:
    return short(str(row.get("taskDefinition", "")))

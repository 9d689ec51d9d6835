"""A service as it is polled -> what has changed since the last look: Events, and whether it was
progress."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from ecscli.base.documents import Draft
from ecscli.base.records import field, mutable
from ecscli.up.deployment.state import ROLLING_BACK, deployment_of, primary, revision_of
from ecscli.up.model import Event, Part, short

if TYPE_CHECKING:
    from types_boto3_ecs.type_defs import DeploymentTypeDef, ServiceTypeDef

# Events of a service that a terminal, which redraws its counts, need not have as well
ROUTINE = re.compile(
    r"has (?:started|stopped|begun draining|reached)\b|(?:de)?registered \d+ targets|completed"
)


@mutable
class Progress:
    """What a wait has seen: the best counts so far, since when, and what was reported already.

    Times are in seconds of the clock of the wait; `revision` is that of the deployment followed.
    """

    start: float
    since: float
    revision: str = ""
    best: tuple[int, ...] = ()
    reported: tuple[object, ...] = ()
    events: set[str] = field(default_factory=set)
    rolled_back: bool = False
    failed_at: float | None = None


def begin(service: ServiceTypeDef, now: float) -> Progress:
    """Nothing seen yet but the events from before the change, which its answer carries."""
    known = {event["id"] for event in service.get("events") or ()}
    return Progress(now, now, revision_of(primary(service) or {}), events=known)


def new_events(service: ServiceTypeDef, seen: Progress) -> Iterator[Event]:
    """The service's own events, oldest first, each once."""
    fresh = [event for event in service.get("events") or () if event["id"] not in seen.events]
    for event in sorted(fresh, key=lambda event: event["createdAt"]):
        seen.events.add(event["id"])
        seen.rolled_back = seen.rolled_back or ROLLING_BACK in event["message"]
        time = event["createdAt"].strftime("%H:%M:%S")
        part = Part(service["serviceName"]) if ROUTINE.search(event["message"]) else None
        kind = "progress" if part else "info"
        yield Event(event["message"], kind, {"timestamp": time}, part=part)


def new_counts(
    service: ServiceTypeDef, deployment: str | None, seen: Progress, now: float
) -> Iterator[Event]:
    """One line for each change of the counts; a new best restarts the time without progress."""
    counts = _best(service, deployment)
    if counts > seen.best:
        seen.best, seen.since = counts, now
    failed = deployment_of(service, deployment).get("rolloutState") == "FAILED"
    if failed and seen.failed_at is None:
        seen.failed_at = now
    status = _status(service, deployment)
    if tuple(status.items()) != seen.reported:
        seen.reported = tuple(status.items())
        part = Part(service["serviceName"])
        yield Event("Service status", "progress", status, part=part)


def tasks_left(service: ServiceTypeDef, seen: Progress, now: float) -> Iterator[Event]:
    """Of a deleted service: one line for each change of the number of tasks that still stop."""
    left = service.get("runningCount", 0) + service.get("pendingCount", 0)
    if (left,) != seen.reported:
        seen.reported, seen.since = (left,), now
        counts = {"status": service.get("status"), "tasksLeft": left}
        name = service["serviceName"]
        part = Part(name, f"{name}: {left} tasks left", not left)
        yield Event("Service status", "progress", counts, part=part)


def deployment_line(service: ServiceTypeDef, deployment: str | None, elapsed: float) -> str:
    """The deployments for a terminal that redraws them, the one that is followed first; `elapsed`
    in seconds."""
    minutes, seconds = divmod(int(elapsed), 60)
    rows = service.get("deployments") or ()
    new = [_counts(row) for row in rows if row.get("id") == deployment]
    old = [f"old {_counts(row)}" for row in rows if row.get("id") != deployment]
    return f"[{minutes:02d}:{seconds:02d}] {'; '.join([*new, *old])}"


def _counts(row: DeploymentTypeDef) -> str:
    running, pending = row.get("runningCount", 0), row.get("pendingCount", 0)
    desired = row.get("desiredCount", 0)
    failed = f", {row['failedTasks']} failed" if row.get("failedTasks") else ""
    return f"{revision_of(row)}: {running} running, {pending} pending of {desired}{failed}"


def _best(service: ServiceTypeDef, deployment: str | None) -> tuple[int, int]:
    """More tasks of ours, and fewer of all others, are progress; a crash loop never makes more of
    it."""
    ours = deployment_of(service, deployment) or service
    running = ours.get("runningCount", 0)
    others = service.get("runningCount", 0) - running
    surplus = max(0, running - service.get("desiredCount", 0))
    return running - surplus, -others - surplus


def _status(service: ServiceTypeDef, deployment: str | None) -> Draft:
    status: Draft = {
        "desiredCount": service.get("desiredCount"),
        "runningCount": service.get("runningCount"),
    }
    if service.get("pendingCount"):
        status["pendingCount"] = service["pendingCount"]
    ours = deployment_of(service, deployment)
    if ours.get("failedTasks"):
        status["failedTasks"] = ours["failedTasks"]
    if ours and len(service.get("deployments") or ()) > 1:
        status["taskDefinition"] = short(ours.get("taskDefinition", ""))
        status["updated"] = f"{ours.get('runningCount', 0)} of {ours.get('desiredCount', 0)}"
    return status

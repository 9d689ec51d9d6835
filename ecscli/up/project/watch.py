"""Several services followed as one stream of events, polled ten at a time; each comes to an
outcome of its own."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from enum import Enum
from functools import partial
from typing import TYPE_CHECKING

from ecscli.aws.client import SERVICES, batches
from ecscli.aws.errors import transient
from ecscli.base.errors import AwsError
from ecscli.base.records import mutable, replace
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
from ecscli.up.deployment.watch import ServiceOutcome, is_gone, is_taken_back
from ecscli.up.model import Event
from ecscli.up.service.live import DESCRIBED_SERVICES

if TYPE_CHECKING:
    from types_boto3_ecs.type_defs import ServiceTypeDef

    from ecscli.aws.client import Aws

Samples = Mapping[str, "ServiceTypeDef"]  # services by ARN


class Goal(Enum):
    """What a service is followed to."""

    DEPLOYED = "its newest deployment is complete"
    COUNTED = "as many tasks run as it wants"
    GONE = "it is deleted, with all its tasks"


@mutable
class Followed:
    """One service on its way; `failed` is the outcome of its deployment while ECS rolls it back."""

    goal: Goal
    deployment: str | None
    seen: Progress
    last: ServiceTypeDef
    targets: TargetWatch
    failed: ServiceOutcome | None = None
    outcome: ServiceOutcome | None = None

    @property
    def name(self) -> str:
        return str(self.last["serviceName"])

    @property
    def arn(self) -> str:
        return str(self.last["serviceArn"])


def follow_services(
    aws: Aws, cluster: str, firsts: Sequence[ServiceTypeDef], minutes: float, goal: Goal
) -> Generator[Event, None, dict[str, ServiceOutcome]]:
    """Follow services, the answers of the calls that changed them, to a goal; their outcomes by
    name. `minutes` is the longest time without progress of one."""
    followed = [_begin(aws, first, goal) for first in firsts]
    fetch = _fetcher(aws, cluster, followed)
    for samples in aws.poll(fetch, lambda _: _all_ended(followed), SERVICES):
        now = aws.clock()
        for one in followed:
            if one.outcome is None:
                service = samples.get(one.arn) if samples is not None else None
                yield from _look(one, service, now, minutes)
        yield Event("", "live", {"lines": [*_lines(followed, now)]})
    return {one.name: one.outcome for one in followed if one.outcome is not None}


def _all_ended(followed: Sequence[Followed]) -> bool:
    return all(one.outcome is not None for one in followed)


def _begin(aws: Aws, first: ServiceTypeDef, goal: Goal) -> Followed:
    """A service that nothing is known of but the answer of the call that changed it."""
    if goal is Goal.COUNTED and first.get("desiredCount") and not is_ended(first):
        goal = Goal.DEPLOYED
    one = Followed(goal, primary_id(first), begin(first, aws.clock()), first, TargetWatch(aws))
    if goal is Goal.DEPLOYED and is_rollback(first, primary(first) or {}):
        one.failed = ServiceOutcome("the deployment before failed", first)
    return one


# ------------------------------------------------------------- one look


def _look(
    one: Followed, service: ServiceTypeDef | None, now: float, minutes: float
) -> Iterator[Event]:
    """What is new of one service; its outcome, where it has come to one."""
    trouble = ""
    if service is not None:
        one.last = service
        yield from _named(one, _report(one, service, now))
        if _has_arrived(one, service):
            yield from _named(one, _arrive(one))
            return
        trouble = _find_trouble(one, service, now)
    trouble = trouble or find_delay(service, one.deployment, one.seen, now, minutes)
    if trouble:
        yield from _named(one, _fail(one, trouble, now))


def _named(one: Followed, events: Iterator[Event]) -> Iterator[Event]:
    """The events with the name of their service."""
    for event in events:
        yield replace(event, fields={"service": one.name, **event.fields})


def _report(one: Followed, service: ServiceTypeDef, now: float) -> Iterator[Event]:
    if one.goal is Goal.GONE:
        if not is_gone(service):
            yield from tasks_left(service, one.seen, now)
        return
    yield from new_events(service, one.seen)
    is_deployment = one.goal is Goal.DEPLOYED
    yield from new_counts(service, one.deployment if is_deployment else None, one.seen, now)
    if is_deployment:
        yield from one.targets.changes(service, settled=is_done(service, one.deployment))


def _has_arrived(one: Followed, service: ServiceTypeDef) -> bool:
    match one.goal:
        case Goal.GONE:
            return is_gone(service)
        case Goal.COUNTED:
            return has_count(service)
        case Goal.DEPLOYED:
            return is_done(service, one.deployment)


def _arrive(one: Followed) -> Iterator[Event]:
    """The goal is reached; of a rollback that is the end of a deployment that failed."""
    if one.failed is not None:
        revision = revision_of(primary(one.last) or {})
        end = f"ECS has rolled back to {revision}, which runs"
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
    revision = revision_of(primary(one.last) or {})
    if one.failed is not None:
        end = f"the rollback to {revision} has not ended well: {trouble}"
        one.outcome = _after_rollback(one, one.failed, end)
    elif one.goal is Goal.DEPLOYED and is_taken_back(outcome):
        yield Event(f"The deployment failed, and ECS rolls back to {revision}", "warning")
        one.failed, one.deployment = outcome, primary_id(one.last)
        one.seen = begin(one.last, now)
    else:
        one.outcome = outcome


def _after_rollback(one: Followed, failed: ServiceOutcome, end: str) -> ServiceOutcome:
    return ServiceOutcome(f"{failed.trouble}; {end}", one.last, failed.deployment)


def _lines(followed: Sequence[Followed], now: float) -> Iterator[str]:
    """The picture of the moment for a terminal."""
    for one in followed:
        if one.outcome is None and one.goal is not Goal.GONE:
            for line in deployment_lines(one.last, one.deployment, now - one.seen.start):
                yield f"{one.name}: {line}"


# ------------------------------------------------------------- samples


def _fetcher(aws: Aws, cluster: str, followed: Sequence[Followed]) -> Callable[[], Samples | None]:
    """The first sample is what the calls answered; a poll that fails in passing gives None."""
    waiting: list[Samples] = [{one.arn: one.last for one in followed}]

    def fetch() -> Samples | None:
        if waiting:
            return waiting.pop()
        left = {one.arn: one.last for one in followed if one.outcome is None}
        try:
            return _described(aws, cluster, left)
        except AwsError as error:
            if not transient(error):
                raise
            return None

    return fetch


def _described(aws: Aws, cluster: str, known: Samples) -> dict[str, ServiceTypeDef]:
    """The services as they are now; those that ECS has forgotten are gone."""
    lots = [*batches(known, DESCRIBED_SERVICES)]
    answers = aws.together(*(partial(_describe, aws, cluster, lot) for lot in lots))
    gone: dict[str, ServiceTypeDef] = {
        arn: {**one, "status": "INACTIVE"} for arn, one in known.items()
    }
    return gone | {str(one["serviceArn"]): one for answer in answers for one in answer}


def _describe(aws: Aws, cluster: str, arns: Sequence[str]) -> list[ServiceTypeDef]:
    found: list[ServiceTypeDef] = aws.call(
        "ecs", "describe_services", cluster=cluster, services=list(arns)
    )["services"]
    return found

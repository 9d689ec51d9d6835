"""One service, or several as one stream of events polled ten at a time, followed to a goal: Events
on the way, a ServiceOutcome for each at the end."""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING

from ecscli.aws.client import SERVICES, batches
from ecscli.aws.errors import transient
from ecscli.base.errors import AwsError
from ecscli.up.deployment.followed import (
    Followed,
    Goal,
    ServiceOutcome,
    followed_to,
    lines_of,
    look,
)
from ecscli.up.model import Event
from ecscli.up.service.live import DESCRIBED_SERVICES

if TYPE_CHECKING:
    from types_boto3_ecs.type_defs import ServiceTypeDef

    from ecscli.aws.client import Aws

Samples = Mapping[str, "ServiceTypeDef"]  # services by ARN


def follow_service(
    aws: Aws, cluster: str, first: ServiceTypeDef, minutes: float, goal: Goal = Goal.DEPLOYED
) -> Generator[Event, None, ServiceOutcome]:
    """Follow a service, the answer of the call that changed it, to a goal. `minutes` is the longest
    time without progress."""
    one = followed_to(goal, aws, first)
    yield from follow(aws, cluster, [one], minutes)
    assert one.outcome is not None, "it was followed until it had one"
    return one.outcome


def follow_services(
    aws: Aws, cluster: str, firsts: Sequence[ServiceTypeDef], minutes: float, goal: Goal
) -> Generator[Event, None, dict[str, ServiceOutcome]]:
    """The same for several services of a cluster, whose events have the name of the service; their
    outcomes by name."""
    followed = [followed_to(goal, aws, first, str(first["serviceName"])) for first in firsts]
    yield from follow(aws, cluster, followed, minutes)
    return {one.name: one.outcome for one in followed if one.outcome is not None}


def follow(
    aws: Aws,
    cluster: str,
    followed: Sequence[Followed],
    minutes: float,
    is_enough: Callable[[], bool] = lambda: False,
) -> Generator[Event, None, None]:
    """Look at all of them until each has come to an outcome, or it is enough for now."""

    def is_over(_: object) -> bool:
        return all(one.outcome is not None for one in followed) or is_enough()

    for samples in aws.poll(_fetcher(aws, cluster, followed), is_over, SERVICES):
        now = aws.clock()
        for one in followed:
            if one.outcome is None:
                service = samples.get(one.arn) if samples is not None else None
                yield from look(one, service, now, minutes)
        lines = [line for one in followed for line in lines_of(one, now)]
        yield Event("", "live", {"lines": lines})


def _fetcher(aws: Aws, cluster: str, followed: Sequence[Followed]) -> Callable[[], Samples | None]:
    """The first sample is what the calls answered that changed the services; a poll that fails in
    passing gives None."""
    answers = {one.arn: one.last for one in followed if one.is_new}
    waiting: list[Samples] = [answers] if answers else []

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

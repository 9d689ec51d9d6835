"""Health of a service's own targets at load balancers while a deployment is followed: read seldom,
reported on change."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from ecscli.base.errors import EcsCliError
from ecscli.up.model import Event
from ecscli.up.tasks.targets import target_health

if TYPE_CHECKING:
    from types_boto3_ecs.type_defs import ServiceTypeDef
    from types_boto3_elbv2.type_defs import TargetHealthDescriptionTypeDef, TargetHealthTypeDef

    from ecscli.aws.client import Aws

EVERY = 3.0  # seconds between two reads


class TargetWatch:
    """The states of the targets of one service. A read that fails ends nothing; the first that
    fails is an event."""

    def __init__(self, aws: Aws) -> None:
        self.aws = aws
        self._read_at: float | None = None
        self._failed = False
        self._states: Counter[str] = Counter()
        self._whys: tuple[str, ...] = ()

    def changes(self, service: ServiceTypeDef, settled: bool) -> Iterator[Event]:
        """The counts by state where they have changed; the last ones are read when the deployment
        is done."""
        if not _has_targets(service) or not (settled or self._is_due()):
            return
        self._read_at, before = self.aws.clock(), (self._states, self._whys)
        try:
            self._take(target_health(self.aws, service))
        except EcsCliError as error:
            yield from self._failure(error)
            return
        if (self._states, self._whys) != before:
            yield self._event(service)

    def _event(self, service: ServiceTypeDef) -> Event:
        why = {"reason": "; ".join(self._whys)} if self._whys else {}
        groups = {"targetGroup": _groups(service)}
        return Event("Load balancer targets", "progress", {**groups, **self._states, **why})

    def lines(self) -> Iterator[str]:
        """One line for the live picture."""
        if self._states:
            states = ", ".join(f"{count} {state}" for state, count in self._states.items())
            yield f"targets: {states}" + "".join(f" ({why})" for why in self._whys)

    def _is_due(self) -> bool:
        return self._read_at is None or self.aws.clock() - self._read_at >= EVERY

    def _failure(self, error: EcsCliError) -> Iterator[Event]:
        if not self._failed:
            self._failed = True
            why = next(error.lines())
            yield Event(f"health of the targets could not be read: {why}", "warning")

    def _take(self, targets: Sequence[TargetHealthDescriptionTypeDef]) -> None:
        health = [target.get("TargetHealth") or {} for target in targets]
        self._states = Counter(sorted(str(one.get("State")) for one in health))
        unhealthy = [one for one in health if one.get("State") == "unhealthy"]
        whys = {_why(one) for one in unhealthy}
        self._whys = tuple(sorted(why for why in whys if why))


def _has_targets(service: ServiceTypeDef) -> bool:
    return any(row.get("targetGroupArn") for row in service.get("loadBalancers") or ())


def _groups(service: ServiceTypeDef) -> str:
    """The names of the groups."""
    arns = [row.get("targetGroupArn", "") for row in service.get("loadBalancers") or ()]
    return ",".join(arn.split("/")[1] for arn in arns if arn.count("/") > 1)


def _why(health: TargetHealthTypeDef) -> str:
    return health.get("Description") or health.get("Reason") or ""

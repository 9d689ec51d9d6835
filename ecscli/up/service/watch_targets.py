"""Health of a service's load balancer targets while a deployment is followed: read seldom, told on
change."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING

from ecscli.base.documents import Document
from ecscli.base.errors import EcsCliError
from ecscli.up.diagnosis.facts import target_health
from ecscli.up.model import Event

if TYPE_CHECKING:
    from ecscli.aws.client import Aws

EVERY = 3.0  # seconds between two reads


class TargetWatch:
    """What the targets of one service are at. A read that fails ends nothing; the first that fails
    is an event."""

    def __init__(self, aws: Aws) -> None:
        self.aws = aws
        self._read_at: float | None = None
        self._failed = False
        self._states: Counter[str] = Counter()
        self._whys: tuple[str, ...] = ()

    def changes(self, service: Document, settled: bool) -> Iterator[Event]:
        """The counts by state where they have changed; the last ones are read when the deployment
        is done."""
        now = self.aws.clock()
        due = self._read_at is None or now - self._read_at >= EVERY or settled
        if not due or not any(
            row.get("targetGroupArn") for row in service.get("loadBalancers") or ()
        ):
            return
        self._read_at, before = now, (self._states, self._whys)
        try:
            self._take(list(target_health(self.aws, service)))
        except EcsCliError as error:
            if not self._failed:
                self._failed = True
                yield Event(
                    f"health of the targets could not be read: {next(error.lines())}", "warning"
                )
            return
        if (self._states, self._whys) != before:
            why = {"reason": "; ".join(self._whys)} if self._whys else {}
            yield Event("Load balancer targets", "progress", {**self._states, **why})

    def lines(self) -> Iterator[str]:
        """One line for the live picture."""
        if self._states:
            states = ", ".join(f"{count} {state}" for state, count in self._states.items())
            yield f"targets: {states}" + "".join(f" ({why})" for why in self._whys)

    def _take(self, targets: list[Document]) -> None:
        health = [target.get("TargetHealth") or {} for target in targets]
        self._states = Counter(sorted(str(one.get("State")) for one in health))
        whys = [
            str(one.get("Description") or one.get("Reason") or "")
            for one in health
            if one.get("State") == "unhealthy"
        ]
        self._whys = tuple(sorted({why for why in whys if why}))

"""The ECS of every account and region: made when first asked for, on one timeline, with moto's
services around it."""

from __future__ import annotations

from collections.abc import Iterator

from ecscli.sandbox.ecs import api
from ecscli.sandbox.ecs.state import Ecs
from ecscli.sandbox.ecs.tasks.containers import Runtime
from ecscli.sandbox.faults import Faults
from ecscli.sandbox.moto.app import MotoApp
from ecscli.sandbox.moto.machines import look_at_region
from ecscli.sandbox.neighbours import MotoNeighbours
from ecscli.sandbox.timeline import Timeline
from ecscli.sandbox.wire import Call


class Regions:
    """All regions that were asked for; those made from now on run their containers on `runtime`."""

    def __init__(self, timeline: Timeline, runtime: Runtime, faults: Faults, moto: MotoApp) -> None:
        self.timeline, self.runtime, self.faults, self.moto = timeline, runtime, faults, moto
        self._made: dict[tuple[str, str], Ecs] = {}

    def __iter__(self) -> Iterator[Ecs]:
        return iter(list(self._made.values()))

    def ecs(self, account: str, region: str) -> Ecs:
        """The ECS of one region of an account."""
        if (account, region) not in self._made:
            self._made[account, region] = self._make(account, region)
        return self._made[account, region]

    def of(self, call: Call) -> Ecs:
        """The ECS that a call of any service belongs to, by its region and access key."""
        return self.ecs(self.moto.account_of(call.access_key), call.region)

    def _make(self, account: str, region: str) -> Ecs:
        neighbours = MotoNeighbours(account, region, self.timeline)
        made = api.prepare(Ecs(account, region, self.timeline, neighbours, self.runtime))
        made.refusals = self.faults.refusals
        neighbours.ecs, neighbours.look = made, self.look
        return made

    def look(self) -> None:
        """Find the EC2 instances that appeared or ended since the last look, in all regions."""
        for account, region, backend in self.moto.machine_regions():
            look_at_region(self.ecs(account, region), backend)

    def clear(self) -> None:
        """Forget everything in all regions."""
        self._made.clear()

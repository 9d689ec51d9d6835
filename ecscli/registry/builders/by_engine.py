"""Images built through the Engine API, for engines without the docker command: no BuildKit."""

from __future__ import annotations

from collections.abc import Generator
from functools import partial

from ecscli.base.records import record
from ecscli.registry.builders.jobs import Digests, Job, Order
from ecscli.registry.builders.keys import ENGINE, INSTALL, LIMITS
from ecscli.registry.builders.local import push_all
from ecscli.registry.builders.side_by_side import side_by_side
from ecscli.registry.engine import Engine
from ecscli.up.model import Event


@record
class ByEngine:
    """The API of an engine."""

    name: str = ENGINE

    def build(self, order: Order) -> Generator[Event, None, None]:
        """Build the images side by side."""
        yield Event(LIMITS[ENGINE], "warning", hint=INSTALL)
        for jobs in order.rounds:
            yield from side_by_side([partial(_build, job, order) for job in jobs])

    def push(self, order: Order) -> Generator[Event, None, Digests]:
        """Push the images one after the other."""
        with Engine(order.environment) as engine:
            return (yield from push_all(engine, order))


def _build(job: Job, order: Order) -> Generator[Event, None, None]:
    with Engine(order.environment) as engine:
        yield from engine.build(job.recipe, order.logins)

"""The common ground of all neighbours: account, region, time, and moto's backends."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from ecscli.sandbox.timeline import Timeline

if TYPE_CHECKING:
    from ecscli.sandbox.ecs.state import Ecs


class Region:
    """Finds the backends of one account and region when they are needed: importing one takes its
    time."""

    ecs: Ecs  #: hears of what happens to its tasks; set by the world
    look: Callable[[], None]  #: called after instances were started or ended; set by the world

    def __init__(self, account: str, region: str, timeline: Timeline) -> None:
        self.account, self.region, self.timeline = account, region, timeline

    def backend(self, service: str) -> Any:
        from moto.backends import get_backend

        return get_backend(service)[self.account][self.region]

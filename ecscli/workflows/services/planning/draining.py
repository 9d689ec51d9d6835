"""Services of a project that were deleted and still stop their tasks -> what is live once they are
gone, or after a minute."""

from __future__ import annotations

from collections.abc import Callable, Collection, Generator
from typing import TYPE_CHECKING

from ecscli.aws.client import SERVICES
from ecscli.up.model import Event
from ecscli.up.project.live import LiveServices

if TYPE_CHECKING:
    from ecscli.aws.client import Aws

LONGEST = 60.0  # seconds


def until_drained(
    aws: Aws, live: LiveServices, wanted: Collection[str], read: Callable[[], LiveServices]
) -> Generator[Event, None, LiveServices]:
    """What `read` finds once none of the `wanted` services is draining, or after a minute, when it
    is for the plan to refuse."""
    names = draining(live, wanted)
    if not names:
        return live
    yield Event(f"Waiting for {', '.join(names)}, deleted a moment ago, to stop the last tasks")
    for found in aws.poll(read, lambda found: not draining(found, wanted), SERVICES, LONGEST):
        live = found
    return live


def draining(live: LiveServices, wanted: Collection[str]) -> list[str]:
    """Which of the wanted services were deleted and are not gone yet."""
    services = live.services
    return [name for name in wanted if services.get(name, {}).get("status") == "DRAINING"]

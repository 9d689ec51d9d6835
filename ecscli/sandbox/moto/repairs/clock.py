"""The time of the sandbox for what moto has at once, and AWS after a while. moto's things are those
of this process, and so is their time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ecscli.sandbox.timeline import Timeline


@dataclass
class Clock:
    """The timeline by which things come and go; without one all happens at once."""

    timeline: Timeline | None = None


CLOCK = Clock()


def later(duration: str, action: Callable[..., object], *args: object) -> None:
    """Do something after one of the durations of the timeline."""
    if CLOCK.timeline is None:
        action(*args)
    else:
        CLOCK.timeline.paced(duration, action, *args)


def now() -> float:
    return CLOCK.timeline.now if CLOCK.timeline else 0.0

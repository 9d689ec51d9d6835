"""Time of the sandbox: actions due at a moment, run in order when somebody moves the time on.

Nothing here sleeps or starts a thread, so that a test drives it with a clock of its own.
"""

from __future__ import annotations

import heapq
import itertools
import logging
import time
from collections.abc import Callable

LOG = logging.getLogger(__name__)

#: Seconds that AWS takes, roughly, for what the sandbox imitates; multiplied by the pace.
DURATIONS = {
    "instance boots": 15.0,
    "agent joins": 30.0,
    "instance terminates": 10.0,
    "interface attaches": 5.0,
    "image is pulled": 4.0,
    "container starts": 1.0,
    "container stops": 1.0,
    "task settles": 5.0,
    "interface detaches": 4.0,
    "scheduler looks": 2.0,
    "scheduler retries": 30.0,
    "service drains": 2.0,
    "target is checked": 10.0,
    "file system is made": 5.0,
    "mount target is made": 20.0,
    "mount target is deleted": 10.0,
    "access point is made": 2.0,
    "certificate is issued": 60.0,
    "resource is made": 2.0,
    "resource is deleted": 2.0,
    "resource is looked at": 10.0,
    "change set is made": 1.0,
    "refresh looks": 10.0,
    "capacity is reviewed": 60.0,
}

#: What is tried again and again takes a moment at any pace: else trying would never end.
LEAST = {
    "agent joins": 0.05,
    "scheduler retries": 0.05,
    "capacity is reviewed": 0.05,
    "refresh looks": 0.01,
    "resource is looked at": 0.02,
}

#: The pace without `--pace`: an instance joins in under a tenth of a second.
FAST = 0.002
#: Seconds before anything happens, whatever the pace. Else a moment would never end in which
#: something plans itself again: an agent whose cluster is not there.
SOONEST = 0.001


class Appointment:
    """One action to come; `cancel` makes it never happen."""

    __slots__ = ("action", "args")

    def __init__(self, action: Callable[..., object], args: tuple[object, ...]) -> None:
        self.action: Callable[..., object] | None = action
        self.args = args

    def cancel(self) -> None:
        self.action = None


class Timeline:
    """What will happen, by due time; `now` is the moment that is being lived (seconds since the
    epoch)."""

    def __init__(self, clock: Callable[[], float] = time.time, pace: float = FAST) -> None:
        self.clock, self.pace = clock, pace
        self.now = clock()
        self._coming: list[tuple[float, int, Appointment]] = []
        self._order = itertools.count()

    def after(self, seconds: float, action: Callable[..., object], *args: object) -> Appointment:
        """Plan an action so many seconds from now, whatever the pace."""
        event = Appointment(action, args)
        heapq.heappush(self._coming, (self.now + max(seconds, SOONEST), next(self._order), event))
        return event

    def paced(self, duration: str, action: Callable[..., object], *args: object) -> Appointment:
        """Plan an action after one of the DURATIONS, at the sandbox's pace."""
        return self.after(self.lasting(duration), action, *args)

    def lasting(self, duration: str) -> float:
        return max(DURATIONS[duration] * self.pace, LEAST.get(duration, 0.0))

    def due(self) -> float | None:
        """The moment of the next action."""
        while self._coming and self._coming[0][2].action is None:
            heapq.heappop(self._coming)
        return self._coming[0][0] if self._coming else None

    def advance(self, to: float | None = None) -> None:
        """Live until `to` (by default the clock's now); one action that fails does not stop the
        world."""
        target = self.clock() if to is None else to
        while self._coming and self._coming[0][0] <= target:
            moment, _, event = heapq.heappop(self._coming)
            self.now = max(self.now, moment)
            self._happen(event)
        self.now = max(self.now, target)

    def _happen(self, event: Appointment) -> None:
        if event.action is None:
            return
        try:
            event.action(*event.args)
        except Exception:
            LOG.exception("an event of the sandbox failed: %r", event.action)

    def clear(self) -> None:
        self._coming.clear()

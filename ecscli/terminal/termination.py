"""SIGTERM taken as Ctrl-C, for commands that have something to stop before they end."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType


class Termination:
    """SIGTERM as Ctrl-C: held back until `release`, so that none is lost while a task starts."""

    def __init__(self) -> None:
        self._held, self._came = True, False

    def __call__(self, number: int, frame: FrameType | None) -> None:
        self._came = True
        if not self._held:
            raise KeyboardInterrupt

    def release(self) -> None:
        """From here on SIGTERM interrupts at once; one that came before does so now."""
        self._held = False
        if self._came:
            raise KeyboardInterrupt


@contextmanager
def terminable() -> Iterator[Termination]:
    """SIGTERM inside the block ends it as Ctrl-C does, once it is released. Only the main thread
    gets signals."""
    termination = Termination()
    try:
        before = signal.signal(signal.SIGTERM, termination)
    except ValueError:
        yield termination
        return
    try:
        yield termination
    finally:
        signal.signal(signal.SIGTERM, before)

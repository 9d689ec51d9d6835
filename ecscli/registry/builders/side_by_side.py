"""Builds that run at the same time -> their events in the order in which they come."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Generator, Sequence

from ecscli.base.errors import EcsCliError
from ecscli.up.model import Event

Build = Callable[[], Generator[Event, None, None]]
MOST = 4  # at the same time


def side_by_side(builds: Sequence[Build]) -> Generator[Event, None, None]:
    """Run all builds. The first error in their order is raised once all have ended; what is left
    early is stopped at its next event."""
    if len(builds) == 1:
        yield from builds[0]()
        return
    room = _Room(len(builds))
    threads = [
        threading.Thread(target=room.run, args=(at, build), daemon=True)
        for at, build in enumerate(builds)
    ]
    for thread in threads:
        thread.start()
    try:
        yield from room.events()
    finally:
        room.is_left = True
        for thread in threads:
            thread.join()
    room.raise_first()


class _Room:
    """Where the builds put their events, and how each has ended."""

    def __init__(self, number: int) -> None:
        self.is_left = False
        self._queue: queue.SimpleQueue[Event | None] = queue.SimpleQueue()
        self._errors: list[BaseException | None] = [None] * number
        self._seats = threading.Semaphore(MOST)

    def run(self, at: int, build: Build) -> None:
        """Run one build, in a thread of its own."""
        with self._seats:
            try:
                self._pass_on(build())
            except BaseException as error:  # raised again where the events are read
                self._errors[at] = error
            finally:
                self._queue.put(None)

    def _pass_on(self, events: Generator[Event, None, None]) -> None:
        try:
            for event in events:
                self._queue.put(event)
                if self.is_left:
                    return
        finally:
            events.close()

    def events(self) -> Generator[Event, None, None]:
        """The events of all builds, until the last has ended."""
        running = len(self._errors)
        while running:
            event = self._queue.get()
            if event is None:
                running -= 1
            else:
                yield event

    def raise_first(self) -> None:
        """Raise what ended a build; ours before what is a bug."""
        errors = [error for error in self._errors if error is not None]
        for error in sorted(errors, key=lambda one: not isinstance(one, EcsCliError)):
            raise error

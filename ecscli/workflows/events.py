"""Events on their way to whoever listens: how a workflow is run, warns, and can be interrupted."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from ecscli.base.errors import Finding, Interrupted
from ecscli.up.model import Event

T = TypeVar("T")
Listener = Callable[[Event], None]


def result_of(events: Generator[Event, None, T], listen: Listener) -> T:
    """Run a workflow to its end: each event is passed on; what the workflow comes to is returned.

    Ctrl-C while an event is passed on reaches the workflow too, which explains what it leaves
    behind.
    """
    try:
        event = next(events)
        while True:
            event = _after(event, events, listen)
    except StopIteration as end:
        result: T = end.value
        return result


def _after(event: Event, events: Generator[Event, None, T], listen: Listener) -> Event:
    """The event that follows, once this one is passed on."""
    try:
        listen(event)
    except KeyboardInterrupt as interrupt:
        return events.throw(interrupt)
    return next(events)


def warning(finding: Finding) -> Event:
    """A finding that stops nothing."""
    message = f"{finding.where}: {finding.message}" if finding.where else finding.message
    return Event(message, "warning", hint=finding.hint)


def warnings(findings: Iterable[Finding]) -> Iterator[Event]:
    """Each finding once, in order."""
    for finding in dict.fromkeys(findings):
        yield warning(finding)


@contextmanager
def interruptible(message: str, hint: str) -> Iterator[None]:
    """Ctrl-C inside the block becomes an error that explains what goes on at AWS."""
    try:
        yield
    except KeyboardInterrupt:
        raise Interrupted(message, hint=hint) from None

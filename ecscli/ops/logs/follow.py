"""Streams that come and go, and a window -> lines as they are written, for as long as tasks run."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from ecscli.base.records import replace
from ecscli.ops.logs.line import LogLine
from ecscli.ops.logs.read import NoLogGroup, read_lines
from ecscli.ops.logs.silence import Say, silent
from ecscli.ops.logs.streams import OpenStreams, Stream
from ecscli.ops.logs.window import Window

if TYPE_CHECKING:
    from ecscli.aws.client import Aws

LATE = 30_000  # milliseconds: CloudWatch may deliver an event this long after a younger one
# seconds between two looks: FilterLogEvents allows five calls a second and region
QUIET, BUSY = 2.0, 1.0
LOOK_FOR_TASKS = 2.0  # seconds between two looks for new tasks


def follow_lines(
    aws: Aws,
    find: Callable[[], OpenStreams],
    window: Window,
    say: Say = silent,
    settle: float = LOOK_FOR_TASKS,
) -> Iterator[LogLine | None]:
    """Events as they come, until `find` answers that it is over; None after each look, so that
    output can be flushed. A log group that does not exist yet is waited for, which is passed to
    `say`; it is an error once no more can come."""
    import gc

    gc.enable()
    found, looked = find(), aws.clock()
    streams, seen, is_last = found.streams, _Seen(), False
    while True:
        fresh = seen.fresh(_lines_so_far(aws, streams, window, None if is_last else say))
        yield from fresh
        yield None
        if is_last:
            return
        seen.forget(window.tail)
        window = _next_window(window, seen)
        is_last = found.over
        aws.sleep(BUSY if fresh else QUIET)
        if aws.clock() - looked >= settle:
            found, looked = find(), aws.clock()
            streams = tuple(dict.fromkeys((*streams, *found.streams)))


def _lines_so_far(
    aws: Aws, streams: Sequence[Stream], window: Window, say: Say | None
) -> list[LogLine]:
    """The lines of the window, without those of log groups that do not exist yet. Without a `say`
    such a group is an error."""
    while True:
        try:
            return list(read_lines(aws, streams, window))
        except NoLogGroup as error:
            if say is None:
                raise
            say(f"log group {error.group} does not exist yet: waiting for it")
            streams = [stream for stream in streams if stream.group != error.group]


def _next_window(window: Window, seen: _Seen) -> Window:
    """From the newest line on, and a little before it; a tail counts in the first look alone."""
    start = window.start if seen.newest is None else seen.newest - LATE
    return replace(window, start=start, tail=None)


class _Seen:
    """What was given out already. Equal lines of one millisecond are counted."""

    def __init__(self) -> None:
        self.newest: int | None = None
        self._given: Counter[LogLine] = Counter()
        self._floor: dict[Stream, int] = {}

    def fresh(self, lines: Iterable[LogLine]) -> list[LogLine]:
        """The lines that were not given out before."""
        now: Counter[LogLine] = Counter()
        fresh = []
        for line in lines:
            now[line] += 1
            is_above = line.time > self._floor.get(line.stream, -1)
            if is_above and now[line] > self._given[line]:
                fresh.append(line)
        self._given |= now
        self.newest = max((line.time for line in fresh), default=self.newest)
        return fresh

    def forget(self, tail: int | None) -> None:
        """Drop what no further look can bring; after a tail, whatever comes before it was left out
        on purpose."""
        if tail is not None:
            for line in self._given:
                self._floor[line.stream] = min(self._floor.get(line.stream, line.time), line.time)
        if self.newest is not None:
            oldest = self.newest - LATE
            recent = {line: n for line, n in self._given.items() if line.time >= oldest}
            self._given = Counter(recent)

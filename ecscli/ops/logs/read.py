"""Streams and a window -> lines in the order of time, once or for as long as tasks run."""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple

from ecscli.base.documents import Draft
from ecscli.base.errors import AwsError, InputError
from ecscli.base.records import replace
from ecscli.ops.logs.streams import OpenStreams, Stream
from ecscli.ops.logs.window import Window, stamp

if TYPE_CHECKING:
    from ecscli.aws.client import Aws

LINES_A_CALL = 10_000  # the most that GetLogEvents gives, and no more than a mebibyte of them
# of one stream, read backwards: pages may be empty, and a wrong answer may never end
MOST_PAGES = 5_000
STREAMS_A_CALL = 100  # the most names that FilterLogEvents takes
LATE = 30_000  # milliseconds: CloudWatch may show an event this long after a younger one
# seconds between two looks: FilterLogEvents allows five calls a second and region
QUIET, BUSY = (
    2.0,
    1.0,
)
LOOK_FOR_TASKS = 2.0  # seconds between two looks for new tasks


class Line(NamedTuple):
    """One event."""

    time: int
    stream: Stream
    message: str


def read_lines(aws: Aws, streams: Iterable[Stream], window: Window) -> Iterator[Line]:
    """The events of the window, oldest first across all streams.

    Raises InputError for a log group that does not exist; a stream that does not exist yet has no
    events.
    """
    if window.tail is not None:
        yield from _tail(aws, tuple(streams), window)
        return
    parts = [_filtered(aws, part, window) for part in _by_group(streams)]
    yield from heapq.merge(*parts, key=lambda line: line.time)


def follow_lines(
    aws: Aws, find: Callable[[], OpenStreams], window: Window, settle: float = LOOK_FOR_TASKS
) -> Iterator[Line | None]:
    """Events as they come, until `find` says that it is over; None after each look, so that output
    can be flushed."""
    import gc

    gc.enable()
    found, looked = find(), aws.clock()
    streams, seen, last = found.streams, _Seen(), False
    while True:
        fresh = seen.fresh(read_lines(aws, streams, window))
        yield from fresh
        yield None
        if last:
            return
        seen.forget(window.tail)
        window = replace(
            window, start=window.start if seen.newest is None else seen.newest - LATE, tail=None
        )
        last = found.over
        aws.sleep(BUSY if fresh else QUIET)
        if aws.clock() - looked >= settle:
            found, looked = find(), aws.clock()
            streams = tuple(dict.fromkeys((*streams, *found.streams)))


class _Seen:
    """What was shown already. The same words in the same millisecond are told apart by how often
    they came."""

    def __init__(self) -> None:
        self.newest: int | None = None
        self._shown: Counter[Line] = Counter()
        self._floor: dict[Stream, int] = {}

    def fresh(self, lines: Iterable[Line]) -> list[Line]:
        now: Counter[Line] = Counter()
        fresh = []
        for line in lines:
            now[line] += 1
            if now[line] > self._shown[line] and line.time > self._floor.get(line.stream, -1):
                fresh.append(line)
        self._shown |= now
        self.newest = max((line.time for line in fresh), default=self.newest)
        return fresh

    def forget(self, tail: int | None) -> None:
        """Drop what no further look can bring; after a tail, whatever stands before it was left out
        on purpose."""
        if tail is not None:
            for line in self._shown:
                self._floor[line.stream] = min(self._floor.get(line.stream, line.time), line.time)
        if self.newest is not None:
            self._shown = Counter(
                {line: n for line, n in self._shown.items() if line.time >= self.newest - LATE}
            )


def _by_group(streams: Iterable[Stream]) -> Iterator[tuple[Stream, ...]]:
    """The streams in lots that one call can read."""
    ordered = sorted(streams, key=lambda stream: (stream.region or "", stream.group))
    for _, group in groupby(ordered, key=lambda stream: (stream.region, stream.group)):
        lot = tuple(group)
        yield from (
            lot[start : start + STREAMS_A_CALL] for start in range(0, len(lot), STREAMS_A_CALL)
        )


def _filtered(aws: Aws, streams: tuple[Stream, ...], window: Window) -> Iterator[Line]:
    by_name = {stream.name: stream for stream in streams}
    query: Draft = {
        "logGroupName": streams[0].group,
        "logStreamNames": list(by_name),
        "interleaved": True,
    }
    query |= {"filterPattern": window.pattern} if window.pattern else {}
    query |= {"startTime": max(window.start, 0)} if window.start is not None else {}
    query |= {"endTime": window.end} if window.end is not None else {}
    try:
        for event in aws.elsewhere(streams[0].region).pages(
            "logs", "filter_log_events", "events", **query
        ):
            if stream := by_name.get(event["logStreamName"]):
                yield Line(event["timestamp"], stream, event["message"])
    except AwsError as error:
        if error.code != "ResourceNotFoundException":
            raise
        if "group" in error.message.lower():
            raise _no_group(streams[0]) from None
        if len(streams) > 1:  # one of the streams is not there yet, and AWS refuses them all
            yield from heapq.merge(
                *(_filtered(aws, (stream,), window) for stream in streams),
                key=lambda line: line.time,
            )


def _tail(aws: Aws, streams: tuple[Stream, ...], window: Window) -> list[Line]:
    """The last lines of each stream; with a pattern, the last ones that match."""
    if window.pattern:
        lines = list(read_lines(aws, streams, replace(window, tail=None)))
        per_stream = {
            stream: [line for line in lines if line.stream == stream] for stream in streams
        }
        kept = [
            line
            for found in per_stream.values()
            for line in found[max(len(found) - (window.tail or 0), 0) :]
        ]
    else:
        answers = (
            aws.together(*(_last(aws, stream, window) for stream in streams)) if window.tail else ()
        )
        kept = [line for lines in answers for line in lines]
    return sorted(kept, key=lambda line: line.time)


def _last(aws: Aws, stream: Stream, window: Window) -> Callable[[], list[Line]]:
    """Reads the last lines of a stream, page by page towards its beginning until there are
    enough."""

    def ask() -> list[Line]:
        lines: list[Line] = []
        wanted, token = window.tail or 0, ""
        for _ in range(MOST_PAGES):
            if len(lines) >= wanted:
                break
            answer = _page_before(
                aws, stream, window, min(wanted - len(lines), LINES_A_CALL), token
            )
            lines = [
                Line(event["timestamp"], stream, event["message"]) for event in answer["events"]
            ] + lines
            if answer.get("nextBackwardToken", token) == token:
                # CloudWatch's way to say that this was the first page
                break
            token = answer["nextBackwardToken"]
        return lines

    return ask


def _page_before(aws: Aws, stream: Stream, window: Window, limit: int, token: str) -> Draft:
    query: Draft = {
        "logGroupName": stream.group,
        "logStreamName": stream.name,
        "startFromHead": False,
    }
    query |= {"startTime": max(window.start, 0)} if window.start is not None else {}
    query |= {"endTime": window.end} if window.end is not None else {}
    query |= {"nextToken": token} if token else {}
    try:
        return aws.elsewhere(stream.region).call("logs", "get_log_events", limit=limit, **query)
    except AwsError as error:
        if error.code != "ResourceNotFoundException":
            raise
        if "group" in error.message.lower():
            raise _no_group(stream) from None
        return {"events": []}


def _no_group(stream: Stream) -> InputError:
    hint = (
        "make it with `ecscli compose up --create-log-groups` (or `compose service up`), or check"
        " awslogs-region"
    )
    return InputError(
        f'there is no log group "{stream.group}" in {stream.region or "the region"}', hint=hint
    )


def as_data(line: Line) -> dict[str, str]:
    """A line as plain data."""
    fields = {
        "time": stamp(line.time),
        "container": line.stream.container,
        "task": line.stream.task,
    }
    return {**fields, "message": line.message}

"""Streams and a window -> lines in the order of time."""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from itertools import groupby
from typing import TYPE_CHECKING

from ecscli.base.documents import Draft
from ecscli.base.errors import AwsError, InputError
from ecscli.base.records import replace
from ecscli.ops.logs.line import LogLine
from ecscli.ops.logs.streams import Stream
from ecscli.ops.logs.window import Window

if TYPE_CHECKING:
    from ecscli.aws.client import Aws

LINES_A_CALL = 10_000  # the most that GetLogEvents gives, and no more than a mebibyte of them
# of one stream, read backwards: pages may be empty, and a faulty answer may never end
MOST_PAGES = 5_000
STREAMS_A_CALL = 100  # the most names that FilterLogEvents takes


def read_lines(aws: Aws, streams: Iterable[Stream], window: Window) -> Iterator[LogLine]:
    """The events of the window, oldest first across all streams.

    Raises InputError for a log group that does not exist; a stream that does not exist yet has no
    events.
    """
    if window.tail is not None:
        yield from _tail(aws, tuple(streams), window, window.tail)
        return
    parts = [_filtered(aws, part, window) for part in _by_group(streams)]
    yield from _merged(parts)


def _merged(parts: Iterable[Iterator[LogLine]]) -> Iterator[LogLine]:
    return heapq.merge(*parts, key=_time)


def _time(line: LogLine) -> int:
    return line.time


def _by_group(streams: Iterable[Stream]) -> Iterator[tuple[Stream, ...]]:
    """The streams in lots that one call can read."""
    ordered = sorted(streams, key=lambda stream: (stream.region or "", stream.group))
    for _, group in groupby(ordered, key=lambda stream: (stream.region, stream.group)):
        lot = tuple(group)
        for start in range(0, len(lot), STREAMS_A_CALL):
            yield lot[start : start + STREAMS_A_CALL]


def _filtered(aws: Aws, streams: tuple[Stream, ...], window: Window) -> Iterator[LogLine]:
    """The events of streams of one log group."""
    there, query = aws.elsewhere(streams[0].region), _query(streams, window)
    by_name = {stream.name: stream for stream in streams}
    try:
        for event in there.pages("logs", "filter_log_events", "events", **query):
            stream = by_name.get(event["logStreamName"])
            if stream is not None:
                yield LogLine(event["timestamp"], stream, event["message"])
    except AwsError as error:
        _check_group(error, streams[0])
        if len(streams) > 1:  # one of the streams is not there yet, and AWS refuses them all
            yield from _merged([_filtered(aws, (stream,), window) for stream in streams])


def _query(streams: tuple[Stream, ...], window: Window) -> Draft:
    """The request for the events of a window; a pattern only where there is one."""
    query: Draft = {
        "logGroupName": streams[0].group,
        "logStreamNames": [stream.name for stream in streams],
        "interleaved": True,
        **_times(window),
    }
    return {**query, "filterPattern": window.pattern} if window.pattern else query


def _times(window: Window) -> Draft:
    """The bounds of a window in a request."""
    bounds: Draft = {}
    if window.start is not None:
        bounds["startTime"] = max(window.start, 0)
    if window.end is not None:
        bounds["endTime"] = window.end
    return bounds


def _check_group(error: AwsError, stream: Stream) -> None:
    """Raise the error, unless it is about a stream that does not exist yet."""
    if error.code != "ResourceNotFoundException":
        raise error
    if "group" in error.message.lower():
        raise NoLogGroup(stream) from None


# ------------------------------------------------------------------------- the last lines


def _tail(aws: Aws, streams: tuple[Stream, ...], window: Window, count: int) -> list[LogLine]:
    """The last lines of each stream; with a pattern, the last ones that match."""
    if window.pattern:
        kept = _last_matches(aws, streams, window, count)
    elif count:
        reads = [partial(_last, aws, stream, window, count) for stream in streams]
        kept = [line for answer in aws.together(*reads) for line in answer]
    else:
        kept = []
    return sorted(kept, key=_time)


def _last_matches(
    aws: Aws, streams: tuple[Stream, ...], window: Window, count: int
) -> list[LogLine]:
    lines = list(read_lines(aws, streams, replace(window, tail=None)))
    kept: list[LogLine] = []
    for stream in streams:
        own = [line for line in lines if line.stream == stream]
        kept += own[max(len(own) - count, 0) :]
    return kept


def _last(aws: Aws, stream: Stream, window: Window, count: int) -> list[LogLine]:
    """The last lines of a stream, read page by page towards its beginning until there are
    enough."""
    lines: list[LogLine] = []
    token = ""
    for _ in range(MOST_PAGES):
        missing = count - len(lines)
        if missing <= 0:
            break
        answer = _page_before(aws, stream, window, min(missing, LINES_A_CALL), token)
        lines = [*_lines(stream, answer["events"]), *lines]
        before = answer.get("nextBackwardToken", token)
        if before == token:  # CloudWatch's way to mark the first page
            break
        token = before
    return lines


def _lines(stream: Stream, events: Sequence[Draft]) -> Iterator[LogLine]:
    return (LogLine(event["timestamp"], stream, event["message"]) for event in events)


def _page_before(aws: Aws, stream: Stream, window: Window, limit: int, token: str) -> Draft:
    query: Draft = {
        "logGroupName": stream.group,
        "logStreamName": stream.name,
        "startFromHead": False,
        **_times(window),
    }
    if token:
        query["nextToken"] = token
    try:
        return aws.elsewhere(stream.region).call("logs", "get_log_events", limit=limit, **query)
    except AwsError as error:
        _check_group(error, stream)
        return {"events": []}


class NoLogGroup(InputError):
    """The log group of a stream does not exist."""

    def __init__(self, stream: Stream) -> None:
        self.group = stream.group
        super().__init__(
            f'there is no log group "{stream.group}" in {stream.region or "the region"}',
            hint="make it with `ecscli compose up --create-log-groups` (or `compose service up`),"
            " or check awslogs-region",
        )

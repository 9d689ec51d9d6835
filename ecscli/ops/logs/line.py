"""One line of a log, and the same as plain data."""

from __future__ import annotations

from typing import NamedTuple

from ecscli.ops.logs.streams import Stream
from ecscli.ops.logs.window import stamp


class LogLine(NamedTuple):
    """One event; `time` in milliseconds since 1970."""

    time: int
    stream: Stream
    message: str


def as_data(line: LogLine) -> dict[str, str]:
    """A line as plain data."""
    return {
        "time": stamp(line.time),
        "container": line.stream.container,
        "task": line.stream.task,
        "message": line.message,
    }

"""The CloudWatch logs of one task."""

from __future__ import annotations

import time
from collections.abc import Generator, Iterator
from typing import TYPE_CHECKING

from ecscli.base.errors import Finding, InputError
from ecscli.base.records import record, replace
from ecscli.base.units import is_whole
from ecscli.ops.logs.follow import follow_lines
from ecscli.ops.logs.line import LogLine
from ecscli.ops.logs.read import read_lines
from ecscli.ops.logs.silence import Notes, explained, nothing_in, waiting_for
from ecscli.ops.logs.streams import (
    Stream,
    cluster_of,
    known_task,
    need_streams,
    task_streams,
    until_stopped,
)
from ecscli.ops.logs.window import Window, moment, rfc3339, window_of
from ecscli.up.model import Event
from ecscli.up.tasks.live import whole_id
from ecscli.workflows.containers.log import Log
from ecscli.workflows.events import warnings

if TYPE_CHECKING:
    from collections.abc import Callable

    from ecscli.aws.client import Aws


@record
class TaskLogsRequest:
    """Whose logs, and which of them; times are as they were typed, `tail` is the number of last
    lines of each stream."""

    task_id: str | None = None
    task_def: str | None = None
    container_name: str | None = None
    filter_pattern: str | None = None
    since: str | None = None
    start_time: str | None = None
    end_time: str | None = None
    follow: bool = False
    tail: int | None = None


def task_logs(request: TaskLogsRequest, connect: Callable[[], Aws]) -> Generator[Event, None, Log]:
    """The lines as they are read. Raises InputError for options that exclude each other, and where
    the task has no logs."""
    _check(request)
    window = _window(request)
    aws = connect()
    given = request.task_id or ""
    task = whole_id(aws, cluster_of(aws, given), given)
    request = replace(request, task_id=task)
    containers = (request.container_name,) if request.container_name else ()
    streams, problems = task_streams(aws, task, request.task_def, containers)
    yield from warnings(problems if streams else ())
    streams = need_streams(streams, problems)
    return _explained(aws, request, streams, window)


def _explained(
    aws: Aws, request: TaskLogsRequest, streams: tuple[Stream, ...], window: Window
) -> Log:
    task, notes = request.task_id or "", Notes()
    lines: Iterator[LogLine | None] = read_lines(aws, streams, window)
    if request.follow:
        lines = follow_lines(aws, until_stopped(aws, task, streams), window, notes.add)

    def waiting() -> str:
        return "" if notes.since(0) else waiting_for(known_task(aws, task), streams)

    def nothing() -> str:
        return nothing_in(known_task(aws, task), streams, window)

    return Log(explained(lines, notes.add, waiting, nothing), (), notes)


def _check(request: TaskLogsRequest) -> None:
    """Raise InputError with every combination that makes no sense."""
    since = _since(request)
    rows = (
        (
            not request.task_id,
            Finding("--task-id is needed", hint="see the ids with `ecscli ps`"),
        ),
        (since and request.start_time, Finding("--since can not be used with --start-time")),
        (request.follow and request.end_time, Finding("--follow can not be used with --end-time")),
    )
    findings = [finding for wrong, finding in rows if wrong]
    if findings:
        raise InputError.of(findings)


def _window(request: TaskLogsRequest) -> Window:
    since, start, end = _since(request), None, None
    if since:
        start = moment(since, "--since", time.time())
    elif request.start_time:
        start = rfc3339(request.start_time, "--start-time")
    if request.end_time:
        end = rfc3339(request.end_time, "--end-time")
    return window_of(start, end, request.filter_pattern, request.tail)


def _since(request: TaskLogsRequest) -> str | None:
    """``--since``; minutes that are not more than 0 count as not given, as in ecs-cli."""
    since = request.since
    if since and is_whole(since.lstrip("-")) and int(since) <= 0:
        return None
    return since

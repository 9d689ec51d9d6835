"""What the containers of a project write to CloudWatch Logs: the lines that are there, or all as
they come."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from ecscli.base.errors import InputError
from ecscli.base.records import record
from ecscli.base.units import is_whole
from ecscli.compose.layout.arrangement.names import clean
from ecscli.ops.logs.follow import follow_lines
from ecscli.ops.logs.line import LogLine
from ecscli.ops.logs.project import JoinedStreams, ProjectStreams
from ecscli.ops.logs.read import read_lines
from ecscli.ops.logs.silence import Notes, explained, nothing_in, waiting_for
from ecscli.ops.logs.window import Window, moment, window_of
from ecscli.up.service.names import Names
from ecscli.workflows.containers.log import Log
from ecscli.workflows.project import (
    Connect,
    ProjectRequest,
    has_services,
    load,
    names_on_cluster,
    refuse_unknown,
)
from ecscli.workflows.services.members import load_arrangement, meant_groups
from ecscli.workflows.services.request import names_of

if TYPE_CHECKING:
    from ecscli.aws.client import Aws


@record
class Listed:
    """Which tasks are listed, and which of their containers are read, all where none are named; see
    ProjectStreams."""

    names: Names
    query: Mapping[str, str]
    containers: tuple[str, ...] = ()
    lasting: bool = False

    def streams(self, aws: Aws) -> ProjectStreams:
        """Their streams, of which nothing is known yet."""
        family, cluster = self.names.family, self.names.cluster
        return ProjectStreams(
            aws, cluster, family, self.query, self.containers, lasting=self.lasting
        )


@record
class ProjectLogsRequest:
    """Whose lines are read, and which; `since` and `until` are minutes ago, durations or times.

    `of_service`: the tasks of the project's service, instead of those of `compose up` and `run`.
    """

    project: ProjectRequest
    services: tuple[str, ...] = ()
    of_service: bool = False
    follow: bool = False
    since: str | None = None
    until: str | None = None
    tail: str = "all"
    pattern: str | None = None


def read_logs(connect: Connect, request: ProjectLogsRequest, now: float) -> Log:
    """The lines of a project; `now` is a Unix time in seconds.

    Raises InputError for options that make no sense and services that the project does not have.
    """
    window = _window(request, now)
    families = _families(request)
    aws = connect()
    source = JoinedStreams(aws, tuple(one.streams(aws) for one in families))
    notes = Notes()
    lines: Iterator[LogLine | None] = _once(source, window)
    if request.follow:
        lines = follow_lines(source.aws, source.find, window, notes.add)

    def waiting() -> str:
        if notes.since(0):  # a log group is waited for
            return ""
        source.exact()
        return waiting_for(source.tasks, source.streams)

    def nothing() -> str:
        return nothing_in(source.tasks, source.streams, window)

    return Log(explained(lines, notes.add, waiting, nothing), source.findings, notes)


def _families(request: ProjectLogsRequest) -> list[Listed]:
    """The families of the services that are meant: the one of the project, whose task has all
    services, or that of each group in layout services."""
    if has_services(request.project):
        return _of_groups(request)
    project = load(request.project)
    refuse_unknown(project, request.services)
    names = names_on_cluster(project, request.project.settings)
    query = {"family": names.family}
    if request.of_service:
        query = {"serviceName": names.service}
    return [Listed(names, query, request.services, request.of_service)]


def _of_groups(request: ProjectLogsRequest) -> list[Listed]:
    """A service may get another task; a job that has not run has none."""
    arrangement = load_arrangement(request.project)
    groups = meant_groups(arrangement, request.services)
    lasting = not all(group.is_job for group in groups)
    chosen = set(request.services)
    listed = []
    for group in groups:
        names = names_of(group, request.project.settings)
        containers = [clean(name) for name in group.services if name in chosen]
        query = {"family": names.family}
        listed.append(Listed(names, query, tuple(containers), lasting))
    return listed


def _once(source: JoinedStreams, window: Window) -> Iterator[LogLine]:
    """Everything that is there: read at once as if all tasks ran the newest revision, and what that
    left out."""
    quick = source.quick()
    lines, exact = source.aws.together(
        lambda: list(read_lines(source.aws, quick, window)), source.exact
    )
    rest = [stream for stream in exact.streams if stream not in quick]
    if not rest:
        yield from lines
        return
    more = read_lines(source.aws, rest, window)
    yield from sorted([*lines, *more], key=lambda line: line.time)


def _window(request: ProjectLogsRequest, now: float) -> Window:
    """The window of the options. Raises InputError for the first that is wrong."""
    tail, pattern = request.tail, request.pattern
    if tail != "all" and not is_whole(tail):
        raise InputError(f'"{tail}" is not a number of lines', "--tail", "a number, or all")
    if request.follow and request.until:
        raise InputError("--follow can not be used with --until")
    if tail == "0":
        return window_of(int(now * 1000), None, pattern)
    start = moment(request.since, "--since", now) if request.since else None
    end = moment(request.until, "--until", now) if request.until else None
    return window_of(start, end, pattern, None if tail == "all" else int(tail))

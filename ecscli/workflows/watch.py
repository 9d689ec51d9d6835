"""A cluster, or a project on it, looked at again and again."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from ecscli.aws.errors import is_session_over
from ecscli.base.errors import EcsCliError, Finding, InputError
from ecscli.base.nearest import did_you_mean
from ecscli.base.records import replace
from ecscli.compose.layout.arrangement.model import Group
from ecscli.config.settings import Settings
from ecscli.up.service.names import Names
from ecscli.up.snapshot.model import Snapshot
from ecscli.up.snapshot.read import EVERYTHING, Reader, Scope
from ecscli.up.stack.absent import absent
from ecscli.workflows.containers.task_logs import TaskLogsRequest, task_logs
from ecscli.workflows.diagnosis import diagnosis_of
from ecscli.workflows.events import result_of
from ecscli.workflows.project import Connect, ProjectRequest, has_services, load_names
from ecscli.workflows.services.members import load_arrangement, meant_groups
from ecscli.workflows.services.request import known_services, names_of

if TYPE_CHECKING:
    from ecscli.aws.client import Aws

PERIOD, PERIOD_OF_SANDBOX, LONGEST = 2.0, 1.0, 30.0  # seconds
LOG_LINES = 200
LOG_SINCE = "15m"


class Watching:
    """A view of a cluster that is renewed by `look`. `pause`: seconds until the next one; they
    double with each that fails, up to 30, and are 30 at once where the credentials are over, which
    are read anew then. They are as before after a look that does not fail."""

    def __init__(self, aws: Aws, scope: Scope = EVERYTHING, every: float | None = None) -> None:
        self._aws, self._cluster = aws, aws.settings.need_cluster()
        self._reader = Reader(aws, self._cluster, scope)
        self._every = every or (PERIOD_OF_SANDBOX if aws.settings.sandbox_url else PERIOD)
        self._last: Snapshot | None = None
        self.pause = self._every

    def look(self, *, whole: bool = False) -> Snapshot:
        """What is live now; where it cannot be read, what was live, and why.

        Raises EcsCliError where the first look fails, and InputError where there is no such
        cluster.
        """
        try:
            found = self._reader.read(whole=whole)
        except EcsCliError as error:
            self._rest(error)
            if self._last is None:
                raise
            message = f"{error.message}; asked again in {self.pause:g} s"
            self._last = replace(self._last, problem=Finding(message, hint=error.hint))
            return self._last
        if self._last is None and not found.cluster.status:
            raise absent(self._aws, self._cluster)
        self.pause, self._last = self._every, found
        return found

    def _rest(self, error: EcsCliError) -> None:
        """The pause after a look that has failed."""
        is_over = is_session_over(error)
        self.pause = LONGEST if is_over else min(self.pause * 2, LONGEST)
        if is_over:
            self._aws.reopen()

    def retry(self) -> None:
        """Forget that looks have failed."""
        self.pause = self._every
        self._aws.reopen()

    def wait(self) -> None:
        """Let the time until the next look pass."""
        self._aws.sleep(self.pause)

    def why(self, service: str) -> Iterator[str]:
        """Why a service does not do what it should, or that it does."""
        try:
            found = diagnosis_of(self._aws, Names(service, self._cluster))
        except EcsCliError as error:
            yield from error.lines()
            return
        if found is None:
            yield f"there is no service {service} any more"
            return
        for reason in found.reasons:
            yield from reason.text.splitlines()
        if not found.reasons:
            yield found.condition.text
        yield from (str(one) for one in found.unread)

    def logs(self, service: str) -> list[str]:
        """The last lines that the newest task of a service has written."""
        tasks = self._last.tasks if self._last else ()
        newest = next((task for task in tasks if task.service == service), None)
        if newest is None:
            return [f"service {service} has no task"]
        request = TaskLogsRequest(newest.id, since=LOG_SINCE, tail=LOG_LINES)
        try:
            log = result_of(task_logs(request, lambda: self._aws), lambda event: None)
            lines = deque((line.message for line in log.lines if line), LOG_LINES)
        except EcsCliError as error:
            return list(error.lines())
        return list(lines) or [f"task {newest.id} has written nothing in the last {LOG_SINCE}"]


def watch_cluster(aws: Aws, services: Sequence[str], every: float | None) -> Watching:
    """The whole cluster, or these of its services. Raises InputError for a service that it does not
    have."""
    if not services:
        return Watching(aws, every=every)
    cluster = aws.settings.need_cluster()
    arns = aws.pages("ecs", "list_services", "serviceArns", cluster=cluster)
    known = [arn.rsplit("/", 1)[-1] for arn in arns]
    unknown = [name for name in services if name not in known]
    if unknown:
        hint = did_you_mean(unknown[0], known) or "see them with `ecscli watch --once`"
        message = f"there is no service {unknown[0]} in cluster {cluster}"
        raise InputError(message, hint=hint)
    return Watching(aws, Scope(frozenset(services)), every)


def watch_project(
    connect: Connect, request: ProjectRequest, services: Sequence[str], every: float | None
) -> Watching:
    """What a project has on its cluster; in layout services also that of some services alone."""
    if has_services(request):
        scope = _scope_of_services(request, services)
    else:
        names = load_names(request)
        scope = Scope(frozenset([names.service]), frozenset([names.group]))
    return Watching(connect(), scope, every)


def _scope_of_services(request: ProjectRequest, services: Sequence[str]) -> Scope:
    arrangement, settings = load_arrangement(request), request.settings
    groups = meant_groups(arrangement, services)
    jobs = frozenset(names_of(group, settings).group for group in groups if group.is_job)
    if not services:
        return Scope(known_services(arrangement, settings), jobs)
    return Scope(frozenset(_services(groups, settings)), jobs)


def _services(groups: Sequence[Group], settings: Settings) -> Iterator[str]:
    """The names of the ECS services of these groups."""
    for group in groups:
        if not group.is_job:
            yield names_of(group, settings).service

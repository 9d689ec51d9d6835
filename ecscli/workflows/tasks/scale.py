"""As many tasks as are asked for."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from typing import TYPE_CHECKING

from ecscli.base.records import replace
from ecscli.up.model import Event
from ecscli.up.service.live import read_tasks
from ecscli.up.tasks.plan import plan_tasks_scale, read_count
from ecscli.workflows.network import located
from ecscli.workflows.project import Connect
from ecscli.workflows.request import TaskRequest
from ecscli.workflows.tasks.change import PlannedTasks, apply_once, checked_tasks, followed, settled
from ecscli.workflows.tasks.settled import SettledTasks
from ecscli.workflows.tasks.wanted import wanted_tasks

if TYPE_CHECKING:
    from ecscli.aws.client import Aws


def plan(
    connect: Connect, request: TaskRequest, words: Sequence[str]
) -> Generator[Event, None, PlannedTasks]:
    """Plan to start or stop tasks until as many run as the one word asks for."""
    count, wrong = read_count(words, "ecscli compose scale COUNT")
    wanted = yield from wanted_tasks(connect, replace(request, may_build=False), wrong=wrong)
    live = read_tasks(connect(), wanted.names, (), wanted.managed_tags)
    if count > len(live.tasks):
        wanted = yield from located(connect, request, wanted)
    whole = plan_tasks_scale(wanted, live, count)
    return checked_tasks(connect(), PlannedTasks(request, wanted, live, whole, count))


def apply(aws: Aws, planned: PlannedTasks) -> Generator[Event, None, SettledTasks]:
    """Start or stop tasks, and follow them."""
    if not planned.plan:
        running = len(planned.live.tasks)
        yield Event(f"Tasks are already running  countOfRunningTasks={running}", "done")
    applied = yield from apply_once(aws, planned)
    ended = yield from followed(aws, planned, applied)
    return settled(aws, planned, applied, ended, ended)

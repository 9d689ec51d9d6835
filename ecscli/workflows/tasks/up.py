"""One task where none runs, and those of other revisions replaced."""

from __future__ import annotations

from collections.abc import Generator
from typing import TYPE_CHECKING

from ecscli.base.records import replace
from ecscli.up.model import Event
from ecscli.up.service.live import LiveProject, read_tasks
from ecscli.up.tasks.plan import plan_tasks
from ecscli.workflows.comparison import compared
from ecscli.workflows.containers.addresses import announced, of_tasks
from ecscli.workflows.images.shield import shield
from ecscli.workflows.network import located
from ecscli.workflows.project import Connect
from ecscli.workflows.request import TaskRequest
from ecscli.workflows.tasks.change import (
    PlannedTasks,
    among,
    apply_once,
    checked_tasks,
    followed,
    settled,
    without,
)
from ecscli.workflows.tasks.settled import SettledTasks
from ecscli.workflows.tasks.wanted import wanted_tasks

if TYPE_CHECKING:
    from ecscli.aws.client import Aws


def plan(
    connect: Connect, request: TaskRequest, force: bool = False
) -> Generator[Event, None, PlannedTasks]:
    """Plan one task where none runs, and to replace those of other revisions, or all by `force`."""
    wanted = yield from wanted_tasks(connect, request)
    names, managed_tags = wanted.names, wanted.managed_tags
    live, notice = compared(
        request,
        lambda: read_tasks(connect(), names, wanted.log_groups, managed_tags),
        LiveProject(),
    )
    count = max(1, len(live.tasks))
    whole = plan_tasks(wanted, live, force)
    if notice:
        whole = replace(whole, notices=(*whole.notices, notice))
        return PlannedTasks(request, wanted, live, whole, count)
    if whole:
        wanted = yield from located(connect, request, wanted)
        whole = plan_tasks(wanted, live, force)
    return checked_tasks(connect(), PlannedTasks(request, wanted, live, whole, count))


def apply(aws: Aws, planned: PlannedTasks) -> Generator[Event, None, SettledTasks]:
    """Start and replace tasks, and follow them until they run."""
    names, live = planned.wanted.names, planned.live
    if live.tasks:
        yield Event(
            f"Found existing ECS tasks for project  CountOfTasks={len(live.tasks)}"
            f" ProjectName={names.project}"
        )
    applied = yield from apply_once(aws, planned)
    ended = yield from followed(aws, planned, applied)
    if not planned.plan:
        yield Event("Nothing to change: the running tasks are up to date.", "done")
    tasks = [*without(live.tasks, applied.stopped), *among(ended, applied.started)]
    done = settled(aws, planned, applied, ended, tasks)
    if done.error or planned.request.no_wait:
        return done
    if planned.plan:
        yield from shield(aws, names, planned.wanted.built)
    addresses = yield from announced(planned.wanted, lambda: of_tasks(aws, names, done.tasks))
    return replace(done, addresses=addresses)

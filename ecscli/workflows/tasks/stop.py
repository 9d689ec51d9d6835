"""Every task of a project stopped; those of a service stay."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from typing import TYPE_CHECKING

from ecscli.base.records import record
from ecscli.up.model import Event, Plan
from ecscli.up.service.names import Names
from ecscli.up.tasks.live import project_tasks
from ecscli.up.tasks.plan import plan_stop
from ecscli.workflows.changes import apply_plan, check_timeout
from ecscli.workflows.project import Connect, ProjectRequest, load_names
from ecscli.workflows.tasks.settled import SettledTasks, until_settled

if TYPE_CHECKING:
    from types_boto3_ecs.type_defs import TaskTypeDef

    from ecscli.aws.client import Aws


@record
class PlannedStop:
    """The tasks that will be stopped, and how they are followed."""

    names: Names
    plan: Plan
    timeout: float
    no_wait: bool


def plan(connect: Connect, request: ProjectRequest, timeout: float, no_wait: bool) -> PlannedStop:
    """Plan to stop every task of the project; those of a service stay."""
    names = load_names(request, check_timeout(timeout))
    tasks = project_tasks(connect(), names, "RUNNING")
    return PlannedStop(names, plan_stop(names, tasks), timeout, no_wait)


def apply(aws: Aws, planned: PlannedStop) -> Generator[Event, None, SettledTasks]:
    """Stop the tasks, and follow them until they have stopped."""
    names = planned.names
    applied = yield from apply_plan(aws, planned.plan, f"the tasks of {names.project}")
    tasks: Sequence[TaskTypeDef] = applied.stopped
    if not planned.no_wait:
        tasks = yield from until_settled(aws, names, tasks, planned.timeout, "STOPPED")
    if not planned.plan:
        yield Event(f'No task of project "{names.project}" is running in cluster {names.cluster}.')
    return SettledTasks(tuple(tasks), bool(planned.plan))

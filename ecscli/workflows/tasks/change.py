"""A plan for the tasks of a project: checked against AWS, carried out so that as many run as are
wanted, and followed."""

from __future__ import annotations

from collections.abc import Generator, Iterable, Sequence
from typing import TYPE_CHECKING

from ecscli.base.errors import Finding
from ecscli.base.records import record, replace
from ecscli.up.model import Event, Plan, task_id
from ecscli.up.service.calls import Applied
from ecscli.up.service.desired import WantedTasks
from ecscli.up.service.live import LiveProject
from ecscli.up.service.names import Names
from ecscli.up.tasks.plan import plan_stop
from ecscli.up.tasks.surplus import invocation, read_surplus
from ecscli.workflows.changes import apply_plan
from ecscli.workflows.diagnosis import bad_ends, unplaced
from ecscli.workflows.events import warning
from ecscli.workflows.preflight import checked
from ecscli.workflows.request import TaskRequest
from ecscli.workflows.tasks.settled import SettledTasks, until_settled

if TYPE_CHECKING:
    from types_boto3_ecs.type_defs import TaskTypeDef

    from ecscli.aws.client import Aws


@record
class PlannedTasks:
    """What will be done so that `count` tasks run, and what it was planned from."""

    request: TaskRequest
    wanted: WantedTasks
    live: LiveProject
    plan: Plan
    count: int


def checked_tasks(aws: Aws, planned: PlannedTasks) -> PlannedTasks:
    """The same, once what the plan names was looked up."""
    plan = checked(aws, planned.plan, planned.wanted, planned.live)
    return replace(planned, plan=plan)


def apply_once(aws: Aws, planned: PlannedTasks) -> Generator[Event, None, Applied]:
    """Carry the plan out so that `count` tasks run, even where another invocation does the same at
    the same time."""
    names = planned.wanted.names
    applied = yield from apply_plan(aws, planned.plan, _tasks_of(names), invocation())
    extra = read_surplus(aws, names, applied.started, planned.live.tasks, planned.count)
    if extra:
        stopped = yield from _stop_surplus(aws, names, extra)
        applied.started = without(applied.started, stopped)
        applied.stopped += stopped
    return applied


def _tasks_of(names: Names) -> str:
    return f"the tasks of {names.project}"


def _stop_surplus(
    aws: Aws, names: Names, extra: Sequence[TaskTypeDef]
) -> Generator[Event, None, list[TaskTypeDef]]:
    """Stop the tasks that are too many; those that were stopped."""
    ids = ", ".join(task_id(str(task["taskArn"])) for task in extra)
    message = f"Another command has started tasks of {names.project} at the same time"
    yield warning(Finding(f"{message}: stopping {ids}"))
    return (yield from apply_plan(aws, plan_stop(names, extra), _tasks_of(names))).stopped


def followed(
    aws: Aws, planned: PlannedTasks, applied: Applied
) -> Generator[Event, None, list[TaskTypeDef]]:
    """What was stopped and started, at its end where it is waited for."""
    request = planned.request
    changed: list[TaskTypeDef] = [*applied.stopped, *applied.started]
    if request.no_wait:
        return changed
    return (yield from until_settled(aws, planned.wanted.names, changed, request.timeout))


def settled(
    aws: Aws,
    planned: PlannedTasks,
    applied: Applied,
    ended: Iterable[TaskTypeDef],
    tasks: Iterable[TaskTypeDef],
) -> SettledTasks:
    wanted, request = planned.wanted, planned.request
    error = unplaced(aws, wanted, planned.live, applied)
    if error is None and request.timeout and not request.no_wait:
        error = bad_ends(aws, wanted.names, among(ended, applied.started))
    return SettledTasks(tuple(tasks), bool(planned.plan), error, support=wanted.support)


def among(tasks: Iterable[TaskTypeDef], these: Iterable[TaskTypeDef]) -> list[TaskTypeDef]:
    arns = {task["taskArn"] for task in these}
    return [task for task in tasks if task["taskArn"] in arns]


def without(tasks: Iterable[TaskTypeDef], these: Iterable[TaskTypeDef]) -> list[TaskTypeDef]:
    arns = {task["taskArn"] for task in these}
    return [task for task in tasks if task["taskArn"] not in arns]

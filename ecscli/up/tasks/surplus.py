"""Two `compose up` or `scale` at once: after starting, a second look; of what is too much, each
stops its own."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import TYPE_CHECKING

from ecscli.up.service.names import Names
from ecscli.up.tasks.live import project_tasks

if TYPE_CHECKING:
    from types_boto3_ecs.type_defs import TaskTypeDef

    from ecscli.aws.client import Aws

MARK = "ecscli-"  # how startedBy begins of tasks that an `up` or a `scale` keeps the number of
JOB_MARK = f"{MARK}job-"  # ... of the jobs of layout services, which run once


def invocation(mark: str = MARK) -> str:
    """What the tasks of this invocation have as startedBy."""
    return mark + uuid.uuid4().hex[:16]


def surplus(
    running: Sequence[TaskTypeDef], known: Sequence[TaskTypeDef], started_by: str, wanted: int
) -> tuple[TaskTypeDef, ...]:
    """Which of the tasks of this invocation are too many, by an order that every invocation sees.

    `known` ran before and count; of the others those with a mark do, so that a one-off `run` stops
    nothing.
    """
    before = {task["taskArn"] for task in known}
    counted = [task for task in running if task["taskArn"] in before or _is_marked(task)]
    extra = sorted(counted, key=_age)[wanted:]
    return tuple(task for task in extra if task.get("startedBy") == started_by)


def first_of(tasks: Sequence[TaskTypeDef], definition: str) -> TaskTypeDef | None:
    """The first job of this revision, by the same order; None where there is none."""
    return min(_jobs(tasks, definition), key=_age, default=None)


def last_of(tasks: Sequence[TaskTypeDef], definition: str) -> TaskTypeDef | None:
    """The last job of this revision; None where there is none."""
    return max(_jobs(tasks, definition), key=_age, default=None)


def _jobs(tasks: Sequence[TaskTypeDef], definition: str) -> list[TaskTypeDef]:
    marked = [task for task in tasks if _is_marked(task, JOB_MARK)]
    return [task for task in marked if task["taskDefinitionArn"] == definition]


def _is_marked(task: TaskTypeDef, mark: str = MARK) -> bool:
    return task.get("startedBy", "").startswith(mark)


def _age(task: TaskTypeDef) -> tuple[str, str]:
    return str(task.get("createdAt", "")), task["taskArn"]


def read_surplus(
    aws: Aws,
    names: Names,
    started: Sequence[TaskTypeDef],
    known: Sequence[TaskTypeDef],
    wanted: int,
) -> tuple[TaskTypeDef, ...]:
    """Look again at what runs, where something was started: which of it is too much and ours to
    stop."""
    if not started:
        return ()
    running = project_tasks(aws, names, "RUNNING")
    return surplus(running, known, started[0].get("startedBy", ""), wanted)

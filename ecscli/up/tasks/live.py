"""READS: the tasks of a project, of a service or of a query, as ECS describes them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import partial
from typing import TYPE_CHECKING

from ecscli.aws.client import batches, workers
from ecscli.base.documents import Document
from ecscli.base.errors import InputError

if TYPE_CHECKING:
    from types_boto3_ecs.type_defs import TaskTypeDef

    from ecscli.aws.client import Aws
    from ecscli.up.service.names import Names

DESCRIBED_TASKS = 100  # the most that DescribeTasks takes
SHORT_ID = re.compile("[0-9a-f]{6,31}")  # a whole one has 32 digits, or the dashes of a UUID
MOST_NAMED = 3  # tasks that an error names


def project_tasks(aws: Aws, names: Names, status: str) -> tuple[TaskTypeDef, ...]:
    """The tasks of `compose up`, `scale` and `run`: those of our group, or of ecs-cli's oldest
    releases."""
    found = described(aws, names.cluster, {"family": names.family, "desiredStatus": status})
    return tuple(task for task in found if of_project(task, names))


def of_project(task: TaskTypeDef, names: Names) -> bool:
    """Whether a task of the family was started for the project, and not by a service."""
    return names.group == task.get("group") or names.started_by == task.get("startedBy")


def service_tasks(aws: Aws, names: Names, status: str) -> tuple[TaskTypeDef, ...]:
    """The tasks of the project's service with this desired status."""
    return described(aws, names.cluster, {"serviceName": names.service, "desiredStatus": status})


class Onlooker:
    """Who wants to know of tasks before all of them are there; called from any thread."""

    def listed(self, arns: Sequence[str]) -> None:
        """The first tasks of a query are listed; perhaps there are none."""

    def described(self, tasks: Sequence[TaskTypeDef]) -> None:
        """A page of tasks is described."""


def described(
    aws: Aws, cluster: str, query: Document, onlooker: Onlooker | None = None
) -> tuple[TaskTypeDef, ...]:
    """Every task of a ListTasks query; each full page is described while the next one is listed."""
    onlooker = onlooker or Onlooker()

    def describe(page: list[str]) -> list[TaskTypeDef]:
        tasks = describe_tasks(aws, cluster, page)
        onlooker.described(tasks)
        return tasks

    arns = aws.pages("ecs", "list_tasks", "taskArns", cluster=cluster, **query)
    pages = batches(arns, DESCRIBED_TASKS)
    first = next(pages, [])
    onlooker.listed(first)
    if len(first) < DESCRIBED_TASKS:
        return tuple(describe(first))
    with workers(4) as pool:
        answers = [pool.submit(describe, first)]
        answers += [pool.submit(describe, page) for page in pages]
        return tuple(task for answer in answers for task in answer.result())


def whole_id(aws: Aws, cluster: str, task: str) -> str:
    """The ARN of the task whose id begins like this, as tables on a terminal show it; a whole id or
    an ARN as it is, and so is one that no task has.

    Raises InputError where several tasks begin like this.
    """
    if not SHORT_ID.fullmatch(task):
        return task
    arns = [
        arn
        for status in ("RUNNING", "STOPPED")
        for arn in aws.pages("ecs", "list_tasks", "taskArns", cluster=cluster, desiredStatus=status)
        if arn.rpartition("/")[2].startswith(task)
    ]
    if len(arns) > 1:
        ids = ", ".join(arn.rpartition("/")[2] for arn in arns[:MOST_NAMED])
        raise InputError(f"several tasks begin with {task}: {ids}", hint="write more of the id")
    return arns[0] if arns else task


def describe_tasks(aws: Aws, cluster: str, arns: Iterable[str]) -> list[TaskTypeDef]:
    """These tasks as they are now, in batches that go out side by side."""
    lots = batches(arns, DESCRIBED_TASKS)
    answers = aws.together(*(partial(_describe, aws, cluster, lot) for lot in lots))
    return [task for tasks in answers for task in tasks]


def _describe(aws: Aws, cluster: str, arns: list[str]) -> list[TaskTypeDef]:
    answer = aws.call("ecs", "describe_tasks", cluster=cluster, tasks=arns)
    tasks: list[TaskTypeDef] = answer.get("tasks", [])
    return tasks

"""READS: the tasks of a project, of a service or of a query, as ECS describes them."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import TYPE_CHECKING

from ecscli.aws.client import batches, workers
from ecscli.base.documents import Document
from ecscli.up.service.names import Names

if TYPE_CHECKING:
    from types_boto3_ecs.type_defs import TaskTypeDef

    from ecscli.aws.client import Aws

DESCRIBED_TASKS = 100  # the most that DescribeTasks takes


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


def described(aws: Aws, cluster: str, query: Document) -> tuple[TaskTypeDef, ...]:
    """Every task of a ListTasks query; each full page is described while the next one is listed."""
    arns = aws.pages("ecs", "list_tasks", "taskArns", cluster=cluster, **query)
    pages = batches(arns, DESCRIBED_TASKS)
    first = next(pages, [])
    if len(first) < DESCRIBED_TASKS:
        return tuple(describe_tasks(aws, cluster, first))
    with workers(4) as pool:
        answers = [pool.submit(_describe, aws, cluster, first)]
        answers += [pool.submit(_describe, aws, cluster, page) for page in pages]
        return tuple(task for answer in answers for task in answer.result())


def describe_tasks(aws: Aws, cluster: str, arns: Iterable[str]) -> list[TaskTypeDef]:
    """These tasks as they are now, in batches that go out side by side."""
    lots = batches(arns, DESCRIBED_TASKS)
    answers = aws.together(*(partial(_describe, aws, cluster, lot) for lot in lots))
    return [task for tasks in answers for task in tasks]


def _describe(aws: Aws, cluster: str, arns: list[str]) -> list[TaskTypeDef]:
    answer = aws.call("ecs", "describe_tasks", cluster=cluster, tasks=arns)
    tasks: list[TaskTypeDef] = answer.get("tasks", [])
    return tasks

"""Tasks followed until each runs, or has stopped: Events on the way, a TasksOutcome at the end."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from ecscli.aws.client import TASKS
from ecscli.aws.errors import transient
from ecscli.base.errors import AwsError
from ecscli.base.records import record
from ecscli.up.model import Event, short, task_id
from ecscli.up.tasks.live import describe_tasks

if TYPE_CHECKING:
    from types_boto3_ecs.type_defs import TaskTypeDef

    from ecscli.aws.client import Aws

SETTLED = {"RUNNING": "Started container...", "STOPPED": "Stopped container..."}
UNSETTLED = "Describe ECS container status"


@record
class TasksOutcome:
    """The end of a wait: all tasks as they were last seen; `trouble` is empty where all have
    settled."""

    tasks: tuple[TaskTypeDef, ...]
    trouble: str = ""


def follow_tasks(
    aws: Aws, cluster: str, first: Iterable[TaskTypeDef], minutes: float, until: str = ""
) -> Generator[Event, None, TasksOutcome]:
    """Follow tasks until all have settled: started ones RUNNING or STOPPED, others (or with
    `until`) STOPPED.

    `first` is what the calls answered, which is the first sample. `minutes` is the longest time
    without any change.
    """
    known = {task["taskArn"]: task for task in first}
    reported: dict[str, str] = {}
    changed_at = aws.clock()
    fetch = _fetcher(aws, cluster, known, until)
    for sample in aws.poll(fetch, lambda _: not _unsettled(known, until), TASKS):
        for task in sample or ():
            status = task.get("lastStatus", "")
            if reported.get(task["taskArn"]) != status:
                reported[task["taskArn"]], changed_at = status, aws.clock()
                yield from _container_events(task, is_settled(task, until))
        unsettled = _unsettled(known, until)
        if unsettled and aws.clock() - changed_at > minutes * 60:
            waiting = ", ".join(task_id(arn) for arn in unsettled)
            trouble = f"no change for {minutes:g} minutes of task {waiting}"
            return TasksOutcome(tuple(known.values()), trouble)
    return TasksOutcome(tuple(known.values()))


def is_settled(task: TaskTypeDef, until: str = "") -> bool:
    """Whether a task has reached its desired status, or `until`, or has stopped before."""
    desired = until or task.get("desiredStatus", "RUNNING")
    return task.get("lastStatus", "") in ("STOPPED", desired)


def _unsettled(known: Mapping[str, TaskTypeDef], until: str) -> list[str]:
    return [arn for arn, task in known.items() if not is_settled(task, until)]


def _fetcher(
    aws: Aws, cluster: str, known: dict[str, TaskTypeDef], until: str
) -> Callable[[], list[TaskTypeDef] | None]:
    """The first sample is what is known; a poll that fails in passing gives None."""
    waiting = [list(known.values())]

    def fetch() -> list[TaskTypeDef] | None:
        if waiting:
            return waiting.pop()
        try:
            tasks = describe_tasks(aws, cluster, _unsettled(known, until))
        except AwsError as error:
            if not transient(error):
                raise
            return None
        known.update({task["taskArn"]: task for task in tasks})
        return tasks

    return fetch


def _container_events(task: TaskTypeDef, settled: bool) -> Iterator[Event]:
    """One line a container, in the words of ecs-cli."""
    for container in task.get("containers", ()):
        fields = {
            "container": f"{task_id(task['taskArn'])}/{container['name']}",
            "desiredStatus": task.get("desiredStatus"),
            "lastStatus": task.get("lastStatus"),
            "taskDefinition": short(task.get("taskDefinitionArn", "")),
        }
        yield Event(_message(task, settled), "done" if settled else "progress", fields)


def _message(task: TaskTypeDef, settled: bool) -> str:
    last = task.get("lastStatus", "")
    if last == "STOPPED" and task.get("desiredStatus") == "RUNNING":
        return "Container seems to have stopped..."
    return SETTLED.get(last, UNSETTLED) if settled else UNSETTLED

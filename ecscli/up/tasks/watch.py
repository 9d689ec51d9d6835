"""Tasks followed until each runs, or has stopped, as an iterator of Event."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from ecscli.aws.client import TASKS
from ecscli.aws.errors import transient
from ecscli.base.documents import Document
from ecscli.base.errors import AwsError
from ecscli.base.records import record
from ecscli.up.model import Event, short, task_id
from ecscli.up.service.live import describe_tasks

if TYPE_CHECKING:
    from ecscli.aws.client import Aws

Task = Document


@record
class TasksOutcome:
    """The end of a wait: all tasks as they were last seen; `trouble` is empty where all have
    settled."""

    tasks: tuple[Task, ...]
    trouble: str = ""


def follow_tasks(
    aws: Aws, cluster: str, first: Iterable[Task], minutes: float, until: str = ""
) -> Generator[Event, None, TasksOutcome]:
    """Follow tasks until all have settled: started ones RUNNING or STOPPED, others (or with
    `until`) STOPPED.

    `first` is what the calls answered, which is the first sample. `minutes` is the longest time
    without any change.
    """
    known = {task["taskArn"]: task for task in first}
    fetch, told = _fetcher(aws, cluster, known, until), dict[str, str]()
    changed = aws.clock()
    for state in aws.poll(fetch, lambda _: _all_settled(known, until), TASKS):
        for task in state or ():
            status = str(task.get("lastStatus", ""))
            if told.get(task["taskArn"]) != status:
                told[task["taskArn"]], changed = status, aws.clock()
                yield from _told(task, is_settled(task, until))
        if not _all_settled(known, until) and aws.clock() - changed > minutes * 60:
            waiting = ", ".join(
                task_id(arn) for arn, task in known.items() if not is_settled(task, until)
            )
            return TasksOutcome(
                tuple(known.values()), f"no change for {minutes:g} minutes of task {waiting}"
            )
    return TasksOutcome(tuple(known.values()))


def is_settled(task: Task, until: str = "") -> bool:
    last, desired = (
        str(task.get("lastStatus", "")),
        until or str(task.get("desiredStatus", "RUNNING")),
    )
    return last in ("STOPPED", desired)


def _all_settled(known: Mapping[str, Task], until: str) -> bool:
    return all(is_settled(task, until) for task in known.values())


def _fetcher(
    aws: Aws, cluster: str, known: dict[str, Task], until: str
) -> Callable[[], list[Task] | None]:
    waiting = [list(known.values())]

    def fetch() -> list[Task] | None:
        if waiting:
            return waiting.pop()
        open_ = [arn for arn, task in known.items() if not is_settled(task, until)]
        try:
            tasks = describe_tasks(aws, cluster, open_)
        except AwsError as error:
            if not transient(error):
                raise
            return None
        known.update({task["taskArn"]: task for task in tasks})
        return tasks

    return fetch


def _told(task: Task, settled: bool) -> Iterator[Event]:
    """One line a container, in the original's words."""
    last, desired = task.get("lastStatus"), task.get("desiredStatus")
    words = {"RUNNING": "Started container...", "STOPPED": "Stopped container..."}
    message = (
        words.get(str(last), "Describe ECS container status")
        if settled
        else "Describe ECS container status"
    )
    if last == "STOPPED" and desired == "RUNNING":
        message = "Container seems to have stopped..."
    for container in task.get("containers", ()):
        yield Event(
            message,
            "done" if settled else "progress",
            {
                "container": f"{task_id(task['taskArn'])}/{container['name']}",
                "desiredStatus": desired,
                "lastStatus": last,
                "taskDefinition": short(str(task.get("taskDefinitionArn", ""))),
            },
        )

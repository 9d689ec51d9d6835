"""Tasks followed until each runs, or has stopped: Events on the way, a TasksOutcome at the end."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Iterator
from typing import TYPE_CHECKING

from ecscli.aws.client import TASKS
from ecscli.aws.errors import transient
from ecscli.base.errors import AwsError
from ecscli.base.records import field, mutable, record
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


@mutable
class _Watched:
    """The tasks as they were last seen, by ARN; the status of each that was reported; and when one
    changed last, in seconds of the clock."""

    tasks: dict[str, TaskTypeDef]
    until: str
    changed_at: float
    reported: dict[str, str] = field(default_factory=dict)

    def unsettled(self) -> list[str]:
        """The ARNs of those that have not settled."""
        return [arn for arn, task in self.tasks.items() if not is_settled(task, self.until)]


def follow_tasks(
    aws: Aws, cluster: str, first: Iterable[TaskTypeDef], minutes: float, until: str = ""
) -> Generator[Event, None, TasksOutcome]:
    """Follow tasks until all have settled: started ones RUNNING or STOPPED, others (or with
    `until`) STOPPED.

    `first` is what the calls answered, which is the first sample. `minutes` is the longest time
    without any change.
    """
    watched = _Watched({task["taskArn"]: task for task in first}, until, aws.clock())
    fetch, trouble = _fetcher(aws, cluster, watched), ""
    for sample in aws.poll(fetch, lambda _: not watched.unsettled(), TASKS):
        yield from _changes(sample or (), watched, aws.clock())
        trouble = _delay(watched, aws.clock(), minutes)
        if trouble:
            break
    return TasksOutcome(tuple(watched.tasks.values()), trouble)


def _delay(watched: _Watched, now: float, minutes: float) -> str:
    """What has not changed for too long; empty where all is well."""
    unsettled = watched.unsettled()
    if not unsettled or now - watched.changed_at <= minutes * 60:
        return ""
    waiting = ", ".join(task_id(arn) for arn in unsettled)
    return f"no change for {minutes:g} minutes of task {waiting}"


def _changes(sample: Iterable[TaskTypeDef], watched: _Watched, now: float) -> Iterator[Event]:
    """The containers of each task whose status is another one."""
    for task in sample:
        arn, status = task["taskArn"], task.get("lastStatus", "")
        if watched.reported.get(arn) != status:
            watched.reported[arn], watched.changed_at = status, now
            yield from _container_events(task, is_settled(task, watched.until))


def is_settled(task: TaskTypeDef, until: str = "") -> bool:
    """Whether a task has reached its desired status, or `until`, or has stopped before."""
    desired = until or task.get("desiredStatus", "RUNNING")
    return task.get("lastStatus", "") in ("STOPPED", desired)


def _fetcher(aws: Aws, cluster: str, watched: _Watched) -> Callable[[], list[TaskTypeDef] | None]:
    """The first sample is what is known; a poll that fails in passing gives None."""
    waiting = [list(watched.tasks.values())]

    def fetch() -> list[TaskTypeDef] | None:
        if waiting:
            return waiting.pop()
        try:
            tasks = describe_tasks(aws, cluster, watched.unsettled())
        except AwsError as error:
            if not transient(error):
                raise
            return None
        watched.tasks |= {task["taskArn"]: task for task in tasks}
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

"""One task followed to its end, and its log as it comes, as an iterator of Event."""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping
from typing import TYPE_CHECKING

from ecscli.aws.client import TASKS
from ecscli.aws.errors import transient
from ecscli.base.documents import Document
from ecscli.base.errors import AwsError
from ecscli.base.records import field, mutable
from ecscli.up.model import Event, short, task_id
from ecscli.up.service.live import describe_tasks

if TYPE_CHECKING:
    from ecscli.aws.client import Aws

Task = Document
Logs = tuple[
    Mapping[str, Mapping[str, str]], Callable[[str], None]
]  # awslogs options by container; where lines go


@mutable
class _Tail:
    """How far the log of each container has been read."""

    tokens: dict[str, str] = field(default_factory=dict)


def follow_program(
    aws: Aws, cluster: str, task: Task, minutes: float, logs: Logs
) -> Generator[Event, None, Task | None]:
    """The task as it stopped; None where it has not within `minutes`, 0 being no limit."""
    tail, told, start = _Tail(), "", aws.clock()
    for state in aws.poll(_fetcher(aws, cluster, task), _has_stopped, TASKS):
        read_logs(aws, task, logs, tail)
        if state is not None and state.get("lastStatus") != told:
            told = str(state.get("lastStatus"))
            yield Event(
                "Task status",
                "progress",
                {
                    "task": task_id(str(task["taskArn"])),
                    "lastStatus": told,
                    "taskDefinition": short(str(state.get("taskDefinitionArn", ""))),
                },
            )
        if state is not None and _has_stopped(state):
            read_logs(aws, task, logs, tail)
            return state
        if minutes and aws.clock() - start > minutes * 60:
            return None
    return None


def _has_stopped(state: Task | None) -> bool:
    return state is not None and state.get("lastStatus") == "STOPPED"


def _fetcher(aws: Aws, cluster: str, task: Task) -> Callable[[], Task | None]:
    waiting = [task]

    def fetch() -> Task | None:
        if waiting:
            return waiting.pop()
        try:
            return next(iter(describe_tasks(aws, cluster, [str(task["taskArn"])])), None)
        except AwsError as error:
            if not transient(error):
                raise
            return None

    return fetch


def read_logs(aws: Aws, task: Task, logs: Logs, tail: _Tail) -> None:
    """Pass on what is new in the log streams of the task; a stream that is not there yet says
    nothing."""
    sources, write = logs
    for container, options in sources.items():
        there = aws.elsewhere(options.get("awslogs-region", aws.region))
        token = {"nextToken": tail.tokens[container]} if container in tail.tokens else {}
        stream = f"{options['awslogs-stream-prefix']}/{container}/{task_id(str(task['taskArn']))}"
        try:
            answer = there.call(
                "logs",
                "get_log_events",
                logGroupName=options["awslogs-group"],
                logStreamName=stream,
                startFromHead=True,
                **token,
            )
        except AwsError as error:
            if error.code != "ResourceNotFoundException" and not transient(error):
                raise
            continue
        tail.tokens[container] = answer.get("nextForwardToken", tail.tokens.get(container, ""))
        several = len(sources) > 1
        for event in answer.get("events", ()):
            write(f"{container} | {event['message']}" if several else str(event["message"]))

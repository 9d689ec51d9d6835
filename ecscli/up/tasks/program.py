"""One task followed to its end, and its log as it comes, as an iterator of Event."""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping
from typing import TYPE_CHECKING

from ecscli.aws.client import TASKS
from ecscli.aws.errors import transient
from ecscli.base.documents import Draft
from ecscli.base.errors import AwsError
from ecscli.up.model import Event, short, task_id
from ecscli.up.tasks.live import describe_tasks

if TYPE_CHECKING:
    from types_boto3_ecs.type_defs import TaskTypeDef

    from ecscli.aws.client import Aws

# awslogs options by container; where lines go
Logs = tuple[Mapping[str, Mapping[str, str]], Callable[[str], None]]
Tail = dict[str, str]  # container -> the token of the next page of its log


def follow_program(
    aws: Aws, cluster: str, task: TaskTypeDef, minutes: float, logs: Logs
) -> Generator[Event, None, TaskTypeDef | None]:
    """The task as it stopped; None where it has not within `minutes`, 0 being no limit."""
    tail: Tail = {}
    reported, start = "", aws.clock()
    for state in aws.poll(_fetcher(aws, cluster, task), _has_stopped, TASKS):
        _read_logs(aws, task, logs, tail)
        status = state.get("lastStatus", "") if state else ""
        if state and status != reported:
            reported = status
            yield _status_event(state)
        if _has_stopped(state):
            _read_logs(aws, task, logs, tail)
            return state
        if minutes and aws.clock() - start > minutes * 60:
            return None
    return None


def _status_event(task: TaskTypeDef) -> Event:
    fields = {
        "task": task_id(task["taskArn"]),
        "lastStatus": task.get("lastStatus", ""),
        "taskDefinition": short(task.get("taskDefinitionArn", "")),
    }
    return Event("Task status", "progress", fields)


def _has_stopped(task: TaskTypeDef | None) -> bool:
    return task is not None and task.get("lastStatus") == "STOPPED"


def _fetcher(aws: Aws, cluster: str, task: TaskTypeDef) -> Callable[[], TaskTypeDef | None]:
    """The first sample is the task as it was started; a poll that fails in passing gives None."""
    waiting = [task]

    def fetch() -> TaskTypeDef | None:
        if waiting:
            return waiting.pop()
        try:
            return next(iter(describe_tasks(aws, cluster, [task["taskArn"]])), None)
        except AwsError as error:
            if not transient(error):
                raise
            return None

    return fetch


def _read_logs(aws: Aws, task: TaskTypeDef, logs: Logs, tail: Tail) -> None:
    """Pass on what is new in the log streams of the task."""
    sources, write = logs
    id_ = task_id(task["taskArn"])
    for container, options in sources.items():
        answer = _next_page(aws, id_, container, options, tail.get(container))
        if answer is None:
            continue
        if "nextForwardToken" in answer:
            tail[container] = answer["nextForwardToken"]
        prefix = f"{container} | " if len(sources) > 1 else ""
        for event in answer.get("events", ()):
            write(f"{prefix}{event['message']}")


def _next_page(
    aws: Aws, task: str, container: str, options: Mapping[str, str], token: str | None
) -> Draft | None:
    """The page behind the token; None of a stream that does not exist yet, and of a read that fails
    in passing."""
    there = aws.elsewhere(options.get("awslogs-region", aws.region))
    query: Draft = {
        "logGroupName": options["awslogs-group"],
        "logStreamName": f"{options['awslogs-stream-prefix']}/{container}/{task}",
        "startFromHead": True,
    }
    if token is not None:
        query["nextToken"] = token
    try:
        return there.call("logs", "get_log_events", **query)
    except AwsError as error:
        if error.code != "ResourceNotFoundException" and not transient(error):
            raise
        return None

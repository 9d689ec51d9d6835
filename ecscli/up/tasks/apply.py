"""WRITES: tasks started and stopped, alone or side by side, with an Event for each container."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING

from ecscli.base.documents import Document, Draft
from ecscli.base.errors import AwsError
from ecscli.up.model import Action, Event, RunTask, StopTask, task_id
from ecscli.up.service.calls import Applied, call

if TYPE_CHECKING:
    from ecscli.aws.client import Aws


def run_tasks(aws: Aws, action: RunTask, done: Applied) -> Iterator[Event]:
    """Start tasks; those that ECS could not place are in `done.failures`."""
    yield from _record_started(call(aws, action, done), done)


def stop_task(aws: Aws, action: StopTask, done: Applied) -> Iterator[Event]:
    """Stop one task."""
    yield from _record_stopped(action, _stop(aws, action), done)


def side_by_side(aws: Aws, actions: Sequence[Action], done: Applied) -> Iterator[Event]:
    """Start or stop all at once; the events come in the order of the actions."""
    answers = aws.together(*(partial(_answer, aws, action, done) for action in actions))
    for action, answer in zip(actions, answers, strict=True):
        if isinstance(action, StopTask):
            yield from _record_stopped(action, answer, done)
        else:
            yield from _record_started(answer, done)


def _answer(aws: Aws, action: Action, done: Applied) -> Draft:
    if isinstance(action, StopTask):
        return _stop(aws, action)
    return call(aws, action, done)


def _stop(aws: Aws, action: StopTask) -> Draft:
    """StopTask's answer; a task that ECS has forgotten has stopped."""
    try:
        return aws.call("ecs", "stop_task", **action.request)
    except AwsError as error:
        if "task was not found" not in error.message:
            raise
    arn = action.request["task"]
    stopped = {"taskArn": arn, "lastStatus": "STOPPED", "desiredStatus": "STOPPED"}
    return {"task": {**stopped, "containers": []}}


def _record_started(answer: Document, done: Applied) -> Iterator[Event]:
    done.started += answer.get("tasks", ())
    done.failures += answer.get("failures", ())
    for task in answer.get("tasks", ()):
        for container in task.get("containers", ()):
            name = f"{task_id(task['taskArn'])}/{container['name']}"
            yield Event("Starting container...", "info", {"container": name})


def _record_stopped(action: StopTask, answer: Document, done: Applied) -> Iterator[Event]:
    task = answer["task"]
    done.stopped.append(task)
    for container in task.get("containers", ()):
        name = f"{action.subject}/{container['name']}"
        yield Event("Stopping container...", "info", {"container": name})

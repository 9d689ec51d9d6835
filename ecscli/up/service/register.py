"""WRITES: what must be there before a task can start: a revision of the task definition, and log
groups."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from typing import TYPE_CHECKING

from ecscli.aws.errors import is_session_over, lost
from ecscli.base.documents import Draft
from ecscli.base.errors import AccessError, AwsError
from ecscli.up.model import CreateLogGroup, Event, RegisterTaskDefinition
from ecscli.up.service.calls import Applied, request_of, sent
from ecscli.up.service.live import LiveProject
from ecscli.up.service.revisions import maybe_definition, newest_definition
from ecscli.up.service.task_definition import is_registered

if TYPE_CHECKING:
    from types_boto3_ecs.type_defs import TaskDefinitionTypeDef

    from ecscli.aws.client import Aws

TRIES = 3  # of RegisterTaskDefinition whose answers are lost
MOST_MEANWHILE = 3  # revisions between the plan and ours that are looked at


def register(aws: Aws, action: RegisterTaskDefinition, done: Applied) -> Iterator[Event]:
    """Register the revision; its name and ARN become values for Refs."""
    request = request_of(action, done)
    found = sent(aws, lambda: _registered(aws, request), done)
    twin = _made_meanwhile(aws, request, range(action.newest + 1, found["revision"]))
    if twin:
        yield from _give_up(aws, found)
        found = twin
    name = f"{found['family']}:{found['revision']}"
    done.values |= {"taskDefinition": name, "taskDefinitionArn": found["taskDefinitionArn"]}
    yield Event("Using ECS task definition", "info", {"TaskDefinition": name})


def _registered(aws: Aws, request: Draft) -> TaskDefinitionTypeDef:
    """The new revision. Where the answer is lost, the newest one may be it: nothing is registered
    twice."""
    found: TaskDefinitionTypeDef
    for _ in range(TRIES):
        try:
            found = aws.call("ecs", "register_task_definition", **request)["taskDefinition"]
            return found
        except AwsError as error:
            if not lost(error):
                raise
            failure = error
        newest = newest_definition(aws, str(request["family"]))
        if newest is not None and is_registered(request, LiveProject(newest)):
            found = newest["taskDefinition"]
            return found
    raise failure


def _made_meanwhile(aws: Aws, request: Draft, numbers: range) -> TaskDefinitionTypeDef | None:
    """The first of these revisions that is like the request: another command, which wants the same,
    has registered it since the plan was made. Each command takes that one."""
    if len(numbers) > MOST_MEANWHILE:  # of a family whose revisions were deregistered
        return None
    for number in numbers:
        other = maybe_definition(aws, f"{request['family']}:{number}")
        if other is not None and is_registered(request, LiveProject(other)):
            return other["taskDefinition"]
    return None


def _give_up(aws: Aws, ours: TaskDefinitionTypeDef) -> Iterator[Event]:
    """Deregister a revision that nobody uses; where that is refused, it does no harm."""
    name = f"{ours['family']}:{ours['revision']}"
    yield Event(f"Another command has registered the same at the same time: {name} is not used")
    with suppress(AwsError, AccessError):
        aws.call("ecs", "deregister_task_definition", taskDefinition=name)


def create_log_group(aws: Aws, action: CreateLogGroup) -> Iterator[Event]:
    """Create the log group; one that exists by now only gets its retention."""
    there, name = aws.elsewhere(action.region), action.subject
    try:
        there.call("logs", "create_log_group", **action.request)
    except AwsError as error:
        if error.code != "ResourceAlreadyExistsException":
            raise
        # made meanwhile, or its answer was lost
        yield Event(f"Log group {name} in {action.region} exists already")
        if action.implied:
            return
    except AccessError as error:
        raise _explained(error, action) from error
    else:
        yield Event(f"Created Log Group {name} in {action.region}", "done")
    if action.retention:
        yield from _keep_for(there, action, action.retention)


def _keep_for(there: Aws, action: CreateLogGroup, days: int) -> Iterator[Event]:
    """Set the retention; one that nobody has asked for is not worth a failure."""
    retention = {"logGroupName": action.subject, "retentionInDays": days}
    try:
        there.call("logs", "put_retention_policy", **retention)
    except AccessError as error:
        if is_session_over(error) or not action.implied:
            raise
        message = f"log group {action.subject} keeps its lines for ever: {next(error.lines())}"
        yield Event(message, "warning", hint=f"set its retention to {days} days")


def _explained(error: AccessError, action: CreateLogGroup) -> AccessError:
    """The error with what to do, where nobody has asked for the group by a flag."""
    if is_session_over(error) or not action.implied:
        return error
    hint = (
        f"logs of containers without a driver go to {action.subject}: have it made, or allow"
        " logs:CreateLogGroup, or leave logs out with `x-ecs: {logs: none}` in the Compose file"
    )
    message = f"log group {action.subject} cannot be made: {error.message}"
    return AccessError(message, hint=hint, code=error.code)

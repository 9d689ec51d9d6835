"""WRITES only: a Plan -> its calls, one function an action; Events come out, and what AWS
answered."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Sequence
from itertools import groupby
from typing import TYPE_CHECKING, Any, assert_never

from ecscli.aws.errors import lost
from ecscli.base.documents import Document, Draft
from ecscli.base.errors import AwsError, InputError
from ecscli.base.records import field, mutable
from ecscli.up.model import (
    Action,
    CreateCluster,
    CreateLogGroup,
    CreateService,
    DeleteCluster,
    DeleteService,
    DeleteStack,
    DeployStack,
    Event,
    Plan,
    Ref,
    RegisterTaskDefinition,
    RunTask,
    StopTask,
    TagResource,
    UpdateCluster,
    UpdateService,
    filled,
    short,
    task_id,
)
from ecscli.up.service.live import Live, in_region, newest_definition
from ecscli.up.service.task_definition import is_registered

if TYPE_CHECKING:
    from ecscli.aws.client import Aws

Answer = Document
NO_SERVICE = ("ServiceNotFoundException", "ServiceNotActiveException")
REGISTRATIONS = 3  # tries of RegisterTaskDefinition whose answers are lost


@mutable
class Applied:
    """What the calls returned: `values` by the names that Refs use; the service and the tasks as
    AWS answered."""

    values: Draft = field(default_factory=dict)
    service: Answer | None = None
    started: list[Answer] = field(default_factory=list)
    stopped: list[Answer] = field(default_factory=list)
    failures: list[Answer] = field(default_factory=list)
    started_by: str = ""


def apply(aws: Aws, plan: Plan, started_by: str = "") -> Generator[Event, None, Applied]:
    """Carry the plan out in its order; stops next to each other, and runs, go out side by side.

    Tasks are started with `started_by`, by which an invocation knows its own. Returns what AWS
    answered. Raises AwsError at the first call that AWS refuses, with what was done before it.
    """
    done = Applied(started_by=started_by)
    for kind, group in groupby(plan.actions, type):
        actions = list(group)
        if kind in (StopTask, RunTask) and len(actions) > 1:
            yield from _side_by_side(aws, actions, done)
        else:
            for action in actions:
                yield from _one(aws, action, done)
    return done


def _one(aws: Aws, action: Action, done: Applied) -> Iterator[Event]:
    match action:
        case CreateLogGroup():
            yield from _create_log_group(aws, action)
        case RegisterTaskDefinition():
            yield from _register(aws, action, done)
        case RunTask():
            yield from _told_runs(_call(aws, action, done), done)
        case StopTask():
            yield from _told_stops(action, _stop(aws, action), done)
        case CreateService() | UpdateService() | DeleteService():
            yield from _change_service(aws, action, done)
        case TagResource():
            _call(aws, action, done)
            yield Event("Added new tags to service", "done", {"service": short(action.subject)})
        case DeployStack() | DeleteStack():
            yield from _stack(aws, action, done)
        case CreateCluster() | UpdateCluster() | DeleteCluster():
            _call(aws, action, done)
            yield Event(f"{action.call.verb} {action.subject}", "done")
        case _:
            assert_never(action)


def _call(aws: Aws, action: Action, done: Applied) -> Draft:
    return aws.call(action.call.service, action.call.operation, **_request(action, done))


def _request(action: Action, done: Applied) -> Draft:
    request: Draft = filled(action.request, lambda ref: _value(ref, done))
    if isinstance(action, RunTask) and done.started_by:
        request["startedBy"] = done.started_by
    return request


def _value(ref: Ref, done: Applied) -> Any:
    return done.values[ref.name]


def _create_log_group(aws: Aws, action: CreateLogGroup) -> Iterator[Event]:
    there, name = in_region(aws, action.region), action.subject
    try:
        there.call("logs", "create_log_group", **action.request)
    except AwsError as error:
        if error.code != "ResourceAlreadyExistsException":
            raise
        # made meanwhile, or its answer was lost
        yield Event(f"Log group {name} in {action.region} exists already")
    else:
        yield Event(f"Created Log Group {name} in {action.region}", "done")
    if action.retention:
        there.call(
            "logs", "put_retention_policy", logGroupName=name, retentionInDays=action.retention
        )


def _register(aws: Aws, action: RegisterTaskDefinition, done: Applied) -> Iterator[Event]:
    found = _registered(aws, _request(action, done))
    done.values["taskDefinition"] = f"{found['family']}:{found['revision']}"
    done.values["taskDefinitionArn"] = found["taskDefinitionArn"]
    yield Event(
        "Using ECS task definition", "info", {"TaskDefinition": done.values["taskDefinition"]}
    )


def _registered(aws: Aws, request: Draft) -> Answer:
    """The new revision. Where the answer is lost, the newest one may be it: nothing is registered
    twice."""
    for _ in range(REGISTRATIONS):
        try:
            found: Answer = aws.call("ecs", "register_task_definition", **request)["taskDefinition"]
            return found
        except AwsError as error:
            if not lost(error):
                raise
            failure = error
        newest = newest_definition(aws, str(request["family"]))
        if newest is not None and is_registered(request, Live(newest)):
            registered: Answer = newest["taskDefinition"]
            return registered
    raise failure


def _change_service(
    aws: Aws, action: CreateService | UpdateService | DeleteService, done: Applied
) -> Iterator[Event]:
    try:
        done.service = _call(aws, action, done).get("service")
    except AwsError as error:
        # the plan found it active: it went with a call whose answer was lost, or by somebody else's
        # hand
        if not (isinstance(action, DeleteService) and error.code in NO_SERVICE):
            raise _service_error(error, action) from error
    yield Event(_told(action), "done", _told_fields(action, done))


def _service_error(error: AwsError, action: Action) -> AwsError | InputError:
    """A service that does not exist is a wrong name: ECS refused it, and nothing was changed."""
    if error.code in NO_SERVICE:
        hint = (
            "create it with `ecscli compose service up`, or name another with --project-name and"
            " --cluster"
        )
        return InputError(
            f"there is no service {action.subject} in cluster {action.request['cluster']}",
            hint=hint,
        )
    return error


def _told(action: CreateService | UpdateService | DeleteService) -> str:
    if isinstance(action, CreateService):
        return "Created an ECS service"
    if isinstance(action, DeleteService):
        return "Deleted ECS service"
    if "taskDefinition" in action.request:
        return "Updated the ECS service with a new task definition"
    return "Updated ECS service successfully"


def _told_fields(action: Action, done: Applied) -> Draft:
    names = (
        "taskDefinition",
        "desiredCount",
        "forceNewDeployment",
        "healthCheckGracePeriodSeconds",
    )
    request = _request(action, done)
    told = {
        name: short(str(request[name])) for name in names if request.get(name) not in (None, False)
    }
    return {"service": action.subject, **told}


# -------------------------------------------------------------------------------- tasks


def _side_by_side(aws: Aws, actions: Sequence[Any], done: Applied) -> Iterator[Event]:
    def caller(action: Action) -> Callable[[], Draft]:
        return lambda: (
            _stop(aws, action) if isinstance(action, StopTask) else _call(aws, action, done)
        )

    answers = aws.together(*(caller(action) for action in actions))
    for action, answer in zip(actions, answers, strict=True):
        if isinstance(action, RunTask):
            yield from _told_runs(answer, done)
        else:
            yield from _told_stops(action, answer, done)


def _told_runs(answer: Answer, done: Applied) -> Iterator[Event]:
    done.started += answer.get("tasks", ())
    done.failures += answer.get("failures", ())
    for task in answer.get("tasks", ()):
        for container in task.get("containers", ()):
            yield Event(
                "Starting container...",
                "info",
                {"container": f"{task_id(task['taskArn'])}/{container['name']}"},
            )


def _stop(aws: Aws, action: StopTask) -> Draft:
    """One task stopped; one that ECS does not know any more has stopped."""
    try:
        return aws.call("ecs", "stop_task", **action.request)
    except AwsError as error:
        if "task was not found" not in error.message:
            raise
        gone = {
            "taskArn": action.request["task"],
            "lastStatus": "STOPPED",
            "desiredStatus": "STOPPED",
        }
        return {"task": {**gone, "containers": []}}


def _told_stops(action: StopTask, answer: Answer, done: Applied) -> Iterator[Event]:
    task = answer["task"]
    done.stopped.append(task)
    for container in task.get("containers", ()):
        yield Event(
            "Stopping container...", "info", {"container": f"{action.subject}/{container['name']}"}
        )


# ------------------------------------------------------------------------------- stacks


def _stack(aws: Aws, action: DeployStack | DeleteStack, done: Applied) -> Iterator[Event]:
    from ecscli.up.discovery.apply import carry_out

    yield from carry_out(aws, action, _request(action, done), done.values)

"""WRITES only: a Plan -> its calls, one function per kind of action; Events come out, and what AWS
answered."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from itertools import groupby
from typing import TYPE_CHECKING, assert_never

from ecscli.base.documents import Draft
from ecscli.base.errors import AwsError, InputError
from ecscli.up.model import (
    Action,
    BuildImage,
    ContinueDeployment,
    CreateLogGroup,
    CreateRepository,
    CreateService,
    DeleteFileSystem,
    DeleteRepository,
    DeleteSecret,
    DeleteService,
    DeleteStack,
    DeployStack,
    Event,
    Plan,
    RegisterTaskDefinition,
    RunTask,
    StopDeployment,
    StopTask,
    TagResource,
    UpdateService,
    WriteSecret,
    short,
)
from ecscli.up.secrets.apply import delete_secret, write_secret
from ecscli.up.service.calls import Applied, call, request_of
from ecscli.up.service.live import no_service
from ecscli.up.service.names import Names
from ecscli.up.service.register import create_log_group, register
from ecscli.up.tasks.apply import run_tasks, side_by_side, stop_task

if TYPE_CHECKING:
    from ecscli.aws.client import Aws

NO_SERVICE = ("ServiceNotFoundException", "ServiceNotActiveException")
# Fields of a request that the event of its service repeats
REPORTED = (
    "taskDefinition",
    "desiredCount",
    "forceNewDeployment",
    "healthCheckGracePeriodSeconds",
)


def apply(
    aws: Aws, plan: Plan, started_by: str = "", new_role: bool = False
) -> Generator[Event, None, Applied]:
    """Carry the plan out in its order; adjacent stops, and adjacent runs, go out side by side.

    Tasks are started with `started_by`; `new_role`: it may name a role that another plan has just
    made. Returns what AWS answered. Raises AwsError at the first
    call that AWS refuses, with what was done before it.
    """
    done = Applied(started_by=started_by, new_role=new_role)
    for kind, group in groupby(plan.actions, type):
        actions = list(group)
        if kind in (StopTask, RunTask) and len(actions) > 1:
            yield from side_by_side(aws, actions, done)
        else:
            for action in actions:
                yield from _apply_one(aws, action, done)
    return done


def _apply_one(aws: Aws, action: Action, done: Applied) -> Iterator[Event]:
    match action:
        case CreateRepository() | BuildImage():
            pass  # only in plans that are shown
        case CreateLogGroup():
            yield from create_log_group(aws, action)
        case WriteSecret():
            yield from write_secret(aws, action)
        case DeleteSecret():
            yield from delete_secret(aws, action)
        case DeleteRepository() | DeleteFileSystem():
            yield from _delete_remains(aws, action)
        case RegisterTaskDefinition():
            yield from register(aws, action, done)
        case RunTask():
            yield from run_tasks(aws, action, done)
        case StopTask():
            yield from stop_task(aws, action, done)
        case CreateService() | UpdateService() | DeleteService():
            yield from _change_service(aws, action, done)
        case TagResource() | StopDeployment() | ContinueDeployment():
            call(aws, action, done)
            yield _settled(action)
        case DeployStack() | DeleteStack():
            yield from _change_stack(aws, action, done)
        case _:
            assert_never(action)


def _settled(action: TagResource | StopDeployment | ContinueDeployment) -> Event:
    """What a call has done that nothing else depends on."""
    if isinstance(action, TagResource):
        return Event("Added new tags to service", "done", {"service": short(action.subject)})
    verb = "Stopping" if isinstance(action, StopDeployment) else "Continuing"
    return Event(f"{verb} deployment {action.subject}", "done")


def _delete_remains(aws: Aws, action: DeleteRepository | DeleteFileSystem) -> Iterator[Event]:
    if isinstance(action, DeleteRepository):
        yield from _delete_repository(aws, action)
        return
    # few projects have one: its room is loaded where one goes
    from ecscli.up.support.deletion import delete_file_system

    yield from delete_file_system(aws, action)


def _delete_repository(aws: Aws, action: DeleteRepository) -> Iterator[Event]:
    """Delete a repository; one that is gone by now needs it no more."""
    try:
        aws.call(action.call.service, action.call.operation, **action.request)
    except AwsError as error:
        if error.code != "RepositoryNotFoundException":
            raise
    yield Event(f"Deleted repository {action.subject} ({action.label})", "done")


def _change_service(
    aws: Aws, action: CreateService | UpdateService | DeleteService, done: Applied
) -> Iterator[Event]:
    try:
        done.service = call(aws, action, done).get("service")
    except AwsError as error:
        # the plan found it active: a call whose answer was lost has deleted it, or somebody else
        is_deleted = isinstance(action, DeleteService) and error.code in NO_SERVICE
        if not is_deleted:
            raise _service_error(error, action) from error
    yield Event(_message(action), "done", {"service": action.subject, **_reported(action, done)})


def _service_error(error: AwsError, action: Action) -> AwsError | InputError:
    """A service that does not exist is a mistaken name: ECS refused it, and nothing was changed."""
    if error.code in NO_SERVICE:
        return no_service(Names(action.subject, action.request["cluster"]))
    return error


def _message(action: CreateService | UpdateService | DeleteService) -> str:
    if isinstance(action, CreateService):
        return "Created an ECS service"
    if isinstance(action, DeleteService):
        return "Deleted ECS service"
    if "taskDefinition" in action.request:
        return "Updated the ECS service with a new task definition"
    return "Updated ECS service successfully"


def _reported(action: Action, done: Applied) -> Draft:
    request = request_of(action, done)
    given = [name for name in REPORTED if request.get(name) not in (None, False)]
    return {name: short(str(request[name])) for name in given}


def _change_stack(aws: Aws, action: DeployStack | DeleteStack, done: Applied) -> Iterator[Event]:
    # few services have stacks: their room is loaded where one does
    from ecscli.up.stack.beside import apply_stack

    request = request_of(action, done)
    yield from apply_stack(aws, action, request, done.values)
    if request.get("Capabilities"):
        done.new_role = True

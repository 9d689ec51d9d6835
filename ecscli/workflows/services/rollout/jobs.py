"""The jobs of a wave, started and followed to their end; a success is noted at the revision that
ran. A job that runs already, for another `up` or for one that was cut off, is followed instead, and
one that has succeeded meanwhile is noted."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from typing import TYPE_CHECKING

from ecscli.base.errors import DeploymentError, Finding
from ecscli.base.records import record
from ecscli.up.model import Event, Ref, task_id
from ecscli.up.project.plan import JOB_TAG, SUCCEEDED, PlannedGroup, has_succeeded
from ecscli.up.service.desired import WantedTasks
from ecscli.up.service.names import Names
from ecscli.up.service.task_definition import definition_arn
from ecscli.up.tasks.live import project_tasks
from ecscli.up.tasks.overrides import exit_code
from ecscli.up.tasks.plan import plan_stop
from ecscli.up.tasks.surplus import JOB_MARK, first_of, invocation, last_of
from ecscli.workflows.changes import apply_plan
from ecscli.workflows.diagnosis import bad_ends
from ecscli.workflows.events import warning
from ecscli.workflows.tasks import run
from ecscli.workflows.tasks.run import PlannedRun, RunRequest

if TYPE_CHECKING:
    from types_boto3_ecs.type_defs import TaskTypeDef

    from ecscli.aws.client import Aws

ENDED_BY_ITSELF = "EssentialContainerExited"  # stopCode


@record
class EndedJob:
    """A job at its end; `error` where it did not end with exit code 0."""

    names: Names
    task: TaskTypeDef | None
    error: DeploymentError | None = None


@record
class StartedJob:
    """A job, and the task that runs it, or why it could not be placed."""

    run: PlannedRun
    task: TaskTypeDef | DeploymentError


def start_job(
    aws: Aws,
    planned: PlannedGroup,
    request: RunRequest,
    new_role: bool = False,
    always: bool = False,
) -> Generator[Event, None, StartedJob]:
    """Start a job, unless it runs already or, but for `always`, has succeeded and nobody has noted
    it. `new_role`: the support stack has just changed."""
    job = _run(planned, request)
    looks_back = not (always or has_succeeded(job.live))
    return StartedJob(job, (yield from _start(aws, job, new_role, looks_back)))


def finish_jobs(
    aws: Aws, started: Sequence[StartedJob]
) -> Generator[Event, None, tuple[EndedJob, ...]]:
    """Follow each job to its end, however long it takes."""
    ended = []
    for job in started:
        if isinstance(job.task, DeploymentError):
            ended.append(EndedJob(job.run.wanted.names, None, job.task))
        else:
            ended.append((yield from _finish(aws, job.run, job.task)))
    return tuple(ended)


def _run(one: PlannedGroup, request: RunRequest) -> PlannedRun:
    wanted = one.group.wanted
    assert isinstance(wanted, WantedTasks), "a job is a task"
    return PlannedRun(request, wanted, one.group.live, one.plan, None)


def _start(
    aws: Aws, job: PlannedRun, new_role: bool, looks_back: bool
) -> Generator[Event, None, TaskTypeDef | DeploymentError]:
    running = _running(aws, job.wanted.names, definition_arn(job.wanted.definition, job.live))
    if running is not None:
        yield Event(f"Job {job.wanted.names.family} runs already: following {_id(running)}")
        return running
    succeeded = _succeeded(aws, job) if looks_back else None
    if succeeded is not None:
        name = job.wanted.names.family
        yield Event(f"Job {name} has succeeded already, by task {_id(succeeded)}")
        return succeeded
    try:
        task = yield from run.start(aws, job, invocation(JOB_MARK), new_role)
    except DeploymentError as error:
        return error
    return (yield from _first(aws, job.wanted.names, task))


def _succeeded(aws: Aws, job: PlannedRun) -> TaskTypeDef | None:
    """The last task that ran this revision as a job, where it ended by itself with exit code 0: the
    `up` that waited for it was cut off. ECS lists a task for about an hour after its end."""
    definition = definition_arn(job.wanted.definition, job.live)
    if isinstance(definition, Ref):
        return None
    task = last_of(project_tasks(aws, job.wanted.names, "STOPPED"), definition)
    if task is None or task.get("stopCode") != ENDED_BY_ITSELF:
        return None
    return None if exit_code(task, job.wanted.definition, None) else task


def _running(aws: Aws, names: Names, definition: str | Ref) -> TaskTypeDef | None:
    """The task that runs this revision as a job; None where there is none, or no revision yet."""
    if isinstance(definition, Ref):
        return None
    return first_of(project_tasks(aws, names, "RUNNING"), definition)


def _first(aws: Aws, names: Names, task: TaskTypeDef) -> Generator[Event, None, TaskTypeDef]:
    """Of two that were started at the same time the first, which both commands then follow."""
    first = _running(aws, names, task["taskDefinitionArn"])
    if first is None or first["taskArn"] == task["taskArn"]:
        return task
    message = f"Another command has started job {names.family} at the same time"
    yield warning(Finding(f"{message}: stopping {_id(task)}, following {_id(first)}"))
    yield from apply_plan(aws, plan_stop(names, [task]), f"job {names.family}")
    return first


def _id(task: TaskTypeDef) -> str:
    return task_id(str(task["taskArn"]))


def _finish(aws: Aws, job: PlannedRun, task: TaskTypeDef) -> Generator[Event, None, EndedJob]:
    names = job.wanted.names
    ended = yield from run.finish(aws, job, task)
    error = ended.error
    if error is None and ended.code:
        error = bad_ends(aws, names, [ended.task]) or _failed(names, ended.code)
    if error is None:
        yield Event(f"Job {names.family} has succeeded", "done")
        tags = [{"key": JOB_TAG, "value": SUCCEEDED}]
        arn = ended.task["taskDefinitionArn"]
        aws.call("ecs", "tag_resource", resourceArn=arn, tags=tags)
    return EndedJob(names, ended.task, error)


def _failed(names: Names, code: int) -> DeploymentError:
    return DeploymentError(f"job {names.family} has ended with exit code {code}")

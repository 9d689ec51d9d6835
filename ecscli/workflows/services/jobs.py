"""The jobs of a wave, started and followed to their end; a success is noted at the revision that
ran."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from typing import TYPE_CHECKING

from ecscli.base.errors import DeploymentError
from ecscli.base.records import record
from ecscli.up.model import Event
from ecscli.up.project.plan import JOB_TAG, SUCCEEDED, PlannedGroup
from ecscli.up.service.desired import WantedTasks
from ecscli.up.service.names import Names
from ecscli.workflows.diagnosis import bad_ends
from ecscli.workflows.tasks import run
from ecscli.workflows.tasks.run import PlannedRun, RunRequest

if TYPE_CHECKING:
    from types_boto3_ecs.type_defs import TaskTypeDef

    from ecscli.aws.client import Aws


@record
class EndedJob:
    """A job at its end; `error` where it did not end with exit code 0."""

    names: Names
    task: TaskTypeDef | None
    error: DeploymentError | None = None


def run_jobs(
    aws: Aws, planned: Sequence[PlannedGroup], request: RunRequest
) -> Generator[Event, None, tuple[EndedJob, ...]]:
    """Start all of them, then follow each to its end, however long it takes."""
    started = []
    for one in planned:
        started.append((yield from _start(aws, _run(one, request))))
    ended = []
    for job, task in started:
        if isinstance(task, DeploymentError):
            ended.append(EndedJob(job.wanted.names, None, task))
        else:
            ended.append((yield from _finish(aws, job, task)))
    return tuple(ended)


def _run(one: PlannedGroup, request: RunRequest) -> PlannedRun:
    wanted = one.group.wanted
    assert isinstance(wanted, WantedTasks), "a job is a task"
    return PlannedRun(request, wanted, one.group.live, one.plan, None)


def _start(
    aws: Aws, job: PlannedRun
) -> Generator[Event, None, tuple[PlannedRun, TaskTypeDef | DeploymentError]]:
    """The job and its task, or why it could not be placed."""
    try:
        task = yield from run.start(aws, job)
    except DeploymentError as error:
        return job, error
    return job, task


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

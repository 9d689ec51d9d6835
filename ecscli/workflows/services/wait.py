"""Services of a project followed to the end of their newest deployments, and the tasks of its jobs
until they run or have stopped."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from functools import partial
from typing import TYPE_CHECKING

from ecscli.base.errors import InputError
from ecscli.compose.layout.arrangement.model import Arrangement, Group
from ecscli.up.deployment.followed import Goal
from ecscli.up.model import Event
from ecscli.up.project.counts import CountedService
from ecscli.up.service.names import Names
from ecscli.up.tasks.live import project_tasks
from ecscli.workflows.changes import check_timeout
from ecscli.workflows.diagnosis import bad_ends
from ecscli.workflows.project import Connect, ProjectRequest
from ecscli.workflows.service.deployment import Waiting
from ecscli.workflows.services.live import chosen_services
from ecscli.workflows.services.members import load_arrangement, meant_groups
from ecscli.workflows.services.request import names_of
from ecscli.workflows.services.rollout.follow import Change, joined, until_arrived
from ecscli.workflows.services.rollout.jobs import EndedJob
from ecscli.workflows.services.rollout.up import ProjectDone
from ecscli.workflows.tasks.settled import until_settled

if TYPE_CHECKING:
    from ecscli.aws.client import Aws


def wait(
    connect: Connect,
    request: ProjectRequest,
    services: Sequence[str],
    timeout: float,
    until_stopped: bool = False,
) -> Generator[Event, None, ProjectDone]:
    """Follow these services, or all, to the end of their deployments, and the tasks of jobs until
    they run; with `until_stopped` those alone, until they have ended."""
    arrangement = load_arrangement(request, check_timeout(timeout))
    meant = meant_groups(arrangement, services)
    if until_stopped and services:
        _refuse_services(meant)
    aws, waiting = connect(), Waiting(timeout, no_wait=False)
    live = () if until_stopped else _live(connect, request, arrangement, services, meant)
    changes = [Change(one.names, one.service, False) for one in live]
    deployed = yield from until_arrived(aws, changes, waiting, Goal.DEPLOYED)
    jobs = [names_of(group, request.settings) for group in meant if group.is_job]
    ended = yield from _until_ended(aws, jobs, timeout, "STOPPED" if until_stopped else "")
    found = [*(one.error for one in deployed), *(one.error for one in ended)]
    errors = [error for error in found if error is not None]
    if not deployed and not ended:
        yield Event(f"Nothing of {arrangement.project.name} runs.")
    names = Names(arrangement.project.name, request.settings.need_cluster())
    return ProjectDone(deployed, ended, joined(names, errors))


def _refuse_services(meant: Sequence[Group]) -> None:
    """Raise InputError for a service: it does not stop by itself."""
    names = [group.name for group in meant if not group.is_job]
    if names:
        message = f"--until-stopped: {', '.join(names)} runs on and on; only a job ends by itself"
        raise InputError(message, None, "leave the option out to wait for a deployment")


def _live(
    connect: Connect,
    request: ProjectRequest,
    arrangement: Arrangement,
    services: Sequence[str],
    meant: Sequence[Group],
) -> tuple[CountedService, ...]:
    """The live services; each that is named must be there."""
    named = [group.name for group in meant if not group.is_job]
    if services and not named:
        return ()
    return chosen_services(connect, request, arrangement, named if services else ())


def _until_ended(
    aws: Aws, jobs: Sequence[Names], timeout: float, until: str
) -> Generator[Event, None, tuple[EndedJob, ...]]:
    """The tasks of jobs, followed one job after the other."""
    running = aws.together(*(partial(project_tasks, aws, names, "RUNNING") for names in jobs))
    ended = []
    for names, tasks in zip(jobs, running, strict=True):
        if tasks:
            done = yield from until_settled(aws, names, tasks, timeout, until)
            ended += [EndedJob(names, task, bad_ends(aws, names, [task])) for task in done]
    return tuple(ended)

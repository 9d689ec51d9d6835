"""One wave of a project: its services changed and its jobs started, as the plan has it."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from functools import partial
from typing import TYPE_CHECKING

from ecscli.base.errors import AwsError
from ecscli.base.records import record, replace
from ecscli.up.model import Event
from ecscli.up.project.ownership import find_foreign
from ecscli.up.project.plan import ALWAYS, PlannedGroup
from ecscli.up.service.desired import WantedService
from ecscli.up.service.plan import plan_service
from ecscli.workflows.changes import Workflow, apply_plan, side_by_side
from ecscli.workflows.project import refuse
from ecscli.workflows.service.meanwhile import live_now, made_by_another, made_meanwhile
from ecscli.workflows.services.planning.plan import PlannedProject
from ecscli.workflows.services.rollout.follow import Change
from ecscli.workflows.services.rollout.jobs import StartedJob, start_job
from ecscli.workflows.tasks.run import RunRequest

if TYPE_CHECKING:
    from ecscli.aws.client import Aws


@record
class Begun:
    """The services of a wave by group, as they were changed or are, and the jobs that run."""

    changes: dict[str, Change]
    jobs: tuple[StartedJob, ...]


def begin_wave(
    aws: Aws, planned: PlannedProject, wave: Sequence[PlannedGroup]
) -> Generator[Event, None, Begun]:
    """Carry out the plans of a wave, side by side."""
    services = [one for one in wave if isinstance(one.group.wanted, WantedService)]
    jobs = [one for one in wave if one.plan and one not in services]
    request, new_role = _run_request(planned), _new_role(planned)
    always = planned.request.jobs == ALWAYS
    workflows: list[Workflow[Change | StartedJob]] = [
        *(partial(_change, aws, planned, one) for one in services),
        *(partial(start_job, aws, one, request, new_role, always) for one in jobs),
    ]
    found = yield from side_by_side(workflows, f"the services of {planned.names.project}")
    changes = [one for one in found if isinstance(one, Change)]
    names = [one.group.name for one in services]
    started = tuple(one for one in found if isinstance(one, StartedJob))
    return Begun(dict(zip(names, changes, strict=True)), started)


def _new_role(planned: PlannedProject) -> bool:
    """Whether the support stack has just changed, so that a role may not be everywhere yet."""
    return bool(planned.plan.support.before)


def _change(aws: Aws, planned: PlannedProject, one: PlannedGroup) -> Generator[Event, None, Change]:
    """The service as the calls of its plan answered, or as it is; where somebody else has made it
    meanwhile, a new plan is carried out."""
    names = one.group.names
    where, new_role = f"service {names.service}", _new_role(planned)
    try:
        applied = yield from apply_plan(aws, one.plan, where, new_role=new_role)
    except AwsError as error:
        if not made_meanwhile(error):
            raise
        yield from made_by_another(names)
        one = _planned_again(aws, planned, one)
        applied = yield from apply_plan(aws, one.plan, where, new_role=new_role)
    service = applied.service or one.group.live.service
    assert service is not None, "a plan either creates the service or has found it"
    return Change(names, service, bool(one.plan))


def _planned_again(aws: Aws, planned: PlannedProject, one: PlannedGroup) -> PlannedGroup:
    """The plan for the service that is there now. Raises InputError where it is not ours."""
    wanted = one.group.wanted
    assert isinstance(wanted, WantedService)
    live = live_now(aws, wanted)
    if live.service is not None and not planned.request.adopt:
        found = {wanted.names.service: live.service}
        refuse(find_foreign(wanted.names, found, planned.names.project))
    return PlannedGroup(replace(one.group, live=live), plan_service(wanted, live))


def _run_request(planned: PlannedProject) -> RunRequest:
    """A run without a limit of time."""
    request = planned.request
    return RunRequest(request.project, timeout=0.0, no_wait=request.no_wait)

"""A project in layout services brought to what its files ask for, wave by wave."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from typing import TYPE_CHECKING

from ecscli.base.errors import AwsError, DeploymentError
from ecscli.base.records import record, replace
from ecscli.up.deployment.followed import Goal
from ecscli.up.deployment.state import is_settled
from ecscli.up.model import Event
from ecscli.up.project.ownership import find_foreign
from ecscli.up.project.plan import PlannedGroup, with_values
from ecscli.up.service.calls import Applied
from ecscli.up.service.desired import WantedService
from ecscli.up.service.names import Names
from ecscli.up.service.plan import plan_service
from ecscli.up.support.release import until_released
from ecscli.workflows.changes import apply_plan
from ecscli.workflows.events import warnings
from ecscli.workflows.images.shield import shield
from ecscli.workflows.project import refuse
from ecscli.workflows.service.deployment import Deployed, Waiting
from ecscli.workflows.service.meanwhile import live_now, made_by_another, made_meanwhile
from ecscli.workflows.services.addresses import announced
from ecscli.workflows.services.planning.plan import PlannedProject
from ecscli.workflows.services.rollout.follow import Change, joined, until_arrived
from ecscli.workflows.services.rollout.found import until_found
from ecscli.workflows.services.rollout.jobs import EndedJob, run_jobs
from ecscli.workflows.tasks.run import RunRequest

if TYPE_CHECKING:
    from ecscli.aws.client import Aws

Wave = Sequence[PlannedGroup]


@record
class StackDone:
    """The support stack of a project, and whether it was made or changed."""

    name: str
    changed: bool


@record
class ProjectDone:
    """A project at the end of a job: the services that were changed or waited for, the jobs that
    ran, what did not end well, and the support stack where there is one."""

    services: tuple[Deployed, ...]
    jobs: tuple[EndedJob, ...] = ()
    error: DeploymentError | None = None
    stack: StackDone | None = None

    @property
    def changed(self) -> bool:
        is_changed = bool(self.stack and self.stack.changed)
        return is_changed or bool(self.jobs) or any(one.changed for one in self.services)


def apply(aws: Aws, planned: PlannedProject) -> Generator[Event, None, ProjectDone]:
    """Carry the plan out: a wave begins when the one before has come to a good end. Then remove
    what no file has any more."""
    yield from warnings(planned.plan.notices)
    made = yield from prepared(aws, planned)
    services: list[Deployed] = []
    jobs: list[EndedJob] = []
    left = list(planned.plan.waves)
    errors: list[DeploymentError] = []
    while left and not errors:
        wave = left.pop(0)
        done = yield from _apply_wave(aws, planned, _filled(wave, made))
        services += done.services
        jobs += done.jobs
        errors = _errors(done)
        if not errors:
            errors = list((yield from _until_found(aws, planned, done, left)))
    if not errors:
        services += yield from _remove_orphans(aws, planned)
        errors = [one.error for one in services if one.error]
    if not errors:
        yield from _remove_from_stack(aws, planned)
    error = joined(planned.names, errors, _not_begun(left))
    done = ProjectDone(_each_once(services), tuple(jobs), error, _stack_done(planned))
    yield from _summary(aws, planned, done)
    return (yield from _with_addresses(aws, planned, done))


def prepared(aws: Aws, planned: PlannedProject) -> Generator[Event, None, Applied]:
    """The secrets and the support stack, which come before all groups; what the stack returns."""
    project = planned.names.project
    yield from apply_plan(aws, planned.plan.secrets, f"the secrets of {project}")
    before = planned.plan.support.before
    return (yield from apply_plan(aws, before, f"the support stack of {project}"))


def _each_once(services: Sequence[Deployed]) -> tuple[Deployed, ...]:
    """Each service as it was last, as some get two deployments."""
    return tuple({one.names.service: one for one in services}.values())


def _until_found(
    aws: Aws, planned: PlannedProject, done: ProjectDone, left: Sequence[Wave]
) -> Generator[Event, None, tuple[DeploymentError, ...]]:
    """Wait until DNS finds the services of a wave that later ones are about to look for."""
    request, discovery = planned.request, planned.wanted.discovery
    if request.no_wait or not request.timeout:
        return ()
    running = {one.names.family for one in done.services if one.service.get("desiredCount")}
    starting = {one.group.name for wave in left for one in wave if one.plan}
    groups = planned.wanted.groups
    sought = dict.fromkeys(
        edge.awaited
        for edge in planned.wanted.arrangement.edges
        if edge.dependent in starting and edge.awaited in groups
    )
    named = [name for name in sought if groups[name].names.family in running]
    names = [discovery.registered[name] for name in named if name in discovery.registered]
    return (yield from until_found(aws, discovery.dns_namespace, names)) if names else ()


def _remove_from_stack(aws: Aws, planned: PlannedProject) -> Generator[Event, None, None]:
    """Take out of the support stack what no service uses any more; the next `up` does it where
    nobody waits for the tasks that still use it."""
    after = planned.plan.support.after
    is_waited_for = planned.request.timeout and not planned.request.no_wait
    if after and is_waited_for:
        name = planned.names.project
        yield from until_released(aws, planned.plan.support.released)
        yield from apply_plan(aws, after, f"the support stack of {name}")
    elif after:
        yield Event("What the services no longer use stays in the support stack until the next up.")


def _stack_done(planned: PlannedProject) -> StackDone | None:
    """The stack, where the project has one or had one."""
    support = planned.plan.support
    return StackDone(support.name, bool(support)) if support.name else None


def _filled(wave: Wave, made: Applied) -> Wave:
    """A wave with what the support stack has returned."""
    return [with_values(one, made.values) for one in wave]


def _errors(done: ProjectDone) -> list[DeploymentError]:
    found = [*(one.error for one in done.services), *(one.error for one in done.jobs)]
    return [error for error in found if error is not None]


def _not_begun(left: Sequence[Wave]) -> str:
    names = [one.group.name for wave in left for one in wave if one.plan]
    return f"; not begun: {', '.join(names)}" if names else ""


def _summary(aws: Aws, planned: PlannedProject, done: ProjectDone) -> Generator[Event, None, None]:
    if not planned.plan.whole.actions:
        name = planned.names.project
        yield Event(f"Nothing to change: the services of {name} are what is wanted.", "done")
    elif done.error is None and not planned.request.no_wait:
        yield from shield(aws, planned.names, planned.wanted.built)


def _with_addresses(
    aws: Aws, planned: PlannedProject, done: ProjectDone
) -> Generator[Event, None, ProjectDone]:
    """The same with where published ports are reached, once all services run."""
    if done.error or planned.request.no_wait:
        return done
    groups = planned.wanted.groups.values()
    wanted = {one.names.service: one for one in groups if isinstance(one, WantedService)}
    services = yield from announced(aws, planned.names, wanted, done.services)
    return replace(done, services=services)


# ------------------------------------------------------------- one wave


def _apply_wave(
    aws: Aws, planned: PlannedProject, wave: Wave
) -> Generator[Event, None, ProjectDone]:
    """Change the services of a wave, and follow them together; and run its jobs."""
    request = planned.request
    changes = []
    for one in wave:
        if isinstance(one.group.wanted, WantedService):
            changes.append((yield from _change(aws, planned, one)))
    waiting = Waiting(request.timeout, request.no_wait)
    followed = [one for one in changes if one.changed or not is_settled(one.service)]
    services = yield from until_arrived(aws, followed, waiting, Goal.DEPLOYED)
    due = [one for one in wave if one.plan and not isinstance(one.group.wanted, WantedService)]
    jobs = yield from run_jobs(aws, due, _run_request(planned), bool(planned.plan.support.before))
    settled = [one for one in changes if one not in followed]
    unchanged = [Deployed(one.names, one.service, False) for one in settled]
    return ProjectDone((*services, *unchanged), jobs)


def _change(aws: Aws, planned: PlannedProject, one: PlannedGroup) -> Generator[Event, None, Change]:
    """The service as the calls of its plan answered, or as it is; where somebody else has made it
    meanwhile, a new plan is carried out."""
    names = one.group.names
    where, new_role = f"service {names.service}", bool(planned.plan.support.before)
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


def _remove_orphans(
    aws: Aws, planned: PlannedProject
) -> Generator[Event, None, tuple[Deployed, ...]]:
    removal = planned.plan.removal
    if not removal:
        return ()
    yield from apply_plan(aws, removal, "services that the files no longer have")
    changes = [
        Change(Names(str(one["serviceName"]), planned.cluster), one) for one in planned.plan.orphans
    ]
    waiting = Waiting(planned.request.timeout, planned.request.no_wait)
    return (yield from until_arrived(aws, changes, waiting, Goal.GONE))

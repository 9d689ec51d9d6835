"""A project in layout services brought to what its files ask for, wave by wave."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from ecscli.base.errors import DeploymentError
from ecscli.base.records import record, replace
from ecscli.compose.layout.discovery.front_ends import with_restarts
from ecscli.up.deployment.followed import Goal
from ecscli.up.model import CreateLogGroup, Event, Plan
from ecscli.up.project.plan import PlannedGroup, with_values
from ecscli.up.service.calls import Applied
from ecscli.up.service.desired import WantedService
from ecscli.up.service.names import Names
from ecscli.up.support.release import until_released
from ecscli.workflows.changes import apply_plan
from ecscli.workflows.events import warnings
from ecscli.workflows.images.shield import shield
from ecscli.workflows.service.deployment import Deployed, SwitchDone, Waiting
from ecscli.workflows.services.addresses import announced
from ecscli.workflows.services.planning.plan import PlannedProject
from ecscli.workflows.services.rollout.begin import begin_wave
from ecscli.workflows.services.rollout.follow import Change, joined, until_arrived
from ecscli.workflows.services.rollout.found import may_begin, until_found
from ecscli.workflows.services.rollout.jobs import EndedJob, finish_jobs
from ecscli.workflows.services.rollout.needs import Needs, needs_of
from ecscli.workflows.services.rollout.under_way import UnderWay

if TYPE_CHECKING:
    from ecscli.aws.client import Aws

Wave = Sequence[PlannedGroup]
BeforeWave = Callable[[Wave], Iterable[Event]]


@record
class StackDone:
    """The support stack of a project, and whether it was made or changed."""

    name: str
    changed: bool


@record
class ProjectDone:
    """A project at the end of a job: the services that were changed or waited for, the jobs that
    ran, what did not end well, the support stack where there is one, and the layout whose place it
    has taken. `made`: whether anything was made beside these, such as log groups."""

    services: tuple[Deployed, ...]
    jobs: tuple[EndedJob, ...] = ()
    error: DeploymentError | None = None
    stack: StackDone | None = None
    switch: SwitchDone | None = None
    made: bool = False

    @property
    def changed(self) -> bool:
        is_changed = self.made or bool(self.switch or (self.stack and self.stack.changed))
        return is_changed or bool(self.jobs) or any(one.changed for one in self.services)


def _nothing(wave: Wave) -> Iterator[Event]:
    """Nothing has to be done before a wave."""
    return iter(())


def apply(
    aws: Aws, planned: PlannedProject, before_wave: BeforeWave = _nothing
) -> Generator[Event, None, ProjectDone]:
    """Carry the plan out: a wave begins when what it depends on is reached, and after what
    `before_wave` does. Then remove what no file has any more."""
    yield from warnings(planned.plan.notices)
    made = yield from prepared(aws, planned)
    log_groups = _log_groups(planned)
    yield from apply_plan(aws, log_groups, f"the log groups of {planned.names.project}")
    under_way = _under_way(aws, planned)
    left, jobs, errors = list(planned.plan.waves), list[EndedJob](), list[DeploymentError]()
    while left and not errors and not under_way.has_failed:
        wave = left.pop(0)
        yield from before_wave(wave)
        begun = yield from begin_wave(aws, planned, _filled(wave, made))
        under_way.add(begun.changes)
        needs = _needs(planned, under_way, left)
        yield from under_way.until(needs)
        jobs += yield from finish_jobs(aws, begun.jobs)
        errors = [one.error for one in jobs if one.error]
        if needs and not errors and not under_way.has_failed:
            errors += yield from _until_found(aws, planned, under_way, needs)
    yield from under_way.until(None)
    services = yield from under_way.outcomes()
    errors = [*(one.error for one in services if one.error), *errors]
    if not errors:
        removed = yield from _remove_orphans(aws, planned)
        services, errors = (*services, *removed), [one.error for one in removed if one.error]
    if not errors:
        yield from remove_from_stack(aws, planned)
    error = joined(planned.names, errors, _not_begun(left))
    stack = _stack_done(planned)
    done = ProjectDone(services, tuple(jobs), error, stack, made=bool(log_groups))
    yield from _summary(aws, planned, done)
    return (yield from _with_addresses(aws, planned, done))


def prepared(aws: Aws, planned: PlannedProject) -> Generator[Event, None, Applied]:
    """The secrets and the support stack, which come before all groups; what the stack returns."""
    project = planned.names.project
    yield from apply_plan(aws, planned.plan.secrets, f"the secrets of {project}")
    before = planned.plan.support.before
    return (yield from apply_plan(aws, before, f"the support stack of {project}"))


def _under_way(aws: Aws, planned: PlannedProject) -> UnderWay:
    """What follows the services of the project."""
    request, discovery = planned.request, planned.wanted.discovery

    def finds(group: str) -> bool:
        name = discovery.registered.get(group)
        return name is None or may_begin(aws, discovery.dns_namespace, name)

    waiting = Waiting(request.timeout, request.no_wait)
    return UnderWay(aws, planned.cluster, waiting, finds)


def _needs(planned: PlannedProject, under_way: UnderWay, left: Sequence[Wave]) -> Needs | None:
    """What the next wave waits for; None: there is none, and all services come to their end."""
    if not left:
        return None
    edges = with_restarts(planned.wanted.arrangement.edges, planned.wanted.discovery)
    return needs_of(left[0], under_way.begun, edges, planned.wanted.discovery)


def _until_found(
    aws: Aws, planned: PlannedProject, under_way: UnderWay, needs: Needs
) -> Generator[Event, None, tuple[DeploymentError, ...]]:
    """Wait until DNS finds the services that the next wave is about to look for."""
    discovery = planned.wanted.discovery
    if planned.request.no_wait or not planned.request.timeout:
        return ()
    sought = [name for name in under_way.running(needs) if name in discovery.registered]
    names = [discovery.registered[name] for name in sought]
    return (yield from until_found(aws, discovery.dns_namespace, names)) if names else ()


def remove_from_stack(aws: Aws, planned: PlannedProject) -> Generator[Event, None, None]:
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


def _log_groups(planned: PlannedProject) -> Plan:
    """The log groups that are made, which several services may share, each once."""
    actions = [action for wave in planned.plan.waves for one in wave for action in one.plan.actions]
    groups = {(one.region, one.subject): one for one in actions if isinstance(one, CreateLogGroup)}
    return Plan(tuple(groups.values()))


def _filled(wave: Wave, made: Applied) -> Wave:
    """A wave with what the support stack has returned, and without log groups, which are made."""
    filled = [with_values(one, made.values) for one in wave]
    return [replace(one, plan=_without_log_groups(one.plan)) for one in filled]


def _without_log_groups(plan: Plan) -> Plan:
    left = [action for action in plan.actions if not isinstance(action, CreateLogGroup)]
    return replace(plan, actions=tuple(left))


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

"""A project in layout services brought to what its files ask for, wave by wave."""

from __future__ import annotations

import time
from collections.abc import Callable, Generator, Sequence
from typing import TYPE_CHECKING

from ecscli.base.errors import DeploymentError, EcsCliError
from ecscli.base.records import record, replace
from ecscli.up.deployment.followed import Goal
from ecscli.up.model import CreateLogGroup, Event, Plan
from ecscli.up.project.plan import CHANGED, with_values
from ecscli.up.service.calls import Applied
from ecscli.up.service.desired import WantedService
from ecscli.up.service.names import Names
from ecscli.workflows.changes import apply_plan
from ecscli.workflows.events import warning, warnings
from ecscli.workflows.images.shield import shield
from ecscli.workflows.service.deployment import Deployed, SwitchDone, Waiting
from ecscli.workflows.services.addresses import announced
from ecscli.workflows.services.planning.plan import PlannedProject, plan
from ecscli.workflows.services.request import ServicesRequest
from ecscli.workflows.services.rollout.follow import Change, joined, until_arrived
from ecscli.workflows.services.rollout.jobs import EndedJob
from ecscli.workflows.services.rollout.waves import BeforeWave, Wave, apply_waves, nothing
from ecscli.workflows.support import let_go
from ecscli.workflows.target_groups import (
    LEFT_FOR_LATER,
    MOST_PLANS,
    NUMBERED_ANEW,
    agreed,
    lost_race,
    until,
)

if TYPE_CHECKING:
    from ecscli.aws.client import Aws

StackAfter = Callable[[PlannedProject], PlannedProject]


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

    def then(self, last: ProjectDone) -> ProjectDone:
        """What both have come to: the services as they are at last."""
        was_changed = {one.names.service for one in self.services if one.changed}
        services = tuple(
            replace(one, changed=one.changed or one.names.service in was_changed)
            for one in last.services
        )
        is_stack_changed = any(one.stack and one.stack.changed for one in (self, last))
        stack = replace(last.stack, changed=is_stack_changed) if last.stack else None
        jobs, made = (*self.jobs, *last.jobs), self.made or last.made
        return replace(last, services=services, stack=stack, jobs=jobs, made=made)


def apply(
    aws: Aws,
    planned: PlannedProject,
    before_wave: BeforeWave = nothing,
    stack_after: StackAfter = lambda planned: planned,
) -> Generator[Event, None, ProjectDone]:
    """Carry the plan out, and those that come after it; `stack_after`: each plan with what the
    support stack loses at its end."""
    planned, done = yield from _first(aws, stack_after(planned), before_wave)
    for _ in range(MOST_PLANS - 1):
        is_waited_for = bool(planned.request.timeout) and not planned.request.no_wait
        if not planned.goes_on or done.error or not is_waited_for:
            break
        planned = stack_after((yield from plan(lambda: aws, again(planned.request))))
        done = done.then((yield from _applied(aws, planned, before_wave)))
    if planned.goes_on and not done.error:
        yield warning(LEFT_FOR_LATER)
    return done


def _first(
    aws: Aws, planned: PlannedProject, before_wave: BeforeWave
) -> Generator[Event, None, tuple[PlannedProject, ProjectDone]]:
    """The plan carried out; once more with fresh numbers where a rule's was taken meanwhile."""
    try:
        return planned, (yield from _applied(aws, planned, before_wave))
    except EcsCliError as error:
        if not lost_race(error):
            raise
        yield warning(NUMBERED_ANEW)
    planned = yield from plan(lambda: aws, agreed(planned.request))
    return planned, (yield from _applied(aws, planned, before_wave))


def again(request: ServicesRequest) -> ServicesRequest:
    """What is asked of the plan that comes after another one."""
    project = replace(request.project, recreate_balancer=False)
    return replace(agreed(request), project=project, force_deployment=False, jobs=CHANGED)


def _applied(
    aws: Aws, planned: PlannedProject, before_wave: BeforeWave
) -> Generator[Event, None, ProjectDone]:
    """Carry the plan out: a wave begins when what it depends on is reached, and after what
    `before_wave` does. Then remove what no file has any more."""
    yield from warnings(planned.plan.notices)
    yield from until(aws, planned.not_before, time.time())
    made = yield from prepared(aws, planned)
    log_groups = _log_groups(planned)
    yield from apply_plan(aws, log_groups, f"the log groups of {planned.names.project}")
    waves = [_filled(wave, made) for wave in planned.plan.waves]
    done = yield from apply_waves(aws, planned, waves, before_wave)
    services, errors = done.services, done.errors
    if not errors and not planned.goes_on:
        removed = yield from _remove_orphans(aws, planned)
        services, errors = (*services, *removed), [one.error for one in removed if one.error]
    if not errors:
        yield from remove_from_stack(aws, planned)
    error = joined(planned.names, errors, _not_begun(done.left))
    stack = _stack_done(planned)
    whole = ProjectDone(services, done.jobs, error, stack, made=bool(log_groups))
    yield from _summary(aws, planned, whole)
    return (yield from _with_addresses(aws, planned, whole))


def prepared(aws: Aws, planned: PlannedProject) -> Generator[Event, None, Applied]:
    """The secrets and the support stack, which come before all groups; what the stack returns."""
    project = planned.names.project
    yield from apply_plan(aws, planned.plan.secrets, f"the secrets of {project}")
    before = planned.plan.support.before
    return (yield from apply_plan(aws, before, f"the support stack of {project}"))


def remove_from_stack(aws: Aws, planned: PlannedProject) -> Generator[Event, None, None]:
    """Take out of the support stack what no service uses any more."""
    is_waited_for = bool(planned.request.timeout) and not planned.request.no_wait
    yield from let_go(aws, planned.plan.support, planned.names.project, is_waited_for)


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
        yield Event(f"Nothing to change: the services of {name} are up to date.", "done")
    elif done.error is None and not planned.request.no_wait:
        yield from shield(aws, planned.names, planned.wanted.built)


def _with_addresses(
    aws: Aws, planned: PlannedProject, done: ProjectDone
) -> Generator[Event, None, ProjectDone]:
    """The same with where published ports are reached, once all services run."""
    if done.error or planned.request.no_wait or planned.goes_on:
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

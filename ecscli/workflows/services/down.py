"""The services of a project, all or some, deleted in the reverse order of their waves."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from functools import partial
from typing import TYPE_CHECKING

from ecscli.base.errors import DeploymentError
from ecscli.base.records import field, record, replace
from ecscli.compose.layout.arrangement.arrange import arrange
from ecscli.up.deployment.followed import Goal
from ecscli.up.discovery.watch import wait_until_unused
from ecscli.up.model import Event, Plan
from ecscli.up.project.live import Services, read_services
from ecscli.up.project.ownership import group_of, is_ours
from ecscli.up.project.plan import plan_removals
from ecscli.up.service.names import Names
from ecscli.up.support.live import LiveSupport, others_that_stay, own_stack, read_stack
from ecscli.up.support.release import until_released
from ecscli.up.support.stacks import groups_of, plan_release
from ecscli.up.tasks.live import project_tasks
from ecscli.up.tasks.plan import plan_stop
from ecscli.workflows.changes import apply_plan, check_timeout
from ecscli.workflows.project import Connect, ProjectRequest, load_files, names_anywhere, refuse
from ecscli.workflows.service.deployment import Deployed, Waiting
from ecscli.workflows.services.members import meant_groups
from ecscli.workflows.services.planning.task_roles import live_task_roles
from ecscli.workflows.services.request import ending_waves, names_of, prefix_of
from ecscli.workflows.services.rollout.follow import Change, joined, until_arrived
from ecscli.workflows.services.rollout.up import ProjectDone
from ecscli.workflows.storage.remove import plan_end
from ecscli.workflows.switch.staying import task_stays
from ecscli.workflows.tasks.settled import until_settled

if TYPE_CHECKING:
    from types_boto3_ecs.type_defs import ServiceTypeDef

    from ecscli.aws.client import Aws


@record
class PlannedDown:
    """The tasks of jobs and of `run` that will be stopped; the services that will be deleted, in
    waves, the last to start first; then the support stack, or what only they used of it, with its
    security groups."""

    project: str
    cluster: str
    tasks: Plan
    waves: tuple[tuple[ServiceTypeDef, ...], ...]
    waiting: Waiting
    services: tuple[str, ...] = ()  # those that are meant; none for all
    support: Plan = field(default_factory=Plan)
    security_groups: tuple[str, ...] = ()

    @property
    def plan(self) -> Plan:
        """All of it as one plan, to show."""
        removal = plan_removals(self.cluster, [one for wave in self.waves for one in wave])
        return self.tasks + removal + self.support


def plan(
    connect: Connect,
    request: ProjectRequest,
    waiting: Waiting,
    services: Sequence[str] = (),
    volumes: bool = False,
) -> PlannedDown:
    """Plan to delete these services, or every service of the project, whether its files still have
    it or not; `volumes`: its file systems will be deleted too. Raises InputError for a service that
    the project does not have."""
    project, params, _ = load_files(request)
    refuse([*check_timeout(waiting.timeout), *project.errors])
    cluster = request.settings.need_cluster()
    arrangement = arrange(project, params)
    meant = meant_groups(arrangement, services)
    names, aws = names_anywhere(project, request.settings), connect()
    groups = [names_of(group, request.settings) for group in meant]
    live, tasks, stack = aws.together(
        lambda: read_services(aws, cluster, prefix_of(arrangement, request.settings)),
        lambda: aws.together(*(partial(project_tasks, aws, one, "RUNNING") for one in groups)),
        lambda: read_stack(aws, names) if services else LiveSupport(own_stack(aws, names)),
    )
    stops = plan_stop(names, [task for found in tasks for task in found])
    ours = {name: one for name, one in live.items() if is_ours(one, project.name)}
    chosen = _chosen(ours, [one.service for one in groups]) if services else ours
    waves = ending_waves(arrangement, request.settings, chosen)
    stops += task_stays(aws, names, project)
    planned = PlannedDown(project.name, cluster, stops, waves, waiting, tuple(services))
    if services:
        rest = [one for name, one in ours.items() if name not in chosen]
        return _with_release(planned, names, stack, rest)
    stays = others_that_stay(aws, names, stack.stack)
    removal = plan_end(aws, names, stack.stack, stays, volumes)
    return replace(planned, support=removal, security_groups=groups_of(stack.outputs))


def _chosen(live: Services, names: Sequence[str]) -> Services:
    return {name: one for name, one in live.items() if name in names}


def _with_release(
    planned: PlannedDown, names: Names, stack: LiveSupport, rest: Sequence[ServiceTypeDef]
) -> PlannedDown:
    """The same with what the support stack has for the services that go and for nobody else."""
    roles = live_task_roles(stack)
    removed = [
        {**one, "taskRoleArn": roles.get(group_of(one))} for wave in planned.waves for one in wave
    ]
    support = plan_release(names, stack, removed, rest)
    return replace(planned, support=support.after, security_groups=support.released)


def apply(aws: Aws, planned: PlannedDown) -> Generator[Event, None, ProjectDone]:
    """Stop tasks that no service runs, then delete the services wave by wave, each once the tasks
    of the wave before have stopped."""
    services: list[Deployed] = []
    errors: list[DeploymentError] = []
    yield from _stop_tasks(aws, planned)
    if not planned.waves:
        yield _nothing_left(planned)
    for wave in planned.waves:
        if not errors:
            services += yield from _delete(aws, planned, wave)
            errors = [one.error for one in services if one.error]
    is_waited_for = planned.waiting.timeout and not planned.waiting.no_wait
    if is_waited_for and not errors:  # tasks that stop still write logs with the stack's role
        _wait_until_unregistered(aws, planned)
        if planned.support:
            yield from until_released(aws, planned.security_groups)
        yield from apply_plan(aws, planned.support, f"the support stack of {planned.project}")
    return ProjectDone(tuple(services), (), joined(Names(planned.project, planned.cluster), errors))


def _nothing_left(planned: PlannedDown) -> Event:
    what = f"service {', '.join(planned.services)}" if planned.services else "service"
    return Event(f"No {what} of {planned.project} is left in {planned.cluster}.", "done")


def _wait_until_unregistered(aws: Aws, planned: PlannedDown) -> None:
    """The stack cannot delete what ECS has yet to take its tasks out of."""
    if not planned.support:
        return
    for service in (one for wave in planned.waves for one in wave):
        if service.get("serviceRegistries"):
            wait_until_unused(aws, {**service})


def _stop_tasks(aws: Aws, planned: PlannedDown) -> Generator[Event, None, None]:
    """Stop the tasks of jobs and of `run`, which may still use the services."""
    names = Names(planned.project, planned.cluster)
    applied = yield from apply_plan(aws, planned.tasks, f"the tasks of {planned.project}")
    if applied.stopped and not planned.waiting.no_wait:
        yield from until_settled(aws, names, applied.stopped, planned.waiting.timeout, "STOPPED")


def _delete(
    aws: Aws, planned: PlannedDown, wave: Sequence[ServiceTypeDef]
) -> Generator[Event, None, tuple[Deployed, ...]]:
    removal = plan_removals(planned.cluster, wave)
    yield from apply_plan(aws, removal, f"the services of {planned.project}")
    changes = [Change(Names(str(one["serviceName"]), planned.cluster), one) for one in wave]
    return (yield from until_arrived(aws, changes, planned.waiting, Goal.GONE))

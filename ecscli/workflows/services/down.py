"""The services of a project deleted, in the reverse order of their waves."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from functools import partial
from typing import TYPE_CHECKING

from ecscli.base.errors import DeploymentError
from ecscli.base.records import record
from ecscli.compose.layout.arrange import arrange
from ecscli.compose.layout.model import Arrangement
from ecscli.up.deployment.followed import Goal
from ecscli.up.discovery.watch import wait_until_unused
from ecscli.up.model import Event, Plan
from ecscli.up.project.live import Services, read_services
from ecscli.up.project.ownership import is_ours
from ecscli.up.project.plan import plan_removals
from ecscli.up.service.names import Names
from ecscli.up.support.live import others_that_stay, own_stack
from ecscli.up.support.release import until_released
from ecscli.up.support.stacks import groups_of
from ecscli.up.tasks.live import project_tasks
from ecscli.up.tasks.plan import plan_stop
from ecscli.workflows.changes import apply_plan
from ecscli.workflows.project import Connect, ProjectRequest, load_files, names_anywhere, refuse
from ecscli.workflows.request import check_timeout
from ecscli.workflows.service.deployment import Deployed, Waiting
from ecscli.workflows.services.request import names_of, prefix_of
from ecscli.workflows.services.rollout.follow import Change, joined, until_arrived
from ecscli.workflows.services.rollout.up import ProjectDone
from ecscli.workflows.storage.remove import plan_end
from ecscli.workflows.tasks.settled import until_settled

if TYPE_CHECKING:
    from types_boto3_ecs.type_defs import ServiceTypeDef

    from ecscli.aws.client import Aws


@record
class PlannedDown:
    """The tasks of jobs and of `run` that will be stopped; the services that will be deleted, in
    waves, the last to start first; then the support stack with its security groups."""

    project: str
    cluster: str
    tasks: Plan
    waves: tuple[tuple[ServiceTypeDef, ...], ...]
    support: Plan
    waiting: Waiting
    security_groups: tuple[str, ...] = ()

    @property
    def plan(self) -> Plan:
        """All of it as one plan, to show."""
        removal = plan_removals(self.cluster, [one for wave in self.waves for one in wave])
        return self.tasks + removal + self.support


def plan(
    connect: Connect, request: ProjectRequest, waiting: Waiting, volumes: bool = False
) -> PlannedDown:
    """Plan to delete every service of the project, whether its files still have it or not;
    `volumes`: its file systems will be deleted too."""
    project, params, _ = load_files(request)
    refuse([*check_timeout(waiting.timeout), *project.errors])
    cluster = request.settings.need_cluster()
    arrangement = arrange(project, params)
    prefix = prefix_of(arrangement, request.settings)
    names, aws = names_anywhere(project, request.settings), connect()
    groups = [names_of(group, request.settings) for group in arrangement.groups]
    live, tasks, stack = aws.together(
        lambda: read_services(aws, cluster, prefix),
        lambda: aws.together(*(partial(project_tasks, aws, one, "RUNNING") for one in groups)),
        lambda: own_stack(aws, names),
    )
    stops = plan_stop(names, [task for found in tasks for task in found])
    ours = {name: one for name, one in live.items() if is_ours(one, project.name)}
    waves = _in_waves(arrangement, request, ours)
    support = plan_end(aws, names, stack, others_that_stay(aws, names, stack), volumes)
    made = groups_of(stack.outputs) if stack else ()
    return PlannedDown(project.name, cluster, stops, waves, support, waiting, made)


def _in_waves(
    arrangement: Arrangement, request: ProjectRequest, live: Services
) -> tuple[tuple[ServiceTypeDef, ...], ...]:
    """Those that no file has first, then those that the others wait for later and later."""
    groups = {group.name: group for group in arrangement.groups}
    order = [
        [names_of(groups[name], request.settings).service for name in wave]
        for wave in reversed(arrangement.waves)
    ]
    known = {name for wave in order for name in wave}
    rest = [name for name in live if name not in known]
    waves = [[live[name] for name in wave if name in live] for wave in [rest, *order]]
    return tuple(tuple(wave) for wave in waves if wave)


def apply(aws: Aws, planned: PlannedDown) -> Generator[Event, None, ProjectDone]:
    """Stop tasks that no service runs, then delete the services wave by wave, each once the tasks
    of the wave before have stopped."""
    services: list[Deployed] = []
    errors: list[DeploymentError] = []
    yield from _stop_tasks(aws, planned)
    if not planned.waves:
        yield Event(f"No service of {planned.project} is left in {planned.cluster}.", "done")
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

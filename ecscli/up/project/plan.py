"""PURE: what is wanted of each group, and what is live -> the plan of a project: the plans of its
services and jobs in waves, and what no file has any more."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import chain
from typing import TYPE_CHECKING

from ecscli.base.documents import Document
from ecscli.base.errors import Finding, InputError
from ecscli.base.records import field, record, replace
from ecscli.compose.layout.arrangement.model import Edge
from ecscli.up.model import Block, BuildImage, CreateRepository, Plan, Ref, filled
from ecscli.up.project.deployments import gets_deployment
from ecscli.up.project.ownership import count_before_stop
from ecscli.up.service.desired import WantedService, WantedTasks
from ecscli.up.service.live import LiveProject
from ecscli.up.service.names import Names
from ecscli.up.service.plan import plan_removal, plan_service
from ecscli.up.service.task_definition import is_registered
from ecscli.up.support.stacks import PlannedStack
from ecscli.up.tasks.plan import plan_run

if TYPE_CHECKING:
    from types_boto3_ecs.type_defs import ServiceTypeDef

JOB_TAG, SUCCEEDED = "ecscli:job", "succeeded"  # of the revision that a job has run with
ALWAYS, CHANGED, NEVER = WHEN = ("always", "changed", "never")


@record
class WantedGroup:
    """What files and flags ask of one group."""

    name: str
    wanted: WantedService | WantedTasks
    live: LiveProject

    @property
    def names(self) -> Names:
        return self.wanted.names


@record
class PlannedGroup:
    """What will be done to one group."""

    group: WantedGroup
    plan: Plan


@record
class PlannedServices:
    """What will be done to a project: its `secrets`, the `support` stack, its groups in waves, the
    removal of `orphans`, then what the stack loses; `builds` are done already, but for a plan that
    is only shown."""

    waves: tuple[tuple[PlannedGroup, ...], ...] = ()
    builds: tuple[CreateRepository | BuildImage, ...] = ()
    secrets: Plan = field(default_factory=Plan)
    support: PlannedStack = field(default_factory=PlannedStack)
    orphans: tuple[ServiceTypeDef, ...] = ()
    removal: Plan = field(default_factory=Plan)
    notices: tuple[Finding, ...] = ()
    blocks: tuple[Block, ...] = ()

    @property
    def whole(self) -> Plan:
        """All of it as one plan, to show."""
        groups = [one.plan for one in chain.from_iterable(self.waves)]
        plans = [self.secrets, self.support.before, *groups, self.removal, self.support.after]
        actions = chain.from_iterable(plan.actions for plan in plans)
        notices = chain.from_iterable(plan.notices for plan in plans)
        return Plan((*self.builds, *actions), (*self.notices, *notices), self.blocks)


def plan_groups(
    groups: Mapping[str, WantedGroup],
    waves: Sequence[Sequence[str]],
    edges: Sequence[Edge],
    jobs: str = CHANGED,
) -> tuple[tuple[PlannedGroup, ...], ...]:
    """The plans of the groups, in waves. `jobs` is one of WHEN. Raises InputError with everything
    that ECS cannot change."""
    meant = [name for wave in waves for name in wave if name in groups]
    plans = _plan_services([groups[name] for name in meant], edges)
    plans |= _plan_jobs([groups[name] for name in meant], edges, plans, jobs)
    return tuple(
        tuple(PlannedGroup(groups[name], plans[name]) for name in wave if name in groups)
        for wave in waves
    )


def _plan_services(groups: Sequence[WantedGroup], edges: Sequence[Edge]) -> dict[str, Plan]:
    """The plans of services by group, each after those of what it depends on."""
    plans: dict[str, Plan] = {}
    wrong: list[Finding] = []
    for group in groups:
        if isinstance(group.wanted, WantedService):
            try:
                plans[group.name] = plan_service(_wanted(group, edges, plans), group.live)
            except InputError as error:
                wrong.extend(error.findings)
    if wrong:
        raise InputError.of(wrong)
    return plans


def _plan_jobs(
    groups: Sequence[WantedGroup], edges: Sequence[Edge], services: Mapping[str, Plan], jobs: str
) -> dict[str, Plan]:
    """The plans of jobs by group, some of them empty, once those of services are known."""
    changed = {name for name, plan in services.items() if plan}
    plans: dict[str, Plan] = {}
    for group in groups:
        if isinstance(group.wanted, WantedTasks):
            dependents = {edge.dependent for edge in edges if edge.awaited == group.name}
            is_due = _is_due(group, group.wanted, jobs, bool(dependents & changed))
            plans[group.name] = plan_run(group.wanted, group.live, {}) if is_due else Plan()
    return plans


def _wanted(group: WantedGroup, edges: Sequence[Edge], plans: Mapping[str, Plan]) -> WantedService:
    """What is wanted of a service, with a new deployment where one that it depends on asks for it,
    and with the count from before a stop."""
    wanted = group.wanted
    assert isinstance(wanted, WantedService)
    restarting = [edge.awaited for edge in edges if edge.dependent == group.name and edge.restart]
    if any(gets_deployment(plans[name]) for name in restarting if name in plans):
        wanted = replace(wanted, force=True)
    stopped_at = count_before_stop(group.live.service) if group.live.service else None
    if stopped_at is not None and wanted.count is None:
        wanted = replace(wanted, count=stopped_at)
    return wanted


def _is_due(group: WantedGroup, wanted: WantedTasks, jobs: str, dependent_changed: bool) -> bool:
    """Whether a job runs: where it has changed or not succeeded yet, or what waits for it
    changes."""
    if jobs != CHANGED:
        return jobs == ALWAYS
    if dependent_changed or not is_registered(wanted.definition, group.live):
        return True
    return not has_succeeded(group.live)


def has_succeeded(live: LiveProject) -> bool:
    """Whether a job has been noted to have succeeded with its newest revision."""
    if live.definition is None:
        return False
    tags = {tag["key"]: tag.get("value") for tag in live.definition.get("tags", ())}
    return tags.get(JOB_TAG) == SUCCEEDED


def with_values(planned: PlannedGroup, values: Document) -> PlannedGroup:
    """The same with the values that the calls before it have returned."""

    def look_up(ref: Ref) -> object:
        return values.get(ref.name, ref)

    actions = [replace(one, request=filled(one.request, look_up)) for one in planned.plan.actions]
    wanted = planned.group.wanted
    definition, fields = filled(wanted.definition, look_up), filled(wanted.fields, look_up)
    wanted = replace(wanted, definition=definition, fields=fields)
    group = replace(planned.group, wanted=wanted)
    return PlannedGroup(group, replace(planned.plan, actions=tuple(actions)))


def plan_removals(cluster: str, services: Sequence[ServiceTypeDef]) -> Plan:
    """Delete these services with their tasks."""
    plans = [plan_removal(Names(str(one["serviceName"]), cluster), one) for one in services]
    return Plan(tuple(chain.from_iterable(plan.actions for plan in plans)))


def orphan_notices(orphans: Sequence[ServiceTypeDef], removed: bool) -> tuple[Finding, ...]:
    """The warning of services that the files no longer have, unless they are removed."""
    if removed or not orphans:
        return ()
    names = ", ".join(str(one["serviceName"]) for one in orphans)
    message = f"the files no longer have {names}"
    return (Finding(message, None, "delete them with --remove-orphans"),)

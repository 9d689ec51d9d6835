"""What is asked of the groups of a project, and what is live -> the plan of the project, checked
against AWS."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Mapping
from functools import partial
from typing import TYPE_CHECKING

from ecscli.base.errors import Finding, InputError
from ecscli.base.records import record, replace
from ecscli.compose.layout.discovery.front_ends import with_restarts
from ecscli.support.balancer.part import balancer_part
from ecscli.support.balancer.transition.steps import Step
from ecscli.support.discovery import discovery_part
from ecscli.support.parts import Part
from ecscli.up.model import Block, Event, Plan
from ecscli.up.project.live import LiveServices, Services, read_project
from ecscli.up.project.network import ProjectNetwork, read_project_network
from ecscli.up.project.ownership import find_foreign, find_orphans, is_ours
from ecscli.up.project.plan import (
    PlannedGroup,
    PlannedServices,
    WantedGroup,
    orphan_notices,
    plan_groups,
    plan_removals,
)
from ecscli.up.project.reconnect import Waves, with_reconnection
from ecscli.up.project.switch import in_order
from ecscli.up.service.desired import WantedService, WantedTasks
from ecscli.up.service.names import Names
from ecscli.up.support.stacks import plan_stack
from ecscli.workflows.balancer import Stacks, balancer_blocks, balancer_remarks, wanted_balancer
from ecscli.workflows.comparison import compared
from ecscli.workflows.definition.translation import notices
from ecscli.workflows.events import warnings
from ecscli.workflows.joining import join_existing
from ecscli.workflows.leaving import agree_to_leave, left_addresses
from ecscli.workflows.network import in_network_of
from ecscli.workflows.preflight import checked
from ecscli.workflows.project import Connect, refuse
from ecscli.workflows.services.planning.balancer import (
    balancer_query,
    behind_balancer,
    involved_in,
    requested_balancer,
)
from ecscli.workflows.services.planning.draining import until_drained
from ecscli.workflows.services.planning.names import wanted_names, with_registries
from ecscli.workflows.services.planning.network import (
    Located,
    located_groups,
    network_notices_of,
    network_query,
    network_warnings_of,
)
from ecscli.workflows.services.planning.stack import (
    LiveAll,
    read_own_stack,
    users_after,
    wanted_stack,
)
from ecscli.workflows.services.planning.storage import plan_storage, with_found_storage
from ecscli.workflows.services.planning.task_roles import roles_without_consent, with_task_roles
from ecscli.workflows.services.planning.wanted import WantedProject, wanted_project
from ecscli.workflows.services.request import ServicesRequest, known_services, prefix_of
from ecscli.workflows.target_groups import agree_to_gaps, handover_blocks, plan_step

if TYPE_CHECKING:
    from types_boto3_ecs.type_defs import ServiceTypeDef

    from ecscli.aws.client import Aws

Wanted = Mapping[str, WantedService | WantedTasks]  # by the name of the group


@record
class PlannedProject:
    """What will be done to a project, and what it was planned from. `goes_on`: another plan comes
    after it, as that of a target group which is left for another one. `not_before`: when this one
    may be carried out, in seconds since 1970."""

    request: ServicesRequest
    wanted: WantedProject
    plan: PlannedServices
    goes_on: bool = False
    not_before: float = 0.0

    @property
    def cluster(self) -> str:
        return self.request.project.settings.need_cluster()

    @property
    def names(self) -> Names:
        """The names of the project as a whole, for people."""
        return Names(self.wanted.arrangement.project.name, self.cluster)

    @property
    def whole(self) -> Plan:
        """All of it as one plan, to show."""
        return in_order(self.wanted.switch, self.plan).whole


def plan(connect: Connect, request: ServicesRequest) -> Generator[Event, None, PlannedProject]:
    """Plan to make what is missing, to change what differs, and to run the jobs that are due."""
    wanted = yield from wanted_project(connect, request)
    everything, notice = compared(request, lambda: _read(connect(), request, wanted), LiveAll())
    live, project = everything.services, wanted.arrangement.project
    if not request.dry_run:
        live = yield from _drained(connect(), request, wanted, live)
        everything = replace(everything, services=live)
    if not request.adopt:
        refuse(_foreign(wanted.groups, live.services, project.name))
    if notice is None:
        wanted = with_found_storage(connect(), wanted, everything.support)
        refuse(roles_without_consent(request, wanted, everything.support))
    located = wanted.groups
    if request.as_tasks:
        located = _beside(located, live.services, project.name)
    if notice is None:
        beside = replace(wanted, groups=located)
        located = yield from _located(connect, request, beside, everything)
    aws, stack = connect() if notice is None else None, everything.support
    known = known_services(wanted.arrangement, request.project.settings)
    orphans = find_orphans(live.services, project.name, known)
    supported = _supported(aws, request, wanted, located, everything)
    located = with_task_roles(wanted, supported.groups, stack)
    waves = _waves(aws, request, wanted, located, live)
    staying = request if not supported.goes_on else replace(request, remove_orphans=False)
    users = users_after(staying, live.services, located.values(), orphans, stack)
    support = wanted_stack(wanted, everything, supported.parts, users, supported.step)
    planned = PlannedServices(
        waves,
        wanted.builds,
        Plan(wanted.secrets),
        plan_stack(support, stack),
        tuple(orphans),
        _removal(request, orphans),
        (
            *filter(None, [notice]),
            *supported.notices,
            *orphan_notices(orphans, request.remove_orphans),
        ),
        supported.blocks,
    )
    return PlannedProject(request, wanted, planned, supported.goes_on, supported.not_before)


@record
class Supported:
    """The groups with what they need of the support stack: their names, file systems and the load
    balancer in front of them; what the stack has for these, and what a plan shows of it.
    `goes_on` and `not_before` are those of PlannedProject, `step` that of WantedStack."""

    groups: Wanted
    parts: tuple[Part, ...]
    notices: tuple[Finding, ...]
    blocks: tuple[Block, ...]
    goes_on: bool
    not_before: float
    step: Step


def _supported(
    aws: Aws | None,
    request: ServicesRequest,
    wanted: WantedProject,
    groups: Wanted,
    live: LiveAll,
) -> Supported:
    """The groups with their registries, file systems and target groups; `aws` None: nothing can be
    looked up."""
    services, stack = live.services.services, live.support
    found_by = wanted_names(aws, wanted.discovery, groups, services, stack)
    groups = with_registries(wanted, groups, services, stack)
    storage = plan_storage(aws, request, wanted, groups, live)
    groups = storage.groups
    requested = replace(requested_balancer(wanted), is_renewed=request.project.recreate_balancer)
    query = balancer_query(request, wanted, requested, groups, live)
    requested = join_existing(aws, requested, query, stack)
    balancer = wanted_balancer(aws, requested, query, stack)
    known = known_services(wanted.arrangement, request.project.settings)
    orphans = find_orphans(services, wanted.names.project, known) if request.remove_orphans else ()
    removed = [str(one["serviceName"]) for one in orphans]
    ending = [one.service for one in wanted.switch.services] if wanted.switch else []
    involved = involved_in(requested, groups, services, removed, ending)
    found = plan_step(aws, balancer, requested.names, stack, involved)
    gaps = agree_to_gaps(request, found.all)
    stacks = Stacks(stack, balancer_part(balancer), found.kept)
    return Supported(
        behind_balancer(requested, groups, services, stacks),
        (storage.part, discovery_part(found_by)),
        (
            *gaps,
            *storage.remarks,
            *balancer_remarks(balancer, requested.on_instances, stack.part(requested.names)),
            *agree_to_leave(request, left_addresses(aws, balancer, requested, stack)),
        ),
        (
            *balancer_blocks(balancer, stack, request.project.settings.region.value),
            *handover_blocks(found),
        ),
        found.goes_on,
        found.not_before,
        found.step,
    )


def _waves(
    aws: Aws | None,
    request: ServicesRequest,
    wanted: WantedProject,
    located: Wanted,
    live: LiveServices,
) -> Waves:
    """The plans of the groups; `aws` None: nothing can be looked up."""
    groups = {
        name: WantedGroup(name, one, live.of(one.names.service, one.names.family))
        for name, one in located.items()
    }
    edges = with_restarts(wanted.arrangement.edges, wanted.discovery)
    waves = plan_groups(groups, wanted.arrangement.waves, edges, request.jobs)
    if aws is not None:
        waves = _checked(aws, waves, wanted)
    return with_reconnection(waves, wanted.discovery)


def _read(aws: Aws, request: ServicesRequest, wanted: WantedProject) -> LiveAll:
    """The services, the support stack and the network, side by side."""
    query = network_query(request, wanted)
    services, support, network = aws.together(
        lambda: _read_services(aws, request, wanted),
        lambda: read_own_stack(aws, wanted),
        lambda: read_project_network(aws, query) if query else ProjectNetwork(),
    )
    return LiveAll(services, support, network)


def _read_services(aws: Aws, request: ServicesRequest, wanted: WantedProject) -> LiveServices:
    settings = request.project.settings
    families = [one.names.family for one in wanted.groups.values()]
    prefix = prefix_of(wanted.arrangement, settings)
    return read_project(aws, settings.need_cluster(), prefix, families, wanted.log_groups)


def _drained(
    aws: Aws, request: ServicesRequest, wanted: WantedProject, live: LiveServices
) -> Generator[Event, None, LiveServices]:
    """What is live once services that were deleted a moment ago are gone."""
    services = [one for one in wanted.groups.values() if isinstance(one, WantedService)]
    names = [one.names.service for one in services]
    read = partial(_read_services, aws, request, wanted)
    return (yield from until_drained(aws, live, names, read))


def _foreign(groups: Wanted, live: Services, project: str) -> Iterator[Finding]:
    for wanted in groups.values():
        if isinstance(wanted, WantedService):
            yield from find_foreign(wanted.names, live, project)


def _removal(request: ServicesRequest, orphans: list[ServiceTypeDef]) -> Plan:
    if not request.remove_orphans:
        return Plan()
    return plan_removals(request.project.settings.need_cluster(), orphans)


# ------------------------------------------------------------- network


def _beside(groups: Wanted, live: Services, project: str) -> Wanted:
    """The tasks in the networks of the services that they are of, with their security groups."""
    found = dict(groups)
    for name, wanted in groups.items():
        service = live.get(wanted.names.service)
        if service is not None and is_ours(service, project) and isinstance(wanted, WantedTasks):
            found[name] = in_network_of(wanted, service)
    return found


def _located(
    connect: Connect, request: ServicesRequest, wanted: WantedProject, live: LiveAll
) -> Generator[Event, None, Wanted]:
    """The groups with the network that their tasks get."""
    if not wanted.networks:
        return wanted.groups
    yield from notices(network_notices_of(request, live.network))
    yield from warnings(network_warnings_of(wanted, live.network))
    located = Located(wanted, live.network, live.support, live.services.services)
    return located_groups(connect(), request, located)


# ------------------------------------------------------------- what the plans name


def _checked(
    aws: Aws, waves: tuple[tuple[PlannedGroup, ...], ...], wanted: WantedProject
) -> tuple[tuple[PlannedGroup, ...], ...]:
    """The same with notices, once everything that the plans name was looked up, side by side.
    Raises InputError with everything that does not exist."""
    planned = [one for wave in waves for one in wave]
    looked = aws.together(*(partial(_look, aws, one, wanted) for one in planned))
    refuse(dict.fromkeys(finding for _, findings in looked for finding in findings))
    plans = {one.group.name: one for one, _ in looked}
    return tuple(tuple(plans[one.group.name] for one in wave) for wave in waves)


def _look(
    aws: Aws, one: PlannedGroup, wanted: WantedProject
) -> tuple[PlannedGroup, tuple[Finding, ...]]:
    if not one.plan:
        return one, ()
    # images that will be built are not missing, nor are secrets that will be written
    before = (*wanted.builds, *wanted.secrets)
    plan = replace(one.plan, actions=(*before, *one.plan.actions))
    try:
        made = _own_namespaces(wanted)
        found = checked(aws, plan, one.group.wanted, one.group.live, made)
    except InputError as error:
        return one, error.findings
    return replace(one, plan=replace(one.plan, notices=found.notices)), ()


def _own_namespaces(wanted: WantedProject) -> tuple[str, ...]:
    """Those that the support stack makes, which need not be there yet."""
    discovery = wanted.discovery
    return () if discovery.given else (discovery.connect_namespace,)

"""A service that runs the whole project, and the load balancer that files ask for -> the service
behind it, and what is done to the support stack for it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from ecscli.base.documents import Document, Draft
from ecscli.base.errors import Finding
from ecscli.base.records import record, replace
from ecscli.support.balancer.model import BalancedGroup, WantedBalancer
from ecscli.support.balancer.part import balancer_part
from ecscli.support.network import OpenPorts, WantedNetworks, network_part, port_outputs
from ecscli.support.parts import Part
from ecscli.support.storage.live import kept_storage
from ecscli.support.template import part_of
from ecscli.up.balancer.handover import Others, User
from ecscli.up.model import Block, DeployStack
from ecscli.up.project.live import read_services
from ecscli.up.project.switch import OURS
from ecscli.up.service.desired import WantedService, awsvpc_of
from ecscli.up.support.live import LiveSupport, read_stack
from ecscli.up.support.plan import SupportStack
from ecscli.up.support.stacks import PlannedStack, WantedStack, output_of, plan_stack
from ecscli.workflows.balancer import (
    RequestedBalancer,
    Stacks,
    balancer_blocks,
    balancer_remarks,
    query_of,
    wanted_balancer,
    with_target_groups,
)
from ecscli.workflows.definition.translation import Translation
from ecscli.workflows.joining import join_existing
from ecscli.workflows.leaving import agree_to_leave, left_addresses
from ecscli.workflows.request import TaskRequest
from ecscli.workflows.target_groups import (
    Involved,
    agree_to_gaps,
    handover_blocks,
    plan_step,
)

if TYPE_CHECKING:
    from types_boto3_ecs.type_defs import ServiceTypeDef

    from ecscli.aws.client import Aws

NETWORK = "networkConfiguration"


@record
class BehindBalancer:
    """The service with its target groups, what is done to the support stack before it and after,
    and what a plan shows of it. `goes_on`: a target group is left for another one, in more steps
    than this one."""

    wanted: WantedService
    support: PlannedStack = PlannedStack()
    notices: tuple[Finding, ...] = ()
    blocks: tuple[Block, ...] = ()
    goes_on: bool = False
    not_before: float = 0.0


@record
class Present:
    """The service that is there, and those `ending` with the layout whose place it takes."""

    service: ServiceTypeDef | None = None
    ending: tuple[ServiceTypeDef, ...] = ()


NOTHING = Present()


def behind_balancer(
    aws: Aws | None,
    request: TaskRequest,
    wanted: WantedService,
    translation: Translation,
    present: Present = NOTHING,
) -> BehindBalancer:
    """The service behind the balancer, or without it where it has none any more; `aws` None:
    nothing can be looked up."""
    service = present.service
    requested = _requested(wanted, translation)
    requested = replace(requested, is_renewed=request.project.recreate_balancer)
    is_switched = request.switch is not None and request.switch.switch_layout
    if not requested.groups and not _may_have_one(service) and not is_switched:
        return BehindBalancer(wanted)
    live = LiveSupport() if aws is None else read_stack(aws, wanted.names)
    if not requested.groups and not _may_have_one(service):
        left = left_addresses(aws, WantedBalancer("", "", ()), requested, live)
        return BehindBalancer(wanted, notices=agree_to_leave(request, left))
    stack_name, tasks = request.project.settings.stack_name.value or "", _subnets(wanted, service)
    query = query_of(requested, stack_name, "", tasks)
    requested = join_existing(aws, requested, query, live)
    balancer = wanted_balancer(aws, requested, query, live)
    user = User(wanted.names.service, service, wanted.definition, requested.ports)
    beside = Others(ending=present.ending)
    found = plan_step(aws, balancer, requested.names, live, Involved((user,), beside))
    gaps = agree_to_gaps(request, found.all)
    stacks = Stacks(live, balancer_part(balancer), found.kept)
    wanted = with_target_groups(wanted, requested, requested.ports, stacks, service)
    wanted = _opened(wanted, requested, live, service)
    others = _others(aws, wanted) if live.stack is not None and aws is not None else []
    served = [*others, {**(service or {}), **wanted.fields, "deployments": (), "events": ()}]
    parts = [
        *_role(wanted.support),
        kept_storage(part_of(live.body)),
        *_openings(requested, balancer),
    ]
    stack = WantedStack(wanted.names, tuple(parts), tuple(served), found.step)
    support = plan_stack(stack, live)
    return BehindBalancer(
        replace(wanted, support=_support(support, wanted.support)),
        support,
        (
            *gaps,
            *balancer_remarks(balancer, requested.on_instances, live.part(requested.names)),
            *agree_to_leave(request, left_addresses(aws, balancer, requested, live)),
        ),
        (
            *balancer_blocks(balancer, live, request.project.settings.region.value),
            *handover_blocks(found),
        ),
        found.goes_on,
        found.not_before,
    )


def _requested(wanted: WantedService, translation: Translation) -> RequestedBalancer:
    balancing = translation.definition.balancing
    project, mode = wanted.names.project, wanted.definition.get("networkMode") or "bridge"
    opening = port_outputs([project])[project] if mode == "awsvpc" else ""
    group = BalancedGroup(project, mode, balancing.ports, opening)
    return RequestedBalancer(wanted.names, balancing, (group,) if balancing else ())


def _may_have_one(service: ServiceTypeDef | None) -> bool:
    """Whether a live service may be behind a balancer of the support stack."""
    rows = (service.get("loadBalancers") or ()) if service else ()
    return any(OURS in row.get("targetGroupArn", "") for row in rows)


def _subnets(wanted: WantedService, service: ServiceTypeDef | None) -> list[str]:
    network = awsvpc_of(wanted.fields) or awsvpc_of({**service} if service else {})
    return [str(id_) for id_ in network.get("subnets") or ()]


# ------------------------------------------------------------- security group


def _opened(
    wanted: WantedService,
    requested: RequestedBalancer,
    live: LiveSupport,
    service: ServiceTypeDef | None,
) -> WantedService:
    """The service with the security group through which the balancer reaches its tasks, beside
    those that it has; without it where there is no balancer."""
    network = awsvpc_of(wanted.fields) or awsvpc_of({**service} if service else {})
    if not network:
        return wanted
    output = port_outputs([wanted.names.project])[wanted.names.project]
    opening = output_of(output, wanted.names, live)
    before = list(network.get("securityGroups") or ())
    after = [group for group in before if group != opening]
    if requested.groups:
        after.append(opening)
    if after == before:
        return wanted
    changed: Draft = {"awsvpcConfiguration": {**network, "securityGroups": after}}
    return replace(wanted, fields={**wanted.fields, NETWORK: changed})


# ------------------------------------------------------------- support stack


def _others(aws: Aws, wanted: WantedService) -> list[Document]:
    """The services that layout services has made for the project; they use the stack as well."""
    names = wanted.names
    return [{**one} for one in read_services(aws, names.cluster, f"{names.service}-").values()]


def _role(support: SupportStack | None) -> Iterator[Part]:
    """What the stack would get for the role alone."""
    if support and support.deployment:
        yield part_of(str(support.deployment.request["TemplateBody"]))


def _openings(requested: RequestedBalancer, balancer: WantedBalancer) -> Iterator[Part]:
    project = requested.names.project
    if any(group.opening for group in requested.groups):
        ports = (OpenPorts(project, (), ()),)
        yield network_part(WantedNetworks(project, balancer.vpc, (), ports))


def _support(planned: PlannedStack, role: SupportStack | None) -> SupportStack | None:
    """The stack of the role and of the balancer, which are made at once."""
    if not planned.name:
        return role
    made = [action for action in planned.before.actions if isinstance(action, DeployStack)]
    return SupportStack(planned.name, made[-1] if made else None, tuple(made[:-1]))

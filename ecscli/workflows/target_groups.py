"""Services whose target group has to become another one: the next step of each, what it is agreed
to, and the balancer and the services as that step has them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from ecscli.base.documents import Document
from ecscli.base.errors import EcsCliError, Finding, Interrupted
from ecscli.base.records import field, record, replace
from ecscli.support.balancer.model import WantedBalancer
from ecscli.support.balancer.part import balancer_part
from ecscli.support.balancer.target_groups import target_group_outputs
from ecscli.up.balancer.handover import Changing, LiveGroups, PlannedMove, find_unmeant, plan_moves
from ecscli.up.model import Block
from ecscli.up.service.names import Names
from ecscli.up.support.live import LiveSupport
from ecscli.workflows.project import refuse
from ecscli.workflows.request import TaskRequest
from ecscli.workflows.services.request import ServicesRequest

if TYPE_CHECKING:
    from types_boto3_ecs.type_defs import ServiceTypeDef

    from ecscli.aws.client import Aws


MOST_PLANS = 3  # one for each step
NUMBERED_ANEW = Finding("the number of a rule was taken meanwhile: planning once more")
LEFT_FOR_LATER = Finding(
    "a target group is left for another one, once the deployment is over",
    None,
    "run the command again then: it goes on",
)


NUMBER_TAKEN = re.compile(r"PriorityInUse|[Pp]riority.{0,20} is (currently |already )?in use")


def lost_race(error: EcsCliError) -> bool:
    """Whether somebody else has given its number to a rule of the shared balancer since the rules
    were read."""
    return any(NUMBER_TAKEN.search(line) for line in error.lines())


@record
class User:
    """An ECS service that is there, and the task definition that it will have."""

    service: ServiceTypeDef
    definition: Document


@record
class Users:
    """Who is `meant`, by the Compose services that are balanced, and the ECS services that stay as
    they are."""

    meant: Mapping[str, User] = field(default_factory=dict)
    staying: tuple[ServiceTypeDef, ...] = ()


@record
class Moving:
    """The balancer as the next step has it, and the moves by the Compose services whose target
    groups they are of."""

    balancer: WantedBalancer
    moves: Mapping[str, PlannedMove]

    @property
    def goes_on(self) -> bool:
        """Whether there are steps after the next one."""
        return any(one.move is not None for one in self.moves.values())


def with_moves(
    aws: Aws | None,
    wanted: WantedBalancer,
    names: Names,
    live: LiveSupport,
    users: Users,
) -> Moving:
    """The next step. Raises InputError where the target group of a service that stays would become
    another one."""
    if aws is None or not wanted:
        return Moving(wanted, {})
    outputs = target_group_outputs(wanted.all_ports)
    changing = [
        Changing(port, outputs[port.service], user.service, user.definition)
        for port in wanted.all_ports
        if (user := users.meant.get(port.service)) is not None
    ]
    groups = LiveGroups(live.part(names), live.outputs, lambda arn: _is_healthy(aws, arn))
    part = balancer_part(wanted)
    refuse(find_unmeant(part, groups, outputs, users.staying))
    found = list(plan_moves(part, groups, changing))
    moves = tuple(one.move for one in found if one.move is not None)
    return Moving(replace(wanted, moves=moves), {one.port.service: one for one in found})


def _is_healthy(aws: Aws, arn: str) -> bool:
    """Whether a target group has a healthy target."""
    answer = aws.call("elbv2", "describe_target_health", TargetGroupArn=arn)
    rows = answer["TargetHealthDescriptions"]
    return any(row["TargetHealth"].get("State") == "healthy" for row in rows)


# ------------------------------------------------------------- what people see


def move_blocks(moves: Mapping[str, PlannedMove]) -> Iterator[Block]:
    """The steps, in the order of the services."""
    lines = tuple(line for one in moves.values() for line in one.lines())
    if lines:
        yield Block("target groups", lines)


def agree_to_gaps(
    request: TaskRequest | ServicesRequest, moves: Mapping[str, PlannedMove]
) -> tuple[Finding, ...]:
    """What is said of moments without an answer, before anything is changed; those that have begun
    are agreed to already. Raises Interrupted at a no, and InputError where a gap would have no end,
    as nobody waits for the new targets to send requests to them."""
    if not request.dry_run and (request.no_wait or not request.timeout):
        refuse(_without_end(one) for one in moves.values() if one.is_endless)
    found = [one for one in moves.values() if one.gap and not one.is_begun]
    if not found:
        return ()
    gaps = tuple(_gap(one) for one in found)
    agree = request.switch.agree if request.switch else None
    if request.dry_run or agree is None:
        return gaps
    services = ", ".join(one.port.service for one in found)
    if not agree(f"{'; '.join(one.message for one in gaps)}. Change {services} with this gap?"):
        raise Interrupted("Nothing was changed.")
    return gaps


def _without_end(one: PlannedMove) -> Finding:
    message = f"{one.port.service}: requests would fail until another up, as {one.gap}"
    return Finding(message, None, "wait for it: leave --no-wait out, and give --timeout minutes")


def _gap(one: PlannedMove) -> Finding:
    message = f"{one.port.service}: requests fail for a moment, as {one.gap}"
    if one.drain:
        message += f"; meanwhile old tasks are drained for {one.drain} seconds"
    return Finding(message)

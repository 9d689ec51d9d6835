"""Services whose target group has to become another one: the next step of each, what it is agreed
to, and the balancer and the services as that step has them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, TypeVar

from ecscli.base.errors import EcsCliError, Finding, Interrupted
from ecscli.base.records import record, replace
from ecscli.support.balancer.model import WantedBalancer
from ecscli.support.balancer.names import are_elsewhere
from ecscli.support.balancer.part import balancer_part
from ecscli.support.balancer.target_groups import target_group_outputs
from ecscli.support.balancer.transition.leaving import left_balancers
from ecscli.support.balancer.transition.steps import Step
from ecscli.support.parts import Part
from ecscli.support.template import compact_body, part_of
from ecscli.up.balancer.handover import (
    Handover,
    Handovers,
    LiveGroups,
    Others,
    User,
    find_unmeant,
    plan_handovers,
)
from ecscli.up.model import Block, Event
from ecscli.up.service.names import Names
from ecscli.up.support.live import LiveSupport
from ecscli.workflows.project import refuse
from ecscli.workflows.request import TaskRequest
from ecscli.workflows.services.request import ServicesRequest

if TYPE_CHECKING:
    from ecscli.aws.client import Aws


REMEMBERED = 60.0  # seconds: the TTL of alias records of load balancers
MOST_PLANS = 3  # the service gets a group, requests go to it; one more where that takes its time
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


R = TypeVar("R", bound=TaskRequest)


def agreed(request: R) -> R:
    """What is asked of a plan that goes on with an earlier one, to which everybody has agreed."""
    if request.switch is None:
        return request
    return replace(request, switch=replace(request.switch, agree=None, goes_on=True))


@record
class Involved:
    """The ECS services that are made or changed, and those beside them."""

    users: tuple[User, ...] = ()
    others: Others = Others()


def plan_step(
    aws: Aws | None,
    wanted: WantedBalancer,
    names: Names,
    live: LiveSupport,
    involved: Involved,
) -> Handovers:
    """What comes next. Raises InputError where the target group of a service that stays would
    become another one."""
    part = balancer_part(wanted)
    if aws is None or not wanted:
        return Handovers(Step(part, part))
    outputs = target_group_outputs(wanted.all_ports)
    has = live.part(names)
    follow = are_elsewhere(has, part_of(compact_body(part)))
    groups = LiveGroups(has, live.outputs, lambda arn: _is_healthy(aws, arn), follow)
    refuse(find_unmeant(part, groups, outputs, involved.others.staying))
    found = plan_handovers(part, groups, outputs, involved.users, involved.others)
    numbers = wanted.existing.numbers if wanted.existing else {}
    step = replace(found.step, numbers=numbers)
    return replace(found, step=step, not_before=_when(wanted, found, live, has))


def _when(wanted: WantedBalancer, found: Handovers, live: LiveSupport, has: Part) -> float:
    """When services may leave a balancer: once nobody knows the records of before any more."""
    leaves = found.step.taken and any(left_balancers(has, wanted))
    if not (leaves and wanted.names.recorded and live.stack):
        return 0.0
    return live.stack.changed + REMEMBERED


def until(aws: Aws, moment: float, now: float) -> Iterator[Event]:
    """Wait for a moment, in seconds since 1970; a minute at most."""
    seconds = min(moment - now, REMEMBERED)
    if seconds > 0:
        what = "until resolvers no longer know the old address of its names"
        yield Event(f"Waiting {seconds:.0f} seconds, {what}...")
        aws.sleep(seconds)


def _is_healthy(aws: Aws, arn: str) -> bool:
    """Whether a target group has a healthy target."""
    answer = aws.call("elbv2", "describe_target_health", TargetGroupArn=arn)
    rows = answer["TargetHealthDescriptions"]
    return any(row["TargetHealth"].get("State") == "healthy" for row in rows)


# ------------------------------------------------------------- what people see


def handover_blocks(found: Handovers) -> Iterator[Block]:
    """The steps, in the order of the services."""
    lines = tuple(line for one in found.all for line in one.lines())
    if lines:
        yield Block("target groups", lines)


def agree_to_gaps(
    request: TaskRequest | ServicesRequest, handovers: Iterable[Handover]
) -> tuple[Finding, ...]:
    """What is said of moments without an answer, before anything is changed; those that have begun
    are agreed to already. Raises Interrupted at a no, and InputError where a gap would have no end,
    as nobody waits for the new targets to send requests to them."""
    known = tuple(handovers)
    if not request.dry_run and (request.no_wait or not request.timeout):
        refuse(_without_end(one) for one in known if one.is_endless)
    found = [one for one in known if one.gap and not one.is_begun]
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


def _without_end(one: Handover) -> Finding:
    message = f"{one.port.service}: requests would fail until another up, as {one.gap}"
    return Finding(message, None, "wait for it: leave --no-wait out, and give --timeout minutes")


def _gap(one: Handover) -> Finding:
    message = f"{one.port.service}: requests fail for a moment, as {one.gap}"
    if one.drain:
        message += f"; meanwhile old tasks are drained for {one.drain} seconds"
    return Finding(message)

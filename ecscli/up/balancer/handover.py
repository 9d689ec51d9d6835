"""PURE: services whose target group has to become another one, and what is live -> the step that
comes next for each: both groups are joined, the rule moves, the old group goes. Each step is found
by what is live, so that an `up` which was cut off is gone on with by the next one."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from ecscli.base.balanced import GRPC, HTTP1, MOST_GROUPS, TRANSPORTS, BalancedPort
from ecscli.base.documents import Document
from ecscli.base.errors import Finding
from ecscli.base.records import record, replace
from ecscli.support.balancer.transition.steps import BEFORE, Move, fixed, group_of, serving_group
from ecscli.support.parts import Part
from ecscli.up.deployment.state import is_settled

if TYPE_CHECKING:
    from types_boto3_ecs.type_defs import ServiceTypeDef

FULL = f"a service takes {MOST_GROUPS} target groups, and has no room for both"
DRAIN = "deregistration_delay.timeout_seconds"
STEPS = (
    "the service gets the new target group, and requests go on to the old one",
    "requests go to the new one, once it has healthy targets, and the service leaves the old one",
    "the old one is deleted",
)


@record
class Changing:
    """A port that is balanced, the `output` with its target group, the service that is there, and
    the task definition that it will have."""

    port: BalancedPort
    output: str
    service: ServiceTypeDef
    definition: Document


@record
class PlannedMove:
    """What becomes of the target group of a service. `move` None: nothing is done in steps. `gap`:
    why requests fail for a moment, empty where none do; `kept`: the row of `loadBalancers` with the
    old group, while the service has both."""

    port: BalancedPort
    service: str
    what: str
    gap: str = ""
    move: Move | None = None
    kept: Document | None = None
    is_begun: bool = False

    @property
    def is_endless(self) -> bool:
        """Whether requests fail until a step that comes after this one."""
        return bool(self.gap) and self.move is not None and not self.move.moved

    @property
    def drain(self) -> int:
        """The seconds for which the targets of the old group are drained."""
        properties = (self.move.resource.get("Properties") or {}) if self.move else {}
        for row in properties.get("TargetGroupAttributes") or ():
            if row["Key"] == DRAIN:
                return int(row["Value"])
        return 0

    def lines(self) -> Iterator[str]:
        """What people see of it in a plan."""
        how = f"with a gap: {self.gap}" if self.gap else "without a gap"
        yield f"{self.port.service}: {self.what}, {how}"
        if self.move is not None:
            at = 1 if self.move.moved else 0
            for number, step in enumerate(STEPS):
                when = "done" if number < at else "now" if number == at else "then"
                yield f"    {when}: {step}"


@record
class LiveGroups:
    """The live `part` of the stack, its outputs, and whether a target group has healthy targets."""

    part: Part
    outputs: Mapping[str, str]
    is_healthy: Callable[[str], bool]

    def arn(self, id_: str) -> str:
        """The ARN of a target group of the stack; empty where the stack has none of that id."""
        for name in self.part.outputs:
            if id_ and group_of(self.part, name) == id_:
                return self.outputs.get(name, "")
        return ""


def plan_moves(wanted: Part, live: LiveGroups, users: Iterable[Changing]) -> Iterator[PlannedMove]:
    """The step that comes next for each service whose group changes; one that has no room for both
    groups leaves the old one first."""
    known = list(users)
    room = {one.service["serviceName"]: _room(one.service, live) for one in known}
    for one in known:
        room[one.service["serviceName"]] -= 1
    for found in _next_steps(wanted, live, known):
        if found.kept is None:
            yield found
        elif room[found.service] > 0:
            room[found.service] -= 1
            yield found
        else:
            yield replace(found, gap=FULL, kept=None)


def _room(service: ServiceTypeDef, live: LiveGroups) -> int:
    """How many target groups of the stack an ECS service can have beside its others."""
    ours = set(live.outputs.values())
    rows = service.get("loadBalancers") or ()
    return MOST_GROUPS - sum(row.get("targetGroupArn") not in ours for row in rows)


def _next_steps(wanted: Part, live: LiveGroups, users: Iterable[Changing]) -> Iterator[PlannedMove]:
    for one in users:
        new, old = group_of(wanted, one.output), serving_group(live.part, one.output)
        if old and old == new:
            yield from _left(one, live, new)
        elif old and new:
            yield from _moved(one, live, wanted, old, new)


def find_unmeant(
    wanted: Part, live: LiveGroups, outputs: Mapping[str, str], staying: Iterable[ServiceTypeDef]
) -> Iterator[Finding]:
    """The Compose services, each with its output, whose target group becomes another one while the
    ECS service behind it stays as it is: requests would go to a group without targets."""
    arns = {row.get("targetGroupArn") for one in staying for row in one.get("loadBalancers") or ()}
    for service, output in outputs.items():
        new, serving = group_of(wanted, output), serving_group(live.part, output)
        has = {group_of(live.part, name) for name in (output, f"{output}{BEFORE}")}
        is_other = new not in has or serving not in ("", new)
        if is_other and any(arn in arns for arn in map(live.arn, has) if arn):
            message = "its target group becomes another one, and its ECS service stays as it is"
            hint = f"name {service} as well, or bring it up first: compose up {service}"
            yield Finding(f"{service}: {message}", None, hint)


def _left(one: Changing, live: LiveGroups, new: str) -> Iterator[PlannedMove]:
    """Requests go to the new group, and the service may still have another one."""
    for name in (one.output, f"{one.output}{BEFORE}"):
        old = group_of(live.part, name)
        if old == new or not _row(one.service, live.arn(old)):
            continue
        move = Move(one.output, old, new, live.part.resources[old], moved=True)
        what = _what(live.part, old, live.part, new)
        yield PlannedMove(one.port, one.service["serviceName"], what, "", move, None, True)


def _moved(
    one: Changing, live: LiveGroups, wanted: Part, old: str, new: str
) -> Iterator[PlannedMove]:
    before, after = fixed(live.part, old), fixed(wanted, new)
    networks = [str(each.get("Protocol")) in TRANSPORTS for each in (before, after)]
    if networks[0] != networks[1]:
        return  # the old address goes with its balancer, and has its targets until then
    name, what = one.service["serviceName"], _what(live.part, old, wanted, new)
    if networks[0]:
        gap = "a listener for TCP or UDP changes at once, and its targets come then"
        yield PlannedMove(one.port, name, what, gap)
        return
    row, has_new = _row(one.service, live.arn(old)), _row(one.service, live.arn(new))
    gap = _gap(one, before, after, row)
    is_ready = bool(has_new) and is_settled(one.service) and _has_targets(one, live, new)
    move = Move(one.output, old, new, live.part.resources[old], moved=is_ready)
    kept = None if is_ready or gap else row
    yield PlannedMove(one.port, name, what, gap, move, kept, bool(has_new))


def _has_targets(one: Changing, live: LiveGroups, new: str) -> bool:
    return not one.service.get("desiredCount") or live.is_healthy(live.arn(new))


def _row(service: ServiceTypeDef, arn: str) -> Document | None:
    """The row of a service with a target group."""
    for row in service.get("loadBalancers") or ():
        if arn and row.get("targetGroupArn") == arn:
            return {**row}
    return None


def _what(live: Part, old: str, wanted: Part, new: str) -> str:
    """In words, what is fixed and changes."""
    before, after = fixed(live, old), fixed(wanted, new)
    changes = []
    for name, default in (("Protocol", ""), ("ProtocolVersion", HTTP1), ("TargetType", "")):
        had, has = before.get(name) or default, after.get(name) or default
        if had != has:
            changes.append(f"{name} {had} becomes {has}")
    return ", ".join(changes) or "the target group is made anew"


def _gap(
    one: Changing, before: Mapping[str, object], after: Mapping[str, object], row: Document | None
) -> str:
    """Why one task cannot be healthy in both groups; empty where it can."""
    if before.get("TargetType") != after.get("TargetType"):
        return "a service has targets of one network mode"
    versions = {before.get("ProtocolVersion") or HTTP1, after.get("ProtocolVersion") or HTTP1}
    if len(versions) > 1 and GRPC in versions:
        return "a task cannot answer checks over HTTP and gRPC"
    if row is None:
        return ""
    is_same_port = row.get("containerPort") == one.port.port
    if before.get("Protocol") != after.get("Protocol") and is_same_port:
        return f"port {one.port.port} cannot answer HTTP and HTTPS"
    if not _maps(one.definition, row):
        port = f"{row.get('containerName')}:{row.get('containerPort')}"
        return f"the old target group needs {port}, which the new tasks do not have"
    return ""


def _maps(definition: Document, row: Document) -> bool:
    return any(
        container.get("name") == row.get("containerName")
        and mapping.get("containerPort") == row.get("containerPort")
        for container in definition.get("containerDefinitions") or ()
        for mapping in container.get("portMappings") or ()
    )

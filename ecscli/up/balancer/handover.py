"""PURE: services whose target groups have to become other ones, and what is live -> what comes next
for each: the service gets the new group, requests go to it once it has healthy targets, the old one
is left. Each step is found by what is live, so that an `up` which was cut off is gone on with by
the next one."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from ecscli.base.balanced import GRPC, HTTP1, MOST_GROUPS, TRANSPORTS, BalancedPort
from ecscli.base.documents import Document
from ecscli.base.errors import Finding
from ecscli.base.records import field, record
from ecscli.support.balancer.kinds import DIGITS, PREFIX
from ecscli.support.balancer.transition.steps import (
    BEFORE,
    Step,
    Users,
    fixed,
    group_of,
    served_groups,
    serving_group,
    stem,
    step_between,
)
from ecscli.support.parts import Part
from ecscli.up.deployment.state import is_settled

if TYPE_CHECKING:
    from types_boto3_ecs.type_defs import ServiceTypeDef

FULL = f"a service takes {MOST_GROUPS} target groups, and has no room for both"
AT_ONCE = "a listener for TCP or UDP changes at once, and its targets come then"
DRAIN = "deregistration_delay.timeout_seconds"
STEPS = (
    "the service gets the new target group, and requests go on to the old one",
    "requests go to the new one, once it has healthy targets, and the old one is left",
    "what nothing uses any more is deleted",
)
BETWEEN_BALANCERS = (
    "the service gets the new target group, and both load balancers answer",
    "the service leaves the old one, once the new one has healthy targets",
    STEPS[2],
)


@record
class User:
    """An ECS service that is made or changed: the one that is there, None where there is none; the
    task definition that it will have, and those of its ports that are balanced."""

    name: str
    service: ServiceTypeDef | None
    definition: Document
    ports: tuple[BalancedPort, ...] = ()


@record
class Others:
    """ECS services that are not changed: those that stay, those that are `removed` once requests
    are handed over, and those `ending` later, of a layout that is left."""

    staying: tuple[ServiceTypeDef, ...] = ()
    removed: tuple[ServiceTypeDef, ...] = ()
    ending: tuple[ServiceTypeDef, ...] = ()


NOBODY = Others()


@record
class Handover:
    """What becomes of the target group of a port. `gap`: why requests fail for a moment, empty
    where none do; `moved`: requests go to the new one with this step; `drain`: the seconds for
    which the targets of the old group are drained; `is_begun`: an earlier step was done;
    `is_elsewhere`: the groups are of two load balancers."""

    port: BalancedPort
    service: str
    what: str
    gap: str = ""
    moved: bool = False
    drain: int = 0
    is_begun: bool = False
    is_elsewhere: bool = False

    @property
    def is_endless(self) -> bool:
        """Whether requests fail until a step that comes after this one."""
        return bool(self.gap) and not self.moved

    def lines(self) -> Iterator[str]:
        """What people see of it in a plan."""
        how = f"with a gap: {self.gap}" if self.gap else "without a gap"
        yield f"{self.port.service}: {self.what}, {how}"
        if self.gap == AT_ONCE:
            return
        at = 1 if self.moved else 0
        steps = BETWEEN_BALANCERS if self.is_elsewhere else STEPS
        for number, step in enumerate(steps):
            when = "done" if number < at else "now" if number == at else "then"
            yield f"    {when}: {step}"


@record
class Handovers:
    """What the stack has next, what is handed over, and the rows of `loadBalancers` with old groups
    that services keep meanwhile, by their names. `goes_on`: another step comes after this one.
    `not_before`: when it may begin, in seconds since 1970."""

    step: Step
    all: tuple[Handover, ...] = ()
    kept: Mapping[str, tuple[Document, ...]] = field(default_factory=dict)
    goes_on: bool = False
    not_before: float = 0.0


@record
class LiveGroups:
    """The live `part` of the stack, its outputs, and whether a target group has healthy targets.
    `names_follow`: records have yet to lead to the balancer that is wanted."""

    part: Part
    outputs: Mapping[str, str]
    is_healthy: Callable[[str], bool]
    names_follow: bool = False

    def arn(self, id_: str) -> str:
        """The ARN of a target group of the stack; empty where the stack has none of that id."""
        for name in self.part.outputs:
            if id_ and group_of(self.part, name) == id_:
                return self.outputs.get(name, "")
        return ""

    def rows(self, service: ServiceTypeDef | None) -> dict[str, Document]:
        """The rows of a service with target groups of the stack, by the logical ids of these."""
        known = {self.outputs.get(name): group_of(self.part, name) for name in self.part.outputs}
        rows = (service.get("loadBalancers") or ()) if service else ()
        found = {known.get(row.get("targetGroupArn")): {**row} for row in rows}
        return {id_: row for id_, row in found.items() if id_ and id_.startswith(PREFIX)}


def plan_handovers(
    wanted: Part,
    live: LiveGroups,
    outputs: Mapping[str, str],
    users: Sequence[User],
    others: Others = NOBODY,
) -> Handovers:
    """What comes next; `outputs`: that with the target group of each Compose service, `users`: the
    ECS services that are made or changed, `others`: those beside them."""
    rows = {one.name: live.rows(one.service) for one in users}
    leaving = {id_ for found in rows.values() for id_ in found if id_ not in wanted.resources}
    leaving |= {id_ for service in others.removed for id_ in live.rows(service)}
    kept = {id_ for service in (*others.staying, *others.ending) for id_ in live.rows(service)}
    both = Users(frozenset(leaving), frozenset(kept))
    work = _Work(wanted, live, users, rows, {group_of(wanted, outputs[n]): n for n in outputs})
    late = step_between(live.part, wanted, list(work.names), both)
    candidates = [*late.held, *late.at_once]
    step = step_between(
        live.part, wanted, [one for one in candidates if not work.is_ready(one)], both
    )
    return work.handovers(step)


class _Work:
    """What is wanted and live; `rows`: see LiveGroups, by the names of the services; `names`: the
    Compose services by the logical ids of their target groups."""

    def __init__(
        self,
        wanted: Part,
        live: LiveGroups,
        users: Sequence[User],
        rows: Mapping[str, Mapping[str, Document]],
        names: Mapping[str, str],
    ) -> None:
        self.wanted, self.live, self.rows, self.names = wanted, live, rows, names
        self.users = users
        self.of = {port.service: (one, port) for one in users for port in one.ports}
        self.gaps: dict[str, str] = {}  # why a service cannot keep a group

    def is_ready(self, group: str) -> bool:
        """Whether requests can go to a group: its service has arrived, and it has healthy targets
        or is to have none."""
        arn, (user, _) = self.live.arn(group), self.of.get(self.names[group], (None, None))
        if not arn or self.live.names_follow:
            return False
        if user is None:
            return self.live.is_healthy(arn)
        if user.service is None or group not in self.rows[user.name]:
            return False
        has_none = not user.service.get("desiredCount")
        return is_settled(user.service) and (has_none or self.live.is_healthy(arn))

    def handovers(self, step: Step) -> Handovers:
        kept = dict(self._kept(step)) if step.held else {}
        found = [*self._held(step), *self._at_once(step), *self._taken(step)]
        goes_on = any(self.names[group] in self.of for group in step.held)
        return Handovers(step, tuple(found), kept, goes_on)

    def _kept(self, step: Step) -> Iterator[tuple[str, tuple[Document, ...]]]:
        served = served_groups(step.first(self.live.part))
        for user in self.users:
            room = self._room(user)
            found: list[Document] = []
            for group, row in self.rows[user.name].items():
                if group in self.wanted.resources or group not in served:
                    continue
                gap = self._gap(user, group, row) or ("" if len(found) < room else FULL)
                if gap:
                    self.gaps[group] = gap
                else:
                    found.append(row)
            if found:
                yield user.name, tuple(found)

    def _room(self, user: User) -> int:
        """How many target groups it can have beside others and those that it is to have."""
        rows = (user.service.get("loadBalancers") or ()) if user.service else ()
        return MOST_GROUPS - (len(rows) - len(self.rows[user.name])) - len(user.ports)

    def _gap(self, user: User, group: str, row: Document) -> str:
        """Why its new tasks cannot be healthy in an old group; empty where they can."""
        before = fixed(self.live.part, group)
        mode = user.definition.get("networkMode") or "bridge"
        if (before.get("TargetType") == "ip") != (mode == "awsvpc"):
            return "a service has targets of one network mode"
        for port in user.ports:
            if port.service == _service(row) or row.get("containerPort") == port.port:
                why = _conflict(before, port, row)
                if why:
                    return why
        if not _maps(user.definition, row):
            target = f"{row.get('containerName')}:{row.get('containerPort')}"
            return f"the old target group needs {target}, which the new tasks do not have"
        return ""

    # --------------------------------------------------------- what people see

    def _held(self, step: Step) -> Iterator[Handover]:
        for group, olds in step.held.items():
            if self.names[group] in self.of:
                user, port = self.of[self.names[group]]
                gap = next((self.gaps[one] for one in olds if one in self.gaps), "")
                is_begun = group in self.rows[user.name]
                what, drain = self._what(group, olds[0]), self._drain(olds[0])
                away = self._is_elsewhere(group, olds[0])
                yield Handover(port, user.name, what, gap, False, drain, is_begun, away)

    def _at_once(self, step: Step) -> Iterator[Handover]:
        for group, olds in step.at_once.items():
            if self.names[group] in self.of:
                user, port = self.of[self.names[group]]
                yield Handover(port, user.name, self._what(group, olds[0]), AT_ONCE, True)

    def _taken(self, step: Step) -> Iterator[Handover]:
        for group, olds in step.taken.items():
            if self.names[group] in self.of and group not in step.at_once:
                user, port = self.of[self.names[group]]
                drain = self._drain(olds[0])
                what = self._what(group, olds[0])
                away = self._is_elsewhere(group, olds[0])
                yield Handover(port, user.name, what, "", True, drain, True, away)

    def _what(self, new: str, old: str) -> str:
        """In words, what the new group has other than the old one."""
        if stem(new) != stem(old):
            return f"it takes requests over from {self._owner(old)}"
        before, after = fixed(self.live.part, old), fixed(self.wanted, new)
        changes = []
        for name, default in (("Protocol", ""), ("ProtocolVersion", HTTP1), ("TargetType", "")):
            had, has = before.get(name) or default, after.get(name) or default
            if had != has:
                changes.append(f"{name} {had} becomes {has}")
        if self._is_elsewhere(new, old):
            changes.insert(0, "another load balancer")
        return ", ".join(changes) or "the target group is made anew"

    def _is_elsewhere(self, new: str, old: str) -> bool:
        before, after = fixed(self.live.part, old), fixed(self.wanted, new)
        networks = [str(each.get("Protocol")) in TRANSPORTS for each in (before, after)]
        return _balancer(new) != _balancer(old) or networks[0] != networks[1]

    def _owner(self, group: str) -> str:
        """The Compose service that a group was made for, as far as that is known."""
        known = [row for found in self.rows.values() if (row := found.get(group))]
        return _service(known[0]) if known else stem(group).removeprefix(PREFIX).lower()

    def _drain(self, group: str) -> int:
        rows = fixed(self.live.part, group).get("TargetGroupAttributes")
        for row in rows if isinstance(rows, list) else ():
            if row["Key"] == DRAIN:
                return int(row["Value"])
        return 0


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


def _balancer(group: str) -> str:
    """The end of an id before its hash, by which balancers that exist are told apart."""
    return group.removeprefix(stem(group))[:-DIGITS]


def _service(row: Document) -> str:
    return str(row.get("containerName"))


def _conflict(before: Mapping[str, object], port: BalancedPort, row: Document) -> str:
    """Why one task cannot answer the checks of an old group and of a port's new one."""
    if str(before.get("Protocol")) in TRANSPORTS or port.is_network:
        return ""
    versions = {before.get("ProtocolVersion") or HTTP1, port.version}
    if len(versions) > 1 and GRPC in versions:
        return "a task cannot answer checks over HTTP and gRPC"
    if before.get("Protocol") != port.protocol and row.get("containerPort") == port.port:
        return f"port {port.port} cannot answer HTTP and HTTPS"
    return ""


def _maps(definition: Document, row: Document) -> bool:
    return any(
        container.get("name") == row.get("containerName")
        and mapping.get("containerPort") == row.get("containerPort")
        for container in definition.get("containerDefinitions") or ()
        for mapping in container.get("portMappings") or ()
    )

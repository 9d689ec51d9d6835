"""PURE: the services that a project has in one layout, and those that take their place in the other
one -> what ends, what has to stop before its successor starts, what is lost, and the calls."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import chain
from typing import TYPE_CHECKING

from ecscli.base.documents import Document, Draft
from ecscli.base.errors import Finding
from ecscli.base.records import field, record, replace
from ecscli.up.deployment.state import primary
from ecscli.up.model import DeleteService, Plan, TagResource
from ecscli.up.project.counts import CountedService, plan_stop
from ecscli.up.project.other_layout import OtherService
from ecscli.up.project.ownership import count_before_stop
from ecscli.up.project.plan import PlannedServices
from ecscli.up.project.volumes import may_share, written_volumes
from ecscli.up.service.desired import WantedService
from ecscli.up.service.names import Names

if TYPE_CHECKING:
    from types_boto3_ecs.type_defs import ServiceTypeDef

BALANCERS, GRACE = "loadBalancers", "healthCheckGracePeriodSeconds"
OURS = ":targetgroup/ecscl"  # CloudFormation's names begin with those of stacks, cut off
SHORT_ARN = 1  # slashes in an ARN of the old form, which takes no tags
Waves = tuple[tuple[OtherService, ...], ...]


@record
class NewService:
    """A service or job that takes the place: `name` is that of the ECS service, of a job its
    family; `count` tasks of it are wanted, and `running` of them run."""

    name: str
    definition: Document
    fields: Document = field(default_factory=dict)
    is_job: bool = False
    count: int = 1
    running: int = 0


@record
class Stop:
    """A service that stops before `before` starts: a gap in which neither runs."""

    name: str
    before: str
    why: str

    def __str__(self) -> str:
        return f"{self.name} stops before {self.before} starts, as {self.why}"


@record
class Switch:
    """One layout put in the place of the other.

    `old`: the services that end, in waves, each once the one before is gone; `stops`: those of them
    that stop first; `losses`: what ends with them, in words; `taken`: fields of new services that
    come from old ones, by name; `cleanup` follows when all is done; `notices`: what else is worth
    knowing.
    """

    origin: str
    target: str
    names: Names
    old: Waves = ()
    stops: tuple[Stop, ...] = ()
    losses: tuple[str, ...] = ()
    taken: Mapping[str, Draft] = field(default_factory=dict)
    cleanup: Plan = field(default_factory=Plan)
    notices: tuple[Finding, ...] = ()

    @property
    def services(self) -> tuple[OtherService, ...]:
        return tuple(chain.from_iterable(self.old))

    @property
    def asks(self) -> bool:
        """Whether somebody has to agree."""
        return bool(self.stops or self.losses)

    def __bool__(self) -> bool:
        return bool(self.old or self.cleanup)


def plan_switch(switch: Switch, new: Sequence[NewService], crowded: Collection[str]) -> Switch:
    """The same with what has to stop first, what is lost, and what the new services take over.
    `crowded`: new services for whose ports no instance is free."""
    services = switch.services
    taken = {one.name: _taken_by(one, services) for one in new if not one.is_job}
    taken = {name: fields for name, fields in taken.items() if fields}
    losses = (*_lost_names(services), *_lost_balancers(services, taken))
    stops = tuple(chain.from_iterable(_stops(one, services, crowded) for one in new))
    return replace(switch, stops=stops, losses=losses, taken=taken)


# ------------------------------------------------------------------------------- gaps


def _stops(
    new: NewService, services: Iterable[OtherService], crowded: Collection[str]
) -> Iterator[Stop]:
    """The old services that cannot run beside a new one."""
    for old in services:
        if not has_tasks(old):
            continue
        volume = next(_shared_volumes(new.definition, old.definition), "")
        ports = sorted(fixed_ports(new.definition) & fixed_ports(old.definition))
        if volume:
            yield Stop(old.name, new.name, f"both would write to volume {volume}")
        elif ports and new.name in crowded:
            protocol, port = ports[0]
            why = f"both need port {port} ({protocol}) of an instance, and no other one is free"
            yield Stop(old.name, new.name, why)


def has_tasks(old: OtherService) -> bool:
    """Whether tasks of it run, or will."""
    counts = ("desiredCount", "runningCount", "pendingCount")
    return any(old.service.get(name) for name in counts)


def _shared_volumes(new: Document, old: Document) -> Iterator[str]:
    known = [one.files for one in written_volumes(old) if one.files]
    for one in written_volumes(new):
        if one.files and any(may_share(one.files, files) for files in known):
            yield one.volume


def fixed_ports(definition: Document) -> frozenset[tuple[str, int]]:
    """The ports of an instance that one task takes, by protocol."""
    mode = definition.get("networkMode") or "bridge"
    if mode not in ("bridge", "host"):
        return frozenset()
    member = "containerPort" if mode == "host" else "hostPort"
    found = set()
    for container in definition.get("containerDefinitions") or ():
        for mapping in container.get("portMappings") or ():
            if mapping.get(member):
                found.add((str(mapping.get("protocol") or "tcp"), int(mapping[member])))
    return frozenset(found)


def needs_free_port(new: NewService, services: Iterable[OtherService]) -> bool:
    """Whether more of its tasks have to start on instances whose ports old tasks may have."""
    if new.running >= new.count or new.fields.get("capacityProviderStrategy"):
        return False
    ports = fixed_ports(new.definition)
    return any(ports & fixed_ports(old.definition) for old in services if has_tasks(old))


# ------------------------------------------------------------------------------- losses


def lost_volumes(services: Iterable[OtherService]) -> Iterator[tuple[str, str, str]]:
    """Service, volume and container of each volume with data that ends with the tasks."""
    for old in services:
        if has_tasks(old):
            for one in written_volumes(old.definition):
                if one.files is None:
                    yield old.name, one.volume, one.container


def _lost_names(services: Iterable[OtherService]) -> Iterator[str]:
    for old in services:
        newest: Document = {**(primary(old.service) or {})}
        if old.service.get("serviceRegistries"):
            yield f"the name of {old.name} in Cloud Map ends with it"
        if (newest.get("serviceConnectConfiguration") or {}).get("enabled"):
            yield f"what finds {old.name} by Service Connect does so no longer"


def _lost_balancers(services: Iterable[OtherService], taken: Mapping[str, Draft]) -> Iterator[str]:
    """Target groups that would be left without targets; those of the support stack are handed over
    with it."""
    kept = {_group_of(row) for fields in taken.values() for row in fields.get(BALANCERS, ())}
    for old in services:
        for row in old.service.get("loadBalancers") or ():
            if _group_of(row) not in kept and OURS not in str(row.get("targetGroupArn")):
                where = f"{_group_of(row)} for {row.get('containerName')}"
                yield f"no new service takes the place of {old.name} behind {where}"


# ------------------------------------------------------------------------------- taking over


def _taken_by(new: NewService, services: Iterable[OtherService]) -> Draft:
    """The target groups of the old containers that the new service has, where its tasks can be
    their targets. Several services may register in one group."""
    own = new.fields.get(BALANCERS)
    if own:
        return {BALANCERS: list(own)}
    rows: list[Document] = []
    grace: list[int] = []
    for old in services:
        found = [row for row in old.service.get("loadBalancers") or () if _fits(row, new, old)]
        rows += [dict(row) for row in found]
        if found and old.service.get(GRACE):
            grace.append(old.service["healthCheckGracePeriodSeconds"])
    if not rows:
        return {}
    return {BALANCERS: rows, **({GRACE: max(grace)} if grace else {})}


def _fits(row: Mapping[str, object], new: NewService, old: OtherService) -> bool:
    """Whether the container with this port is in the new task, and can be a target of the group: by
    its address in awsvpc, else by its instance."""
    if not row.get("targetGroupArn") or _is_awsvpc(new.definition) != _is_awsvpc(old.definition):
        return False
    return any(
        container["name"] == row.get("containerName")
        and row.get("containerPort") in _container_ports(container)
        for container in new.definition.get("containerDefinitions") or ()
    )


def _is_awsvpc(definition: Document) -> bool:
    return definition.get("networkMode") == "awsvpc"


def _container_ports(container: Document) -> list[object]:
    return [one.get("containerPort") for one in container.get("portMappings") or ()]


def _group_of(row: Mapping[str, object]) -> str:
    """A target group, or a Classic Load Balancer, by its name."""
    arn = str(row.get("targetGroupArn") or "")
    return arn.rpartition(":targetgroup/")[2].partition("/")[0] or str(row.get("loadBalancerName"))


def taken_over(wanted: WantedService, switch: Switch | None) -> WantedService:
    """What is wanted of a service, with what it takes over."""
    if switch is None:
        return wanted
    taken = switch.taken.get(wanted.names.service, {})
    return replace(wanted, fields={**taken, **wanted.fields})


def with_count_before(
    wanted: WantedService, switch: Switch | None, live: ServiceTypeDef | None
) -> WantedService:
    """The same with the count that the live service had before a switch that was begun in the other
    direction has stopped it."""
    if live is None or not switch or wanted.count is not None:
        return wanted
    return replace(wanted, count=count_before_stop(live))


# ------------------------------------------------------------------------------- calls


def plan_stops(names: Names, services: Iterable[OtherService]) -> Plan:
    """No tasks; the count from before is noted. What runs on each instance is deleted at once."""
    active = [one for one in services if one.service.get("status") == "ACTIVE"]
    counted = [CountedService(Names(one.name, names.cluster), one.service) for one in active]
    stopped = [one for one in plan_stop(counted).actions if not _is_refused(one)]
    daemons = [one.names for one in counted if one.is_daemon]
    return Plan((*stopped, *(_deletion(one) for one in daemons)))


def _is_refused(action: object) -> bool:
    """Whether it would tag a service whose ARN is of the old form."""
    return isinstance(action, TagResource) and action.subject.count("/") == SHORT_ARN


def plan_ends(names: Names, services: Iterable[OtherService]) -> Plan:
    """Delete services that have no tasks left."""
    active = [one for one in services if one.service.get("status") == "ACTIVE"]
    return Plan(tuple(_deletion(Names(one.name, names.cluster)) for one in active))


def _deletion(names: Names) -> DeleteService:
    return DeleteService({"cluster": names.cluster, "service": names.service, "force": True})


def before(switch: Switch, names: Collection[str]) -> tuple[OtherService, ...]:
    """The old services that stop before one of these new ones starts."""
    stopping = {one.name for one in switch.stops if one.before in names}
    return tuple(one for one in switch.services if one.name in stopping)


def end(switch: Switch, stopped: Collection[str] = ()) -> Plan:
    """All that follows once the new services are steady; some old ones have stopped already."""
    plan = Plan()
    for wave in switch.old:
        running = [one for one in wave if one.name not in stopped]
        plan += plan_stops(switch.names, running) + plan_ends(switch.names, _counted(wave))
    return plan + switch.cleanup


def _counted(services: Iterable[OtherService]) -> list[OtherService]:
    return [one for one in services if one.service.get("schedulingStrategy") != "DAEMON"]


def around(switch: Switch | None, name: str, plan: Plan) -> Plan:
    """The plan of one new service with the stops before it and the end behind it, to show."""
    if not switch:
        return plan
    stopping = before(switch, [name])
    stopped = [one.name for one in stopping]
    return plan_stops(switch.names, stopping) + plan + end(switch, stopped)


def in_order(switch: Switch | None, plan: PlannedServices) -> PlannedServices:
    """The plan of a project with the stops and the end where they are carried out, to show."""
    if not switch:
        return plan
    stopped: set[str] = set()
    waves = []
    for wave in plan.waves:
        names = {one.group.names.service for one in wave}
        stopping = [one for one in before(switch, names) if one.name not in stopped]
        stopped |= {one.name for one in stopping}
        first, *rest = wave
        stops = plan_stops(switch.names, stopping)
        waves.append((replace(first, plan=stops + first.plan), *rest))
    *others, last = waves
    *rest, final = last
    final = replace(final, plan=final.plan + end(switch, stopped))
    return replace(plan, waves=(*others, (*rest, final)))


# ------------------------------------------------------------------------------- for people


def lines(switch: Switch) -> Iterator[str]:
    """What a plan has above its calls."""
    names = ", ".join(one.name for one in switch.services) or "nothing is left of it"
    yield f"switch from layout {switch.origin} to {switch.target}:"
    yield f"    ends once all others are steady: {names}"
    for stop in switch.stops:
        yield f"    gap: {stop}"
    for loss in switch.losses:
        yield f"    lost: {loss}"


def document(switch: Switch) -> Draft:
    """The same as data."""
    return {
        "from": switch.origin,
        "to": switch.target,
        "ends": [one.name for one in switch.services],
        "gaps": [
            {"service": one.name, "before": one.before, "reason": one.why} for one in switch.stops
        ],
        "losses": list(switch.losses),
    }


def remarks(switch: Switch) -> Iterator[Finding]:
    """What somebody has to agree to, said before anything is changed."""
    for stop in switch.stops:
        yield Finding(f"a gap: {stop}")
    for loss in switch.losses:
        yield Finding(loss)

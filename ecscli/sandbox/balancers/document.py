"""What the data plane works by: balancers, listeners, rules and target groups; JSON in, records
out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ecscli.sandbox.shapes import Json

#: Seconds of a connection on which nothing moves, where no attribute says else.
IDLE_TIMEOUT = 60.0
#: A target that is in no zone.
ALL = "all"
#: The attribute of balancers and groups that lets requests cross zones, and its value for a group
#: that has it from its balancer.
CROSSING, INHERITED = "load_balancing.cross_zone.enabled", "use_load_balancer_configuration"


@dataclass(frozen=True, slots=True)
class Target:
    """A registered target in an Availability Zone, or in ALL: `address` is where this machine
    reaches it, and `checked_at` where its health is checked; without an address it only
    pretends."""

    key: str
    name: str
    state: str
    zone: str = ALL
    address: tuple[str, int] | None = None
    checked_at: tuple[str, int] | None = None


@dataclass(frozen=True, slots=True)
class Check:
    """Health checks: seconds as AWS counts them, codes as `200-299,301`."""

    protocol: str
    path: str
    codes: str
    interval: float
    timeout: float
    healthy: int
    unhealthy: int


@dataclass(frozen=True, slots=True)
class Group:
    """A target group; `version` is the HTTP that its targets speak."""

    arn: str
    protocol: str
    version: str
    attributes: Mapping[str, str]
    check: Check | None
    targets: tuple[Target, ...]


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule of a listener, in the shapes of ELBv2's API; the default rule has no conditions."""

    conditions: tuple[Json, ...]
    actions: tuple[Json, ...]
    transforms: tuple[Json, ...] = ()


@dataclass(frozen=True, slots=True)
class Listener:
    """A listener: the rules in their order, and the names of each of its certificates."""

    arn: str
    port: int
    protocol: str
    rules: tuple[Rule, ...]
    certificates: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class Balancer:
    """A load balancer, enabled in its `zones`."""

    arn: str
    kind: str
    attributes: Mapping[str, str]
    listeners: tuple[Listener, ...]
    zones: tuple[str, ...] = ()

    def separate_zones(self, group: Group) -> tuple[str, ...] | None:
        """The zones of which each sends to its own targets alone; None where what comes in at one
        may go to targets in all of them."""
        own = group.attributes.get(CROSSING, INHERITED)
        if own == INHERITED:
            own = self.attributes.get(CROSSING, str(self.kind == "application").lower())
        return None if own == "true" else self.zones

    @property
    def idle_timeout(self) -> float:
        return float(self.attributes.get("idle_timeout.timeout_seconds", IDLE_TIMEOUT))

    @property
    def drops_invalid_headers(self) -> bool:
        name = "routing.http.drop_invalid_header_fields.enabled"
        return self.attributes.get(name) == "true"


@dataclass(frozen=True, slots=True)
class Document:
    """Everything at one moment; `pace` is the share of AWS's times at which things happen."""

    pace: float
    balancers: tuple[Balancer, ...]
    groups: Mapping[str, Group]

    @classmethod
    def read(cls, given: Json) -> Document:
        groups = {one["arn"]: group(one) for one in given["groups"]}
        return cls(given["pace"], tuple(map(balancer, given["balancers"])), groups)


def balancer(given: Json) -> Balancer:
    listeners = tuple(map(listener, given["listeners"]))
    return Balancer(
        given["arn"], given["kind"], given["attributes"], listeners, tuple(given["zones"])
    )


def listener(given: Json) -> Listener:
    rules = tuple(
        Rule(tuple(one["conditions"]), tuple(one["actions"]), tuple(one["transforms"]))
        for one in given["rules"]
    )
    names = tuple(map(tuple, given["certificates"]))
    return Listener(given["arn"], given["port"], given["protocol"], rules, names)


def group(given: Json) -> Group:
    check = Check(**given["check"]) if given["check"] else None
    targets = tuple(map(target, given["targets"]))
    return Group(
        given["arn"], given["protocol"], given["version"], given["attributes"], check, targets
    )


def target(given: Json) -> Target:
    address, checked_at = (
        (str(found[0]), int(found[1])) if found else None
        for found in (given["address"], given["checked_at"])
    )
    return Target(given["key"], given["name"], given["state"], given["zone"], address, checked_at)

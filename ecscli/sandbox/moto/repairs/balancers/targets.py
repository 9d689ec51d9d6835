"""ELBv2: a target is an id *and* a port, and has a state of its own.

moto keys targets by id, so that two tasks on one instance are one target, and calls every target
healthy. Each knows its `Zone`. A target that a task of ECS stands behind knows more: its `Name`,
and with real containers how this machine reaches a port of it, `Reach`.
"""

from __future__ import annotations

import itertools

from moto.elbv2.models import FakeHealthStatus, FakeTargetGroup

from ecscli.sandbox.moto.repairs.balancers.zones import enabled_zones, is_outside, zone_of
from ecscli.sandbox.moto.repairs.clock import CLOCK
from ecscli.sandbox.shapes import Json
from ecscli.sandbox.timeline import Timeline

#: What AWS says of a target in a state where nobody knows better.
REASONS = {
    "initial": ("Elb.RegistrationInProgress", "Target registration is in progress"),
    "unhealthy": ("Target.FailedHealthChecks", "Health checks failed"),
    "draining": ("Target.DeregistrationInProgress", "Target deregistration is in progress"),
    "unused": ("Target.NotRegistered", "Target is not registered to the target group"),
    "healthy": (None, None),
}
NOT_IN_USE = (
    "unused",
    "Target.NotInUse",
    "Target group is not configured to receive traffic from the load balancer",
)
OTHER_ZONE = (
    "unused",
    "Target.NotInUse",
    "Target is in an Availability Zone that is not enabled for the load balancer",
)
#: Each registration has a number of its own: the same address may come back.
SERIALS = itertools.count(1)
#: Seconds after which a target that drains and still has requests under way is looked at again.
AGAIN = 0.05


def repair() -> None:
    for function in (
        register,
        deregister,
        deregister_terminated_instances,
        health_for,
        set_state,
        state_of,
        is_unreached,
        drain,
    ):
        setattr(FakeTargetGroup, function.__name__, function)


def key(group: FakeTargetGroup, target: Json) -> str:
    return f"{target['Id']}:{target.get('Port') or group.port}"


def register(self: FakeTargetGroup, targets: list[Json]) -> None:
    for target in targets:
        port = target.get("Port") or self.port
        known = {"Port": port, "State": "healthy", "Serial": next(SERIALS)}
        known["Zone"] = zone_of(self, target)
        self.targets[key(self, target)] = {**target, **known}


def deregister(self: FakeTargetGroup, targets: list[Json]) -> None:
    """Without a port, every target of that id goes. It drains where a balancer may have sent it
    anything."""
    timeline = CLOCK.timeline
    for target in targets:
        found = [one for one in self.targets.items() if one[1]["Id"] == target["Id"]]
        for name, kept in found:
            if target.get("Port") and name != key(self, target):
                continue
            if timeline is None or not self.load_balancer_arns:
                del self.targets[name]
            elif kept["State"] != "draining":
                self.drain(kept, timeline)


def deregister_terminated_instances(self: FakeTargetGroup, instance_ids: list[str]) -> None:
    for one in [name for name, kept in self.targets.items() if kept["Id"] in instance_ids]:
        del self.targets[one]


def health_for(self: FakeTargetGroup, target: Json, ec2_backend: object) -> FakeHealthStatus:
    found = self.targets.get(key(self, target))
    standing = ("unused", *REASONS["unused"])
    if found:
        standing = standing_of(found, enabled_zones(self))
    port = target.get("Port") or self.port
    return FakeHealthStatus(target["Id"], port, self.health_check_port, *standing)


def standing_of(entry: Json, zones: frozenset[str] | None) -> tuple[str, str | None, str | None]:
    """The state of a registered target, the reason and its description. `zones`: those of the
    balancer; one of a group that no balancer uses is unused, and so is one in another zone."""
    if entry["State"] != "draining":
        if zones is None:
            return NOT_IN_USE
        if is_outside(entry, zones):
            return OTHER_ZONE
    reason = entry.get("Reason") or REASONS[entry["State"]]
    return (entry["State"], *reason)


def set_state(
    self: FakeTargetGroup,
    target: Json,
    state: str,
    reason: tuple[str | None, str | None] | None = None,
) -> None:
    """Note the state of a target; one that drains does so to its end."""
    found = self.targets.get(key(self, target))
    if found is not None and found["State"] != "draining":
        found.update(State=state, Reason=reason)


def state_of(self: FakeTargetGroup, target: Json) -> str:
    found = self.targets.get(key(self, target))
    return str(found["State"]) if found else "unused"


def is_unreached(self: FakeTargetGroup, target: Json) -> bool:
    """Whether a registered target is in a zone that its balancer does not have."""
    found, zones = self.targets.get(key(self, target)), enabled_zones(self)
    return found is not None and zones is not None and is_outside(found, zones)


def drain(self: FakeTargetGroup, target: Json, timeline: Timeline) -> float:
    """Let a target that was deregistered drain for its group's delay; gives the seconds that this
    takes at least. What is under way is real: it has all of the delay, whatever the pace."""
    delay = float(self.attributes.get("deregistration_delay.timeout_seconds", 300))
    wait = delay * timeline.pace
    name, until = key(self, target), timeline.now + max(delay, wait)
    self.set_state(target, "draining")
    timeline.after(wait, forget_drained, self, (name, self.targets[name]), timeline, until)
    return wait


def forget_drained(
    group: FakeTargetGroup, drained: tuple[str, Json], timeline: Timeline, until: float
) -> None:
    """The target has drained, unless the data plane has not said that nothing is under way. One
    that was registered again at its address stays."""
    name, entry = drained
    if group.targets.get(name) is not entry:
        return
    if entry.get("Reach") and not entry.get("Idle") and timeline.now < until:
        timeline.after(AGAIN, forget_drained, group, drained, timeline, until)
        return
    del group.targets[name]

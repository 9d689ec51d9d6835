"""ELBv2: a target is an id *and* a port, and has a state of its own.

moto keys targets by id, so that two tasks on one instance are one target, and calls every target
healthy. A target that a task of ECS stands behind knows more: its `Name`, its `Zone`, and with real
containers how this machine reaches a port of it, `Reach`.
"""

from __future__ import annotations

import itertools

from moto.elbv2.models import FakeHealthStatus, FakeTargetGroup

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
        drain,
    ):
        setattr(FakeTargetGroup, function.__name__, function)


def key(group: FakeTargetGroup, target: Json) -> str:
    return f"{target['Id']}:{target.get('Port') or group.port}"


def register(self: FakeTargetGroup, targets: list[Json]) -> None:
    for target in targets:
        port = target.get("Port") or self.port
        known = {"Port": port, "State": "healthy", "Serial": next(SERIALS)}
        self.targets[key(self, target)] = {**target, **known}


def deregister(self: FakeTargetGroup, targets: list[Json]) -> None:
    """Without a port, every target of that id goes."""
    for target in targets:
        for one in [name for name, kept in self.targets.items() if kept["Id"] == target["Id"]]:
            if not target.get("Port") or one == key(self, target):
                del self.targets[one]


def deregister_terminated_instances(self: FakeTargetGroup, instance_ids: list[str]) -> None:
    for one in [name for name, kept in self.targets.items() if kept["Id"] in instance_ids]:
        del self.targets[one]


def health_for(self: FakeTargetGroup, target: Json, ec2_backend: object) -> FakeHealthStatus:
    found = self.targets.get(key(self, target))
    is_used = bool(self.load_balancer_arns)
    standing = standing_of(found, is_used) if found else ("unused", *REASONS["unused"])
    port = target.get("Port") or self.port
    return FakeHealthStatus(target["Id"], port, self.health_check_port, *standing)


def standing_of(entry: Json, is_used: bool) -> tuple[str, str | None, str | None]:
    """The state of a registered target, the reason and its description; one of a group that no
    balancer uses is unused."""
    if not is_used and entry["State"] != "draining":
        return NOT_IN_USE
    reason = entry.get("Reason") or REASONS[entry["State"]]
    return (entry["State"], *reason)


def set_state(
    self: FakeTargetGroup,
    target: Json,
    state: str,
    reason: tuple[str | None, str | None] | None = None,
) -> None:
    found = self.targets.get(key(self, target))
    if found is not None:
        found.update(State=state, Reason=reason)


def state_of(self: FakeTargetGroup, target: Json) -> str:
    found = self.targets.get(key(self, target))
    return str(found["State"]) if found else "unused"


def drain(
    self: FakeTargetGroup, target: Json, timeline: Timeline, seconds: float, limit: float
) -> None:
    """Let a target that was deregistered drain for so many seconds; while requests are under way
    there, up to the limit."""
    self.set_state(target, "draining")
    timeline.after(seconds, forget_drained, self, key(self, target), timeline, timeline.now + limit)


def forget_drained(group: FakeTargetGroup, name: str, timeline: Timeline, until: float) -> None:
    """The target has drained, unless the data plane has not said that nothing is under way."""
    found = group.targets.get(name, {})
    if found.get("State") != "draining":
        return
    if found.get("Reach") and not found.get("Idle") and timeline.now < until:
        timeline.after(AGAIN, forget_drained, group, name, timeline, until)
        return
    del group.targets[name]

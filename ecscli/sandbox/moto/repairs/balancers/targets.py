"""ELBv2: a target is an id *and* a port, and has a state of its own.

moto keys targets by id, so that two tasks on one instance are one target, and calls every target
healthy.
"""

from __future__ import annotations

from moto.elbv2.models import FakeHealthStatus, FakeTargetGroup

from ecscli.sandbox.shapes import Json
from ecscli.sandbox.timeline import Timeline

REASONS = {
    "initial": ("Elb.RegistrationInProgress", "Target registration is in progress"),
    "unhealthy": ("Target.FailedHealthChecks", "Health checks failed"),
    "draining": ("Target.DeregistrationInProgress", "Target deregistration is in progress"),
    "unused": ("Target.NotRegistered", "Target is not registered to the target group"),
    "healthy": (None, None),
}


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
        self.targets[key(self, target)] = {"Id": target["Id"], "Port": port, "State": "healthy"}


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
    state = found["State"] if found else "unused"
    port = target.get("Port") or self.port
    return FakeHealthStatus(target["Id"], port, self.health_check_port, state, *REASONS[state])


def set_state(self: FakeTargetGroup, target: Json, state: str) -> None:
    if key(self, target) in self.targets:
        self.targets[key(self, target)]["State"] = state


def state_of(self: FakeTargetGroup, target: Json) -> str:
    found = self.targets.get(key(self, target))
    return str(found["State"]) if found else "unused"


def drain(self: FakeTargetGroup, target: Json, timeline: Timeline, seconds: float) -> None:
    """Show a deregistered target as draining for a while."""
    self.targets[key(self, target)] = {
        "Id": target["Id"],
        "Port": target["Port"],
        "State": "draining",
    }
    timeline.after(seconds, forget_drained, self, key(self, target))


def forget_drained(group: FakeTargetGroup, name: str) -> None:
    if group.targets.get(name, {}).get("State") == "draining":
        del group.targets[name]

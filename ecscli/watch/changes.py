"""PURE: two snapshots -> what has changed between them, as lines for people and as documents."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime

from ecscli.base.documents import Draft
from ecscli.base.records import record
from ecscli.up.snapshot.model import (
    ClusterState,
    DeploymentState,
    EventState,
    ServiceState,
    Snapshot,
    TaskState,
)
from ecscli.up.stack.model import Instance
from ecscli.watch.documents import document_of

Thing = ClusterState | ServiceState | DeploymentState | TaskState | Instance
WIDTH = 10  # characters of the column with the kind


@record
class Change:
    """Something that is new, has changed or is gone. `before` and `after` are None where it was not
    there."""

    time: datetime
    kind: str
    name: str
    before: Thing | None
    after: Thing | EventState | None

    @property
    def line(self) -> str:
        """The change in one line."""
        start = f"{self.time.strftime('%H:%M:%S')}  {self.kind.ljust(WIDTH)}  {self.name}"
        if isinstance(self.after, EventState):
            return f"{start}  {self.after.message}"
        before = "" if self.before is None else summary(self.before)
        after = "gone" if self.after is None else summary(self.after)
        return f"{start}  {before} -> {after}" if before else f"{start}  {after}"

    @property
    def document(self) -> Draft:
        """The change in JSON."""
        found: Draft = {"time": self.time, "kind": self.kind, "name": self.name}
        if isinstance(self.after, EventState):
            return {**found, "message": self.after.message}
        before = None if self.before is None else document_of(self.before)
        after = None if self.after is None else document_of(self.after)
        return {**found, "before": before, "after": after}


def changes(before: Snapshot | None, after: Snapshot) -> Iterator[Change]:
    """What has changed; of a first snapshot the cluster and its services, and no history."""
    first = before is None
    old = after if before is None else before
    yield from _of_kind(after, "cluster", {} if first else _cluster(old), _cluster(after))
    yield from _of_kind(after, "service", {} if first else _services(old), _services(after))
    if first:
        return
    yield from _of_kind(after, "deployment", _deployments(old), _deployments(after))
    yield from _of_kind(after, "task", _tasks(old), _tasks(after))
    yield from _of_kind(after, "instance", _instances(old), _instances(after))
    known = {event.id for event in old.events}
    oldest = old.events[0].time if len(old.events) > 1 else None
    for event in after.events:
        if event.id not in known and (oldest is None or event.time >= oldest):
            yield Change(event.time, "event", event.service, None, event)


def _of_kind(
    snapshot: Snapshot, kind: str, before: Mapping[str, Thing], after: Mapping[str, Thing]
) -> Iterator[Change]:
    """Things that read otherwise than before, or came or went."""
    for name in dict.fromkeys([*before, *after]):
        old, new = before.get(name), after.get(name)
        if old is None or new is None or summary(old) != summary(new):
            yield Change(snapshot.time, kind, name, old, new)


def _cluster(snapshot: Snapshot) -> dict[str, Thing]:
    return {snapshot.cluster.name: snapshot.cluster}


def _services(snapshot: Snapshot) -> dict[str, Thing]:
    return {one.name: one for one in snapshot.services}


def _deployments(snapshot: Snapshot) -> dict[str, Thing]:
    return {
        f"{one.service} {one.id}": one
        for service in snapshot.services
        for one in service.deployments
    }


def _tasks(snapshot: Snapshot) -> dict[str, Thing]:
    return {one.id: one for one in snapshot.tasks}


def _instances(snapshot: Snapshot) -> dict[str, Thing]:
    return {one.id: one for one in snapshot.instances}


def summary(one: Thing) -> str:
    """How something does, in a few words."""
    match one:
        case ClusterState():
            return one.status or "gone"
        case ServiceState():
            pending = f", {one.pending} pending" if one.pending else ""
            targets = one.targets
            healthy = f", {targets.healthy}/{targets.registered} targets healthy" if targets else ""
            return f"{one.running}/{one.desired} {one.state}{pending} {one.revision}{healthy}"
        case DeploymentState():
            failed = f", {one.failed} failed" if one.failed else ""
            counts = f"{one.running}/{one.desired} running, {one.pending} pending{failed}"
            traffic = "" if one.traffic is None else f"{one.traffic:g} % of the traffic"
            found = (one.revision, one.status, one.rollout, counts, one.stage, traffic)
            return " ".join(filter(None, found))
        case TaskState():
            words = (one.service or one.group, one.revision, one.status, one.health)
            return " ".join(filter(None, (*words, one.reason and f"({one.reason})")))
        case Instance():
            connection = "connected" if one.connected else "DISCONNECTED"
            return f"{one.status} {connection}, {one.running + one.pending} tasks"

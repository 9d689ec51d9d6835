"""The ECS of one account and region: everything that exists, and how requests name it."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable
from typing import Protocol

from ecscli.sandbox.ecs.model import Cluster, Container, Definition, Instance, Service, Task, new_id
from ecscli.sandbox.ecs.neighbours import Neighbours
from ecscli.sandbox.ecs.tasks.containers import Reports, Runtime
from ecscli.sandbox.errors import client, invalid, no_cluster, no_service
from ecscli.sandbox.faults import Refusals
from ecscli.sandbox.partitions import partition_of
from ecscli.sandbox.shapes import Json
from ecscli.sandbox.timeline import Timeline

#: How many stopped tasks a cluster remembers, and for how many seconds (ECS: about an hour).
STOPPED_KEPT, STOPPED_SECONDS = 2000, 3600.0
#: How many inactive services are remembered.
INACTIVE_KEPT = 200


class TaskAgent(Reports, Protocol):
    """What leads tasks through their lives (`tasks/agent.py`), and hears of their containers."""

    def begin(self, task: Task) -> None:
        """Start the life of a task that has its place."""
        ...

    def stop(self, task: Task, reason: str, code: str) -> None:
        """Ask a task to stop, with its stopped reason and stop code."""
        ...

    def lose(self, task: Task, reason: str) -> None:
        """End a task whose host has gone."""
        ...


class Ecs:
    """Clusters, families, capacity providers and settings of one region, and the world around
    them."""

    def __init__(
        self,
        account: str,
        region: str,
        timeline: Timeline,
        neighbours: Neighbours,
        runtime: Runtime,
    ) -> None:
        self.account, self.region, self.timeline = account, region, timeline
        self.neighbours, self.runtime = neighbours, runtime
        self.agent: TaskAgent
        self.clusters: dict[str, Cluster] = {}
        self.families: dict[str, list[Definition]] = {}
        self.capacity_providers: dict[str, Json] = {}
        self.settings: dict[tuple[str, str], str] = {}
        self.by_ec2_id: dict[str, Instance] = {}
        self.gone_services: deque[Service] = deque(maxlen=INACTIVE_KEPT)
        self.refusals = Refusals()
        self.reviewing = False
        self.idle: set[str] = set()
        self.idempotency: dict[tuple[str, str], tuple[Json, list[Task]]] = {}
        self.listeners: list[Callable[[Task], None]] = []

    @property
    def now(self) -> float:
        return self.timeline.now

    @property
    def root(self) -> str:
        """The ARN of the account's root user, by whom everything is made."""
        return f"arn:{partition_of(self.region)}:iam::{self.account}:root"

    def arn(self, kind: str, *path: str) -> str:
        partition = partition_of(self.region)
        return f"arn:{partition}:ecs:{self.region}:{self.account}:{kind}/{'/'.join(path)}"

    # ------------------------------------------------------------------ by the names that requests

    def cluster(self, name: str | None) -> Cluster:
        """An active cluster by name or ARN, `default` without either; ClusterNotFoundException
        otherwise."""
        found = self.clusters.get((name or "default").rpartition("/")[2])
        if found is None or found.status == "INACTIVE":
            raise no_cluster()
        return found

    def service(self, cluster: Cluster, name: str) -> Service:
        found = cluster.services.get(name.rpartition("/")[2])
        if found is None:
            raise no_service()
        return found

    def instance(self, cluster: Cluster, name: str) -> Instance:
        found = cluster.instances.get(name.rpartition("/")[2])
        if found is None:
            raise invalid("The specified container instance could not be found: " + name)
        return found

    def definition(self, name: str) -> Definition:
        """`family`, `family:revision` or an ARN; the newest active revision without a number."""
        family, _, revision = name.rpartition("/")[2].partition(":")
        revisions = self.families.get(family, [])
        if revision:
            found = [one for one in revisions if str(one.revision) == revision]
        else:
            found = [one for one in revisions if one.active]
        if not found:
            raise client("Unable to describe task definition.")
        return found[-1]

    def runnable(self, name: str) -> Definition:
        """A definition that may run: an active one (ClientException otherwise)."""
        try:
            found = self.definition(name)
        except Exception:
            raise client("TaskDefinition not found.") from None
        if not found.active:
            raise client("TaskDefinition is inactive")
        return found

    def all_services(self) -> Iterable[Service]:
        return (
            service for cluster in self.clusters.values() for service in cluster.services.values()
        )

    def changed(self, task: Task) -> None:
        """Tell everybody who listens that a task has changed its status or health."""
        for listener in self.listeners:
            listener(task)

    # ------------------------------------------------------------------------- making and forgettin

    def new_container(self, task_id: str, cluster: str, definition: Json) -> Container:
        return Container(
            arn=self.arn("container", cluster, task_id, new_id()), definition=definition
        )

    def ended(self, task: Task) -> None:
        """A task has stopped: it is remembered for a while, and only so many of them are."""
        cluster = self.clusters[task.cluster]
        cluster.ended.append(task)
        while (
            len(cluster.ended) > STOPPED_KEPT
            or self.now - (cluster.ended[0].stopped_at or 0) > STOPPED_SECONDS
        ):
            cluster.tasks.pop(cluster.ended.popleft().id, None)

"""The things of ECS while they live: mutable records, linked to each other, without any behaviour
of AWS.

What instances have left is kept up to date by `Instance.take` and `Instance.give`, so that placing
a task never has to count the others.
"""

from __future__ import annotations

import secrets
from collections import Counter, deque
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from ecscli.sandbox.shapes import Json

DYNAMIC_PORTS = range(32768, 61000)


def new_id() -> str:
    return secrets.token_hex(16)


@dataclass(frozen=True, slots=True)
class Needs:
    """What one task takes from an instance: CPU units, MiB, host ports with protocol, GPUs, trunk
    interfaces."""

    cpu: int = 0
    memory: int = 0
    ports: tuple[tuple[int, str], ...] = ()
    gpus: int = 0


@dataclass(slots=True, eq=False)
class Definition:
    """A revision; `document` has the shape of DescribeTaskDefinition."""

    document: Json
    needs: Needs
    tags: list[Json] = field(default_factory=list)
    required: frozenset[str] = frozenset()

    @property
    def arn(self) -> str:
        return str(self.document["taskDefinitionArn"])

    @property
    def family(self) -> str:
        return str(self.document["family"])

    @property
    def revision(self) -> int:
        return int(self.document["revision"])

    @property
    def active(self) -> bool:
        return bool(self.document["status"] == "ACTIVE")

    @property
    def network_mode(self) -> str:
        return str(self.document.get("networkMode") or "bridge")

    @property
    def containers(self) -> list[Json]:
        return list(self.document["containerDefinitions"])


@dataclass(slots=True, eq=False)
class Instance:
    """A container instance: what it has, what is taken, what it offers."""

    arn: str
    ec2_id: str
    cluster: str
    cpu: int
    memory: int
    attributes: dict[str, str | None]
    registered_at: float
    gpus: tuple[str, ...] = ()
    ports: frozenset[tuple[int, str]] = frozenset()
    tags: list[Json] = field(default_factory=list)
    capacity_provider: str | None = None
    host_ip: str = "127.0.0.1"
    status: str = "ACTIVE"
    connected: bool = True
    agent: str = "1.107.0"
    docker: str = "25.0.16"
    version: int = 1
    tasks: dict[str, Task] = field(default_factory=dict)
    groups: Counter[str] = field(default_factory=Counter)
    free_cpu: int = 0
    free_memory: int = 0
    free_gpus: list[str] = field(default_factory=list)
    taken_ports: set[tuple[int, str]] = field(default_factory=set)
    next_port: int = DYNAMIC_PORTS.start

    def __post_init__(self) -> None:
        self.free_cpu, self.free_memory, self.free_gpus = self.cpu, self.memory, list(self.gpus)
        self.taken_ports = set(self.ports)

    @property
    def id(self) -> str:
        return self.arn.rpartition("/")[2]

    def take(self, task: Task) -> None:
        """Reserve what the task needs, its static host ports included; GPUs are handed to the
        task."""
        needs = task.needs
        self.tasks[task.arn] = task
        self.groups[task.group] += 1
        self.free_cpu -= needs.cpu
        self.free_memory -= needs.memory
        task.host_ports.extend(needs.ports)
        self.taken_ports.update(needs.ports)
        task.gpus, self.free_gpus = self.free_gpus[: needs.gpus], self.free_gpus[needs.gpus :]
        self.version += 1

    def give(self, task: Task) -> None:
        """Free what the task had."""
        if self.tasks.pop(task.arn, None) is None:
            return
        self.groups[task.group] -= 1
        self.free_cpu += task.needs.cpu
        self.free_memory += task.needs.memory
        self.taken_ports.difference_update(task.host_ports)
        self.free_gpus.extend(task.gpus)
        task.host_ports, task.gpus = [], []
        self.version += 1

    def dynamic_port(self, protocol: str, task: Task) -> int:
        """The next free host port of the dynamic range, taken for this task."""
        for offset in range(len(DYNAMIC_PORTS)):
            port = DYNAMIC_PORTS[
                (self.next_port - DYNAMIC_PORTS.start + offset) % len(DYNAMIC_PORTS)
            ]
            if (port, protocol) not in self.taken_ports:
                self.next_port = port + 1
                self.taken_ports.add((port, protocol))
                task.host_ports.append((port, protocol))
                return port
        raise RuntimeError("no dynamic host port is left")


@dataclass(slots=True, eq=False)
class Container:
    """One container of a task; `definition` is its container definition with the overrides
    applied."""

    arn: str
    definition: Json
    status: str = "PENDING"
    health: str = "UNKNOWN"
    exit_code: int | None = None
    reason: str | None = None
    runtime_id: str | None = None
    bindings: list[Json] = field(default_factory=list)
    restarts: int = 0
    started: bool = False
    started_at: float = 0.0

    @property
    def name(self) -> str:
        return str(self.definition["name"])

    @property
    def essential(self) -> bool:
        return bool(self.definition.get("essential", True))

    @property
    def checked(self) -> bool:
        return bool(self.definition.get("healthCheck"))


@dataclass(slots=True, eq=False)
class Task:
    """One task from RunTask or a service to STOPPED."""

    arn: str
    cluster: str
    definition: Definition
    group: str
    launch_type: str
    created_at: float
    containers: list[Container]
    needs: Needs
    instance: Instance | None = None
    service: Service | None = None
    started_by: str = ""
    deployment: str = ""
    capacity_provider: str | None = None
    overrides: Json = field(default_factory=dict)
    network: Json = field(default_factory=dict)
    attachments: list[Json] = field(default_factory=list)
    tags: list[Json] = field(default_factory=list)
    zone: str = ""
    platform_version: str | None = None
    execute_command: bool = False
    last_status: str = "PROVISIONING"
    desired_status: str = "RUNNING"
    stop_code: str | None = None
    stopped_reason: str | None = None
    connectivity_at: float | None = None
    pull_started_at: float | None = None
    pull_stopped_at: float | None = None
    started_at: float | None = None
    stopping_at: float | None = None
    stopped_at: float | None = None
    execution_stopped_at: float | None = None
    host_ports: list[tuple[int, str]] = field(default_factory=list)
    gpus: list[str] = field(default_factory=list)
    private_ip: str | None = None
    eni: str | None = None
    targets: list[Json] = field(default_factory=list)
    targets_healthy: bool = True
    deployment_failure: bool = False
    settled: bool = False
    settling: bool = False
    cloud_map: list[tuple[str, str]] = field(default_factory=list)
    protected_until: float | None = None
    version: int = 1

    @property
    def id(self) -> str:
        return self.arn.rpartition("/")[2]

    @property
    def wanted(self) -> bool:
        return self.desired_status == "RUNNING"

    @property
    def running(self) -> bool:
        return self.last_status == "RUNNING" and self.wanted

    @property
    def stopped(self) -> bool:
        return self.last_status == "STOPPED"

    @property
    def health(self) -> str:
        """That of the essential containers with a health check: one bad makes it bad, one unknown
        makes it unknown."""
        checked = [one.health for one in self.containers if one.checked and one.essential]
        if not checked:
            return "UNKNOWN"
        return next((state for state in ("UNHEALTHY", "UNKNOWN") if state in checked), "HEALTHY")

    @property
    def healthy(self) -> bool:
        """Counts for the minimum healthy percent: running, not unhealthy or still unchecked,
        targets in service."""
        checked = any(one.checked and one.essential for one in self.containers)
        return self.running and self.targets_healthy and (not checked or self.health == "HEALTHY")


class Mount(NamedTuple):
    """An EFS volume of a task: the directory of a file system that it is; with an owner (user and
    group) and permissions, the directory is made where it is not there."""

    volume: str
    file_system: str
    path: str
    read_only: bool
    owner: tuple[int, int] | None
    permissions: int


class Name(NamedTuple):
    """A name of a task while others are to find it: in the network of a namespace, and of one of
    its containers (empty: of any)."""

    network: str
    alias: str
    container: str = ""


@dataclass(frozen=True, slots=True)
class Endpoint:
    """What Service Connect offers under a name: a container's port of the tasks of a service.
    `namespace` and `service` are ARNs, `port` is that of the name."""

    namespace: str
    discovery_name: str
    dns_name: str
    port: int
    container: str
    container_port: int
    service: str


@dataclass(slots=True, eq=False)
class Deployment:
    """One rollout of a service; `settings` holds what its tasks are made with.

    `source` was there before it, `undone_by` is the rollback that ended it, `restores` marks a
    rollback.
    """

    id: str
    definition: Definition
    created_at: float
    settings: Json
    status: str = "PRIMARY"
    desired: int = 0
    failed: int = 0
    in_a_row: int = 0
    failed_at: float = 0.0
    rollout: str = "IN_PROGRESS"
    reason: str = ""
    updated_at: float = 0.0
    running: int = 0
    pending: int = 0
    revision: str = ""
    source: Deployment | None = None
    undone_by: Deployment | None = None
    restores: bool = False
    finished_at: float | None = None
    endpoints: tuple[Endpoint, ...] = ()


@dataclass(slots=True, eq=False)
class Service:
    """A service; `settings` are the members of CreateService that are given back as they came."""

    arn: str
    name: str
    cluster: str
    definition: Definition
    desired: int
    created_at: float
    settings: Json
    strategy: str = "REPLICA"
    status: str = "ACTIVE"
    deployments: list[Deployment] = field(default_factory=list)
    history: list[Deployment] = field(default_factory=list)
    tasks: dict[str, Task] = field(default_factory=dict)
    events: list[Json] = field(default_factory=list)
    tags: list[Json] = field(default_factory=list)
    running: int = 0
    pending: int = 0
    steady: bool = False
    looking: bool = False
    completed: Deployment | None = None
    ended_at: float = 0.0
    last_complaint: str = ""
    request: Json = field(default_factory=dict)

    @property
    def group(self) -> str:
        return f"service:{self.name}"

    @property
    def primary(self) -> Deployment:
        return self.deployments[0]


@dataclass(slots=True, eq=False)
class Cluster:
    """A cluster with everything in it."""

    arn: str
    name: str
    status: str = "ACTIVE"
    settings: list[Json] = field(default_factory=list)
    configuration: Json = field(default_factory=dict)
    connect: Json = field(default_factory=dict)
    capacity_providers: list[str] = field(default_factory=list)
    strategy: list[Json] = field(default_factory=list)
    tags: list[Json] = field(default_factory=list)
    instances: dict[str, Instance] = field(default_factory=dict)
    tasks: dict[str, Task] = field(default_factory=dict)
    services: dict[str, Service] = field(default_factory=dict)
    waiting: set[str] = field(default_factory=set)
    ended: deque[Task] = field(default_factory=deque)
    # with the order that each was made of
    queued: list[tuple[Task, Any]] = field(default_factory=list)

    def active_tasks(self) -> Iterable[Task]:
        return (task for task in self.tasks.values() if not task.stopped)

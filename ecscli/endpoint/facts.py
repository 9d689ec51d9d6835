"""What the endpoint has to know: a task and its containers as somebody who runs them describes
them. Times are seconds since the epoch, sizes MiB, CPU in units (1024 are one)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

#: A JSON object of an answer.
Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Interface:
    """A container's network; what is not known is empty and left out."""

    mode: str
    addresses: tuple[str, ...] = ()
    mac: str = ""
    block: str = ""
    gateway: str = ""
    private_dns_name: str = ""


@dataclass(frozen=True, slots=True)
class ContainerPort:
    """A mapping of ports; `host` is None where nothing is published."""

    container: int
    protocol: str
    host: int | None = None


@dataclass(frozen=True, slots=True)
class ContainerFacts:
    """One container of a task; `docker_id` is empty until it has started."""

    name: str
    image: str
    docker_id: str = ""
    docker_name: str = ""
    image_id: str = ""
    arn: str = ""
    labels: Mapping[str, str] = field(default_factory=dict)
    desired_status: str = "RUNNING"
    known_status: str = "RUNNING"
    cpu: int = 0
    memory: int = 0
    created_at: float | None = None
    started_at: float | None = None
    exit_code: int | None = None
    health: str = ""
    log_driver: str = ""
    log_options: Mapping[str, str] = field(default_factory=dict)
    interfaces: tuple[Interface, ...] = ()
    ports: tuple[ContainerPort, ...] = ()


@dataclass(frozen=True, slots=True)
class TaskFacts:
    """A task with all its containers; a size of 0 is left out."""

    cluster: str
    arn: str
    family: str
    revision: str
    containers: tuple[ContainerFacts, ...]
    desired_status: str = "RUNNING"
    known_status: str = "RUNNING"
    cpu: int = 0
    memory: int = 0
    pull_started_at: float | None = None
    pull_stopped_at: float | None = None
    zone: str = ""
    launch_type: str = ""
    service: str = ""
    vpc: str = ""
    tags: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Credentials:
    """Temporary credentials of a task's role; `expiration` is seconds since the epoch."""

    role_arn: str
    access_key: str
    secret_key: str = field(repr=False)
    token: str = field(repr=False)
    expiration: float = 0.0


class FactSource(Protocol):
    """Who runs the containers. A key is a container's own, which nobody else can guess; None is
    answered for a key that nobody has."""

    def described(self, key: str) -> tuple[TaskFacts, ContainerFacts] | None: ...

    def credentials(self, key: str, token: str) -> Credentials | None:
        """The credentials of the task's role; None without a role as well. `token`: what came as
        `Authorization`, where the source has given one to the container."""
        ...

    def statistics(self, docker_id: str) -> Json | None:
        """Docker's statistics of a container that runs."""
        ...

    def protection(self, key: str, wanted: Json | None) -> Json | None:
        """The task's protection from scaling in, after it was changed as `wanted`; None where there
        is no such task."""
        ...

"""This machine as containers use it: its engine, whose containers they are, the sandbox's network,
and the ways to the sandbox in it."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ecscli.base.errors import EcsCliError
from ecscli.base.system.packages import how_to_install
from ecscli.sandbox.docker import network as docker_network
from ecscli.sandbox.docker.network import Network

if TYPE_CHECKING:
    from docker import DockerClient

OWNER = "ecscli.sandbox.owner"
#: Other names that engines give to architectures.
ARCHITECTURES = {"amd64": "x86_64", "arm64": "aarch64"}


@dataclass(frozen=True, slots=True)
class Ways:
    """How containers reach the sandbox: the address of AWS's API, and host and port of the endpoint
    for metadata and credentials, None where they cannot; and how the engine reaches its registry,
    as HOST:PORT."""

    aws: str | None = None
    registry: str = ""
    endpoint: tuple[str, int] | None = None


@dataclass(frozen=True, slots=True)
class Machine:
    """This machine as containers use it: its engine, whose they are, their network, and whether
    they may reach it."""

    engine: DockerClient
    owner: str
    network: Network
    host_access: bool = False
    architecture: str = "x86_64"
    processors: int = 1

    @classmethod
    def of(cls, directory: str, host_access: bool) -> Machine:
        """The machine for the sandbox of a directory; EcsCliError when no engine answers."""
        engine, owner = engine_of_environment(), owner_of(directory)
        found = engine.info()
        return cls(
            engine,
            owner,
            network_of(engine, owner),
            host_access,
            ARCHITECTURES.get(found["Architecture"], found["Architecture"]),
            found["NCPU"],
        )

    @property
    def labels(self) -> dict[str, str]:
        """What marks everything that is made here."""
        return {OWNER: self.owner}

    def leave(self) -> None:
        """Remove the network, once nothing is in it."""
        docker_network.removed(self.engine, self.network.id)


def owner_of(directory: str) -> str:
    """The name of a directory's sandbox in labels."""
    return hashlib.sha256(directory.encode()).hexdigest()[:16]


def network_of(engine: DockerClient, owner: str) -> Network:
    try:
        return docker_network.made(engine, f"ecscli-sandbox-{owner}", {OWNER: owner})
    except Exception as error:
        raise EcsCliError(
            f"Docker makes no network for the sandbox: {words_of(error)}",
            hint="docker network prune",
        ) from error


def words_of(error: Exception) -> str:
    """The engine's own words."""
    return str(getattr(error, "explanation", None) or error)


def check_socket(environment: Mapping[str, str]) -> None:
    """EcsCliError where there is no such socket: the SDK would leave one of its own open."""
    host = environment.get("DOCKER_HOST") or "unix:///var/run/docker.sock"
    if host.startswith("unix://") and not os.path.exists(host.removeprefix("unix://")):
        raise EcsCliError(
            f"no Docker engine answers: there is no {host}", hint="start Docker or set DOCKER_HOST"
        )


def engine_of_environment(environment: Mapping[str, str] | None = None) -> DockerClient:
    """A client for DOCKER_HOST, of this process without another environment, or for the default
    socket; EcsCliError when it is not installed or no engine answers."""
    try:
        import docker
    except ImportError:
        raise EcsCliError(
            "--docker needs the Docker SDK", hint=f"`{how_to_install('sandbox')}`"
        ) from None
    check_socket(os.environ if environment is None else environment)
    try:
        engine = docker.from_env(timeout=60, environment=environment)
        engine.ping()
    except docker.errors.DockerException as error:
        raise EcsCliError(
            f"no Docker engine answers: {error}", hint="start Docker or set DOCKER_HOST"
        ) from error
    return engine

"""What RunTask, StartTask, CreateService and UpdateService have in common: a request, and what it
runs where."""

from __future__ import annotations

from dataclasses import dataclass

from ecscli.sandbox.ecs.model import Cluster, Definition
from ecscli.sandbox.ecs.state import Ecs
from ecscli.sandbox.shapes import Json

FARGATE_PROVIDERS = ("FARGATE", "FARGATE_SPOT")


@dataclass(frozen=True, slots=True)
class Launching:
    """A request with what it names: its cluster and task definition, its launch type (`EC2` or
    `FARGATE`), and the capacity provider strategy that it or its cluster has."""

    ecs: Ecs
    cluster: Cluster
    definition: Definition
    request: Json
    launch_type: str
    strategy: tuple[Json, ...] = ()

    @property
    def on_fargate(self) -> bool:
        return self.launch_type == "FARGATE"

    @property
    def scheduling(self) -> str:
        """REPLICA or DAEMON, of a service."""
        return str(self.request.get("schedulingStrategy") or "REPLICA")

    def container(self, name: object) -> Json | None:
        """A container of the task definition by its name."""
        containers = self.definition.containers
        return next((one for one in containers if one["name"] == name), None)

    def has_port(self, name: object, port: object) -> bool:
        """Whether a container of the task definition maps a port of its own."""
        container = self.container(name)
        mapped = container["portMappings"] if container else []
        return any(one.get("containerPort") == port for one in mapped)

    def port_names(self) -> set[str]:
        """The names of all port mappings of the task definition."""
        return {
            port["name"]
            for one in self.definition.containers
            for port in one["portMappings"]
            if port.get("name")
        }


def launch_type_of(cluster: Cluster, request: Json) -> tuple[str, tuple[Json, ...]]:
    """Launch type and capacity provider strategy: the request's own, else the cluster's default,
    else EC2."""
    if request.get("launchType"):
        return str(request["launchType"]), ()
    strategy = request.get("capacityProviderStrategy") or cluster.strategy
    names = {one["capacityProvider"] for one in strategy}
    return ("FARGATE" if names & set(FARGATE_PROVIDERS) else "EC2"), tuple(strategy)

"""A task definition as ECS stores it, and what its tasks take from an instance."""

from __future__ import annotations

import copy

from ecscli.sandbox.ecs.checks.sizes import cpu_units, mebibytes
from ecscli.sandbox.ecs.model import Needs
from ecscli.sandbox.shapes import Json

#: What ECS writes into every container definition that leaves it out.
CONTAINER_DEFAULTS: Json = {
    "cpu": 0,
    "essential": True,
    "portMappings": [],
    "environment": [],
    "mountPoints": [],
    "volumesFrom": [],
    "systemControls": [],
}
#: The defaults of a health check ("The default value is 30 seconds.", and so on).
CHECK_DEFAULTS: Json = {"interval": 30, "timeout": 5, "retries": 3}

MEMBERS = (
    "taskRoleArn",
    "executionRoleArn",
    "networkMode",
    "volumes",
    "placementConstraints",
    "requiresCompatibilities",
    "cpu",
    "memory",
    "pidMode",
    "ipcMode",
    "proxyConfiguration",
    "inferenceAccelerators",
    "ephemeralStorage",
    "runtimePlatform",
    "enableFaultInjection",
)


def normalised(request: Json) -> Json:
    """The request as ECS stores it: defaults written out, host ports as the network mode wants
    them."""
    document = {
        name: copy.deepcopy(request[name])
        for name in MEMBERS
        if request.get(name) not in (None, "")
    }
    document.setdefault("volumes", [])
    document.setdefault("placementConstraints", [])
    if "cpu" in document:
        document["cpu"] = str(cpu_units(document["cpu"]))
    if "memory" in document:
        document["memory"] = str(mebibytes(document["memory"]))
    mode = document.get("networkMode", "bridge")
    document["containerDefinitions"] = [
        normalised_container(one, mode) for one in request.get("containerDefinitions") or []
    ]
    return document


def normalised_container(container: Json, mode: str) -> Json:
    given = {name: value for name, value in container.items() if value is not None}
    document = copy.deepcopy({**CONTAINER_DEFAULTS, **given})
    document["portMappings"] = [normalised_port(one, mode) for one in document["portMappings"]]
    if document.get("healthCheck"):
        document["healthCheck"] = {**CHECK_DEFAULTS, **document["healthCheck"]}
    return document


def normalised_port(port: Json, mode: str) -> Json:
    """A port mapping with its protocol and, where it is one port, its host port."""
    found = {**port, "protocol": "udp" if port.get("protocol") == "udp" else "tcp"}
    if not port.get("containerPortRange"):
        same = mode in ("awsvpc", "host")
        found.setdefault("hostPort", port.get("containerPort") if same else 0)
    return found


def needs_of(document: Json) -> Needs:
    """What the scheduler reserves: the task's own size where it has one, else the containers'
    together."""
    containers = document["containerDefinitions"]
    cpu = document.get("cpu") or sum(one.get("cpu") or 0 for one in containers)
    memory = document.get("memory") or sum(reserved(one) for one in containers)
    return Needs(
        cpu=int(cpu), memory=int(memory), ports=ports_of(document), gpus=gpus_of(containers)
    )


def reserved(container: Json) -> int:
    """The MiB that a container definition reserves."""
    return int(container.get("memoryReservation") or container.get("memory") or 0)


def ports_of(document: Json) -> tuple[tuple[int, str], ...]:
    """The static host ports of a task, with their protocols."""
    if document.get("networkMode") in ("awsvpc", "none"):
        return ()
    ports = {
        (port["hostPort"], port["protocol"])
        for one in document["containerDefinitions"]
        for port in one["portMappings"]
        if port.get("hostPort")
    }
    return tuple(sorted(ports))


def gpus_of(containers: list[Json]) -> int:
    """How many GPUs the containers reserve; `ALL` of them and shared ones count as one."""
    needs = [need for one in containers for need in one.get("resourceRequirements") or []]
    values = [str(need.get("value") or "") for need in needs if need["type"] == "GPU"]
    return sum(int(value) if value.isdigit() else 1 for value in values)

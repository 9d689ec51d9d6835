"""What RegisterTaskDefinition refuses about a task as a whole; its containers are in `container`.

The document that comes in has the shape of the request, with ECS's defaults written out.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator

from ecscli.sandbox.ecs.checks.launches.placement import check_expressions
from ecscli.sandbox.ecs.checks.rule import Rule, complaints
from ecscli.sandbox.ecs.checks.tasks.container import CONTAINER_RULES, PEER_RULES, Peer
from ecscli.sandbox.ecs.checks.tasks.fargate import FARGATE_RULES
from ecscli.sandbox.ecs.checks.tasks.ports import PORT_RULES, TASK_PORT_RULES
from ecscli.sandbox.ecs.checks.tasks.volumes import VOLUME_RULES
from ecscli.sandbox.shapes import Json

#: "Task definition container count" and "Task definition size" of the service quotas.
MOST_CONTAINERS, MOST_BYTES = 10, 65536
LEAST_CPU, MOST_CPU = 128, 196608


def refusals(document: Json) -> Iterator[str]:
    """Everything that ECS refuses about a task definition, in the order of the tables."""
    yield from complaints(SIZE_RULES, document)
    for container in document["containerDefinitions"]:
        peer = Peer(container, document)
        yield from complaints(CONTAINER_RULES, container)
        yield from complaints(PORT_RULES, peer)
        yield from complaints(PEER_RULES, peer)
    yield from complaints(TASK_RULES, document)
    yield from complaints(TASK_PORT_RULES, document)
    yield from complaints(VOLUME_RULES, document)
    if "FARGATE" in document.get("requiresCompatibilities", []):
        yield from complaints(FARGATE_RULES, document)


def no_container(document: Json) -> Iterator[str]:
    if not document["containerDefinitions"]:
        yield "Container list cannot be empty."


def too_many_containers(document: Json) -> Iterator[str]:
    if len(document["containerDefinitions"]) > MOST_CONTAINERS:
        yield "Too many containers."


def too_long(document: Json) -> Iterator[str]:
    length = len(json.dumps(document, separators=(",", ":")).encode())
    if length > MOST_BYTES:
        yield f"Actual length: '{length}'. Max allowed length is '{MOST_BYTES}' bytes."


def repeated_names(document: Json) -> Iterator[str]:
    names = Counter(one.get("name") for one in document["containerDefinitions"])
    if any(count > 1 for count in names.values()):
        yield "The container names within a task definition must be unique."


def nothing_essential(document: Json) -> Iterator[str]:
    containers = document["containerDefinitions"]
    if containers and not any(one["essential"] for one in containers):
        yield "Invalid setting for container. At least one container must be essential."


def dependency_cycle(document: Json) -> Iterator[str]:
    edges = {
        one.get("name"): [link["containerName"] for link in one.get("dependsOn", [])]
        for one in document["containerDefinitions"]
    }
    if has_cycle(edges):
        yield "Dependency cycle found between containers."


def has_cycle(edges: dict[str, list[str]]) -> bool:
    """Whether some names wait for each other; `edges` has the names that each one waits for."""
    left = dict(edges)
    while left:
        ready = [name for name, needed in left.items() if not left.keys() & set(needed)]
        if not ready:
            return True
        for name in ready:
            del left[name]
    return False


def cpu_out_of_range(document: Json) -> Iterator[str]:
    cpu = document.get("cpu")
    if cpu is not None and not LEAST_CPU <= int(cpu) <= MOST_CPU:
        yield "Invalid 'cpu' setting for task."


def above_task(container: Json) -> str:
    """The refusal of a container's memory that its task does not have."""
    name = container["name"]
    return f"The 'memory' setting for container '{name}' is greater than for the task."


def container_above_task(document: Json) -> Iterator[str]:
    memory = document.get("memory")
    if memory is None:
        return
    for one in document["containerDefinitions"]:
        largest = max(one.get("memory") or 0, one.get("memoryReservation") or 0)
        if largest > int(memory):
            yield above_task(one)


def containers_above_task(document: Json) -> Iterator[str]:
    memory = document.get("memory")
    if memory is None:
        return
    reserved = sum(
        one.get("memoryReservation") or one.get("memory") or 0
        for one in document["containerDefinitions"]
    )
    if reserved > int(memory):
        yield (
            "Invalid 'memory' setting for task. The memory reserved for its containers"
            f" ({reserved} MiB) is greater than for the task ({memory} MiB)."
        )


def role_missing(document: Json) -> Iterator[str]:
    if document.get("executionRoleArn"):
        return
    for one in document["containerDefinitions"]:
        if one.get("secrets") or (one.get("logConfiguration") or {}).get("secretOptions"):
            yield (
                "When you are specifying container secrets, you must also specify a value for"
                " 'executionRoleArn'."
            )
        if one.get("repositoryCredentials"):
            yield (
                "When you are specifying repository credentials, you must also specify a value for"
                " 'executionRoleArn'."
            )


def firelens_apart(document: Json) -> Iterator[str]:
    """A log router and the containers that log to it need each other."""
    containers = document["containerDefinitions"]
    routers = [one for one in containers if one.get("firelensConfiguration")]
    senders = [
        one
        for one in containers
        if (one.get("logConfiguration") or {}).get("logDriver") == "awsfirelens"
    ]
    if routers and not senders:
        yield (
            "When a firelensConfiguration object is specified, at least one container has to be"
            " configured with the awsfirelens log driver."
        )
    if senders and not routers:
        yield (
            "At least one container has to have a firelensConfiguration object when a container is"
            " configured with the awsfirelens log driver."
        )
    if len(routers) > 1:
        yield "Only one container in a task definition can have a firelensConfiguration object."


def ipc_controls_on_host(document: Json) -> Iterator[str]:
    if document.get("ipcMode") != "host":
        return
    for one in document["containerDefinitions"]:
        for control in one["systemControls"]:
            if not str(control.get("namespace", "")).startswith("net."):
                yield "IPC namespace related systemControls are not supported when ipcMode=host."


def unknown_proxy(document: Json) -> Iterator[str]:
    proxy = document.get("proxyConfiguration")
    names = [one.get("name") for one in document["containerDefinitions"]]
    if proxy and proxy.get("containerName") not in names:
        yield f"The proxy container '{proxy.get('containerName')}' does not exist in the task."
    if proxy and document.get("networkMode") != "awsvpc":
        yield "proxyConfiguration is only supported when networkMode=awsvpc."


def bad_constraints(document: Json) -> Iterator[str]:
    return check_expressions(document["placementConstraints"])


def external_network(document: Json) -> Iterator[str]:
    external = "EXTERNAL" in document.get("requiresCompatibilities", [])
    if external and document.get("networkMode") == "awsvpc":
        yield "External instances do not support network mode 'awsvpc'."


SIZE_RULES: tuple[Rule[Json], ...] = (
    Rule(
        no_container,
        ("RegisterTaskDefinitionRequest.containerDefinitions",),
        "A list of container definitions in JSON format that describe the different containers",
    ),
    Rule(
        too_many_containers,
        ("RegisterTaskDefinitionRequest.containerDefinitions",),
        "Developer Guide, Service quotas: task definition max containers, 10",
    ),
    Rule(
        too_long,
        ("RegisterTaskDefinitionRequest.containerDefinitions",),
        "Developer Guide, Service quotas: task definition size limit, 64 KB",
    ),
)

TASK_RULES: tuple[Rule[Json], ...] = (
    Rule(
        repeated_names,
        ("ContainerDefinition.name",),
        "Developer Guide, Task definition parameters: names of containers are unique in a task",
    ),
    Rule(
        nothing_essential,
        ("ContainerDefinition.essential",),
        "All tasks must have at least one essential container.",
    ),
    Rule(
        dependency_cycle,
        ("ContainerDefinition.dependsOn", "ContainerDependency.containerName"),
        "The dependencies defined for container startup and shutdown.",
    ),
    Rule(
        cpu_out_of_range,
        ("RegisterTaskDefinitionRequest.cpu",),
        "Supported values are between 128 CPU units ( 0.125 vCPUs) and 196608 CPU units",
    ),
    Rule(
        container_above_task,
        ("ContainerDefinition.memory", "RegisterTaskDefinitionRequest.memory"),
        "The total amount of memory reserved for all containers within a task must be lower than"
        " the task memory value, if one is specified.",
    ),
    Rule(
        containers_above_task,
        ("ContainerDefinition.memory", "ContainerDefinition.memoryReservation"),
        "The total amount of memory reserved for all containers within a task must be lower than"
        " the task memory value, if one is specified.",
    ),
    Rule(
        role_missing,
        (
            "RegisterTaskDefinitionRequest.executionRoleArn",
            "RepositoryCredentials.credentialsParameter",
        ),
        "Developer Guide, Task execution IAM role: required for secrets and private registries",
    ),
    Rule(
        firelens_apart,
        ("FirelensConfiguration.type", "LogConfiguration.logDriver"),
        "Developer Guide, Custom log routing: a log router and containers that log to it",
    ),
    Rule(
        ipc_controls_on_host,
        ("RegisterTaskDefinitionRequest.ipcMode", "SystemControl.namespace"),
        "For tasks that use the host IPC mode, IPC namespace related systemControls are not"
        " supported.",
    ),
    Rule(
        unknown_proxy,
        ("ProxyConfiguration.containerName",),
        "The name of the container that will serve as the App Mesh proxy.",
    ),
    Rule(
        bad_constraints,
        ("TaskDefinitionPlacementConstraint.expression",),
        "A cluster query language expression to apply to the constraint.",
    ),
    Rule(
        external_network,
        ("RegisterTaskDefinitionRequest.requiresCompatibilities",),
        "Developer Guide, External instances: the awsvpc network mode isn't supported",
    ),
)

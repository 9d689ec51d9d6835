"""Container instances: registered by their agents, described, drained, deregistered, cut off."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from ecscli.sandbox.ecs.definitions.required import AGENT_ATTRIBUTES
from ecscli.sandbox.ecs.described import listed_names, missing
from ecscli.sandbox.ecs.instances.expressions import compile_expression
from ecscli.sandbox.ecs.model import Cluster, Instance, new_id
from ecscli.sandbox.ecs.paging import page
from ecscli.sandbox.ecs.services.scheduler import wake
from ecscli.sandbox.ecs.state import Ecs
from ecscli.sandbox.ecs.tags import checked_tags
from ecscli.sandbox.errors import invalid
from ecscli.sandbox.shapes import Json

#: Host ports that the agent, Docker and sshd keep for themselves.
RESERVED_PORTS = (22, 2375, 2376, 51678, 51679, 51680)
AGENT_HASH = "6c6ba9b4"


NO_NUMBER = {"doubleValue": 0.0, "longValue": 0, "integerValue": 0}


def string_set(name: str, values: Iterable[str]) -> Json:
    return {"name": name, "type": "STRINGSET", **NO_NUMBER, "stringSetValue": list(values)}


def number(name: str, value: int) -> Json:
    return {"name": name, "type": "INTEGER", **NO_NUMBER, "integerValue": value}


def shown_resources(
    cpu: int, memory: int, ports: Iterable[tuple[int, str]], gpus: Sequence[str]
) -> list[Json]:
    by_protocol: dict[str, list[str]] = {"tcp": [], "udp": []}
    for port, protocol in sorted(ports):
        by_protocol[protocol].append(str(port))
    found = [
        number("CPU", cpu),
        number("MEMORY", memory),
        string_set("PORTS", by_protocol["tcp"]),
        string_set("PORTS_UDP", by_protocol["udp"]),
    ]
    return [*found, string_set("GPU", gpus)] if gpus else found


def shown(one: Instance, include: Sequence[str] = ()) -> Json:
    running = sum(task.running for task in one.tasks.values())
    document: Json = {
        "containerInstanceArn": one.arn,
        "ec2InstanceId": one.ec2_id,
        "version": one.version,
        "versionInfo": {
            "agentVersion": one.agent,
            "agentHash": AGENT_HASH,
            "dockerVersion": f"DockerVersion: {one.docker}",
        },
        "registeredResources": shown_resources(one.cpu, one.memory, one.ports, one.gpus),
        "remainingResources": shown_resources(
            one.free_cpu, one.free_memory, one.taken_ports, one.free_gpus
        ),
        "status": one.status,
        "agentConnected": one.connected,
        "runningTasksCount": running,
        "pendingTasksCount": sum(task.wanted for task in one.tasks.values()) - running,
        "attributes": [shown_attribute(*each) for each in one.attributes.items()],
        "attachments": [],
        "registeredAt": one.registered_at,
        "tags": one.tags if "TAGS" in include else [],
    }
    if one.capacity_provider:
        document["capacityProviderName"] = one.capacity_provider
    if "CONTAINER_INSTANCE_HEALTH" in include:
        document["healthStatus"] = {"overallStatus": "OK", "details": []}
    return document


def shown_attribute(name: str, value: str | None) -> Json:
    return {"name": name} if value is None else {"name": name, "value": value}


def join(
    ecs: Ecs, cluster: Cluster, machine: Json, tags: list[Json], attributes: dict[str, str | None]
) -> Instance:
    """An agent registers its machine: `machine` describes the EC2 instance."""
    own: dict[str, str | None] = dict.fromkeys(AGENT_ATTRIBUTES)
    own.update(machine["attributes"])
    own.update(attributes)
    one = Instance(
        arn=ecs.arn("container-instance", cluster.name, new_id()),
        ec2_id=machine["id"],
        cluster=cluster.name,
        cpu=machine["cpu"],
        memory=machine["memory"],
        gpus=tuple(f"GPU-{machine['id'][2:]}-{number}" for number in range(machine["gpus"])),
        attributes=own,
        registered_at=ecs.now,
        ports=frozenset((port, "tcp") for port in RESERVED_PORTS),
        tags=tags,
        capacity_provider=ecs.neighbours.provider_of(machine["id"], ecs.capacity_providers),
        host_ip=machine["ip"],
    )
    cluster.instances[one.id] = one
    ecs.by_ec2_id[one.ec2_id] = one
    return one


def leave(ecs: Ecs, one: Instance, reason: str) -> None:
    """The machine is gone or given up: its tasks are lost, its record disappears."""
    cluster = ecs.clusters[one.cluster]
    cluster.instances.pop(one.id, None)
    ecs.by_ec2_id.pop(one.ec2_id, None)
    one.connected = False
    for task in list(one.tasks.values()):
        ecs.agent.lose(task, reason)
    wake(ecs, cluster, everyone=True)


def register(ecs: Ecs, request: Json) -> Json:
    """RegisterContainerInstance as an agent calls it, for an EC2 instance that exists."""
    cluster = ecs.cluster(request.get("cluster"))
    identity = ecs.neighbours.identity(request.get("instanceIdentityDocument") or "{}")
    machine = ecs.neighbours.machine(identity)
    if machine is None:
        raise invalid("Instance identity document is not valid.")
    attributes = {one["name"]: one.get("value") for one in request.get("attributes", [])}
    one = ecs.by_ec2_id.get(machine["id"]) or join(
        ecs, cluster, machine, checked_tags(request.get("tags", [])), attributes
    )
    wake(ecs, cluster)
    return {"containerInstance": shown(one, ("TAGS",))}


def find_all(ecs: Ecs, request: Json) -> Iterator[Instance | Json]:
    """Each instance that the request names, or the failure in its place."""
    cluster = ecs.cluster(request.get("cluster"))
    for name in request["containerInstances"]:
        short = name.rpartition("/")[2]
        arn = name if ":" in name else ecs.arn("container-instance", cluster.name, short)
        yield cluster.instances.get(short) or missing(arn)


def described(ecs: Ecs, request: Json) -> Json:
    found = list(find_all(ecs, request))
    include = request.get("include", ())
    return {
        "containerInstances": [shown(one, include) for one in found if isinstance(one, Instance)],
        "failures": [one for one in found if not isinstance(one, Instance)],
    }


def describe(ecs: Ecs, request: Json) -> Json:
    listed_names(request.get("containerInstances"), "Container instances", most=100)
    return described(ecs, request)


def listed(ecs: Ecs, request: Json) -> Json:
    cluster = ecs.cluster(request.get("cluster"))
    accepted = (
        compile_expression(request["filter"]) if request.get("filter") else (lambda one: True)
    )
    arns = [
        one.arn
        for one in cluster.instances.values()
        if request.get("status") in (None, one.status) and accepted(one)
    ]
    return page("containerInstanceArns", arns, request)


def set_state(ecs: Ecs, request: Json) -> Json:
    if request.get("status") not in ("ACTIVE", "DRAINING"):
        raise invalid("Container instance status should be one of [ACTIVE,DRAINING].")
    for one in find_all(ecs, request):
        if isinstance(one, Instance):
            one.status = request["status"]
            one.version += 1
    wake(ecs, ecs.cluster(request.get("cluster")), everyone=True)
    return described(ecs, request)


def deregister(ecs: Ecs, request: Json) -> Json:
    cluster = ecs.cluster(request.get("cluster"))
    one = ecs.instance(cluster, request["containerInstance"])
    if any(not task.stopped for task in one.tasks.values()) and not request.get("force"):
        raise invalid("Found running tasks on the instance.")
    leave(ecs, one, "Container instance was deregistered.")
    one.status, one.connected = "INACTIVE", False
    return {"containerInstance": shown(one)}


def update_agent(ecs: Ecs, request: Json) -> Json:
    one = ecs.instance(ecs.cluster(request.get("cluster")), request["containerInstance"])
    raise invalid(f"No update is available for the agent of {one.id}: it is current.")


ACTIONS = {
    "RegisterContainerInstance": register,
    "DescribeContainerInstances": describe,
    "ListContainerInstances": listed,
    "UpdateContainerInstancesState": set_state,
    "DeregisterContainerInstance": deregister,
    "UpdateContainerAgent": update_agent,
}

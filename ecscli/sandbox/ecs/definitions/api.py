"""Task definitions: registered after the checks that ECS makes, described, listed, deregistered,
deleted."""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator

from ecscli.sandbox.ecs.definitions.fargate import is_size
from ecscli.sandbox.ecs.definitions.required import attribute_names, required_attributes
from ecscli.sandbox.ecs.model import Definition, Needs
from ecscli.sandbox.ecs.paging import page
from ecscli.sandbox.ecs.state import Ecs
from ecscli.sandbox.ecs.tags import checked_tags
from ecscli.sandbox.errors import client
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


def cpu_units(text: str) -> int:
    """`256`, `.25 vCPU` -> CPU units."""
    match = re.fullmatch(r"(?i)\s*([\d.]+)\s*(vcpu)?\s*", text)
    if not match:
        raise client(f"Invalid 'cpu' setting for task: {text}")
    return int(float(match[1]) * 1024) if match[2] else int(float(match[1]))


def mebibytes(text: str) -> int:
    """`512`, `0.5GB` -> MiB."""
    match = re.fullmatch(r"(?i)\s*([\d.]+)\s*(gb)?\s*", text)
    if not match:
        raise client(f"Invalid 'memory' setting for task: {text}")
    return int(float(match[1]) * 1024) if match[2] else int(float(match[1]))


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
        document["cpu"] = str(cpu_units(str(document["cpu"])))
    if "memory" in document:
        document["memory"] = str(mebibytes(str(document["memory"])))
    document["containerDefinitions"] = [
        {**copy.deepcopy(CONTAINER_DEFAULTS), **copy.deepcopy(one)}
        for one in request.get("containerDefinitions") or []
    ]
    for container in document["containerDefinitions"]:
        container["portMappings"] = [
            normalised_port(port, document.get("networkMode", "bridge"))
            for port in container["portMappings"]
        ]
    return document


def normalised_port(port: Json, mode: str) -> Json:
    host = port.get("hostPort", port.get("containerPort") if mode in ("awsvpc", "host") else 0)
    return {**port, "hostPort": host, "protocol": port.get("protocol") or "tcp"}


def complaints(document: Json) -> Iterator[str]:
    """What ECS refuses about a task definition, in its order."""
    containers = document["containerDefinitions"]
    if not containers:
        yield "Container list cannot be empty."
    names = [one.get("name") for one in containers]
    for one in containers:
        yield from container_complaints(one, document)
        for link in one.get("dependsOn", []):
            if link["containerName"] not in names:
                yield (
                    f"Invalid setting for container '{one['name']}'. The container "
                    f"dependency '{link['containerName']}' does not exist."
                )
    if len(set(names)) < len(names):
        yield "The container names within a task definition must be unique."
    if containers and not any(one["essential"] for one in containers):
        yield "Invalid setting for container. At least one container must be essential."
    if has_cycle(
        {one["name"]: [d["containerName"] for d in one.get("dependsOn", [])] for one in containers}
    ):
        yield "Dependency cycle found between containers."
    if "FARGATE" in document.get("requiresCompatibilities", []):
        yield from fargate_complaints(document)


def container_complaints(one: Json, document: Json) -> Iterator[str]:
    name, mode = one.get("name", ""), document.get("networkMode", "bridge")
    if not one.get("image"):
        yield "Container.image should not be null or empty."
    if not re.fullmatch(r"[A-Za-z0-9_-]{1,255}", name):
        yield f"Container.name contains invalid characters or is too long: {name!r}"
    memory, reserved = one.get("memory"), one.get("memoryReservation")
    if not memory and not reserved and not document.get("memory"):
        yield (
            f"Invalid setting for container '{name}'. "
            "At least one of 'memory' or 'memoryReservation' must be specified."
        )
    if memory and reserved and memory < reserved:
        yield (
            f"Invalid setting for container '{name}'. 'memory' must be greater than or equal to"
            " 'memoryReservation'."
        )
    if memory and memory < 6:
        yield f"Invalid setting for container '{name}'. The minimum value for 'memory' is 6."
    if mode == "awsvpc" and one.get("links"):
        yield "Links are not supported when networkMode=awsvpc."
    for port in one["portMappings"]:
        if mode in ("awsvpc", "host") and port["hostPort"] != port.get("containerPort"):
            yield (
                f"When networkMode={mode}, the host ports and container ports in port mappings must"
                " match."
            )
    sources = {volume["name"] for volume in document["volumes"]}
    for mount in one["mountPoints"]:
        if mount.get("sourceVolume") not in sources:
            yield f"Unknown volume '{mount.get('sourceVolume')}'."


def fargate_complaints(document: Json) -> Iterator[str]:
    if document.get("networkMode") != "awsvpc":
        yield "Fargate only supports network mode 'awsvpc'."
    if not document.get("cpu") or not document.get("memory"):
        missing = "memory" if document.get("cpu") else "cpu"
        yield f"Fargate requires that '{missing}' be defined at the task level."
    elif not is_size(int(document["cpu"]), int(document["memory"])):
        yield (
            f"No Fargate configuration exists for given values: {document['cpu']} CPU,"
            f" {document['memory']} memory."
        )
    for one in document["containerDefinitions"]:
        if one.get("privileged"):
            yield "Fargate does not support 'privileged' containers."
        driver = (one.get("logConfiguration") or {}).get("logDriver")
        if driver == "awslogs" and not document.get("executionRoleArn"):
            yield (
                "Fargate requires task definition to have execution role ARN to support log driver"
                " awslogs."
            )
        if ".dkr.ecr." in one.get("image", "") and not document.get("executionRoleArn"):
            yield (
                "Fargate requires task definition to have execution role ARN to support ECR images."
            )


def has_cycle(edges: dict[str, list[str]]) -> bool:
    done: set[str] = set()
    while left := [name for name in edges if name not in done]:
        ready = [name for name in left if all(to in done or to not in edges for to in edges[name])]
        if not ready:
            return True
        done.update(ready)
    return False


def needs_of(document: Json) -> Needs:
    """What the scheduler reserves: the task's own size where it has one, else the containers'
    together."""
    containers = document["containerDefinitions"]
    ports = {
        (port["hostPort"], port["protocol"])
        for one in containers
        for port in one["portMappings"]
        if port.get("hostPort") and document.get("networkMode") not in ("awsvpc", "none")
    }
    return Needs(
        cpu=int(document.get("cpu") or sum(one.get("cpu") or 0 for one in containers)),
        memory=int(
            document.get("memory")
            or sum(one.get("memoryReservation") or one.get("memory") or 0 for one in containers)
        ),
        ports=tuple(sorted(ports)),
        gpus=sum(
            int(need["value"])
            for one in containers
            for need in one.get("resourceRequirements", [])
            if need["type"] == "GPU"
        ),
    )


def compatibilities(document: Json) -> list[str]:
    fits = not any(fargate_complaints(document))
    asked = document.get("requiresCompatibilities", [])
    external = (
        ["EXTERNAL"] if document.get("networkMode") != "awsvpc" and "FARGATE" not in asked else []
    )
    return external + ["EC2"] + (["FARGATE"] if fits else [])


def register(ecs: Ecs, request: Json) -> Json:
    family = request.get("family") or ""
    if not re.fullmatch(r"[A-Za-z0-9_-]{1,255}", family):
        raise client("Family contains invalid characters.")
    document = normalised(request)
    for complaint in complaints(document):
        raise client(complaint)
    tags = checked_tags(request.get("tags", []))
    revisions = ecs.families.setdefault(family, [])
    revision = revisions[-1].revision + 1 if revisions else 1
    document.update(
        taskDefinitionArn=ecs.arn("task-definition", f"{family}:{revision}"),
        family=family,
        revision=revision,
        status="ACTIVE",
        requiresAttributes=required_attributes(document),
        compatibilities=compatibilities(document),
        registeredAt=ecs.now,
        registeredBy=f"arn:aws:iam::{ecs.account}:root",
    )
    made = Definition(
        document, needs_of(document), tags, attribute_names(document["requiresAttributes"])
    )
    revisions.append(made)
    return {"taskDefinition": document, "tags": tags}


def describe(ecs: Ecs, request: Json) -> Json:
    found = ecs.definition(request["taskDefinition"])
    return {
        "taskDefinition": found.document,
        **({"tags": found.tags} if "TAGS" in request.get("include", []) else {}),
    }


def deregister(ecs: Ecs, request: Json) -> Json:
    if ":" not in request["taskDefinition"].rpartition("/")[2]:
        raise client("Revision is missing.")
    found = ecs.definition(request["taskDefinition"])
    found.document.update(status="INACTIVE", deregisteredAt=ecs.now)
    return {"taskDefinition": found.document}


def delete(ecs: Ecs, request: Json) -> Json:
    done, failures = [], []
    for name in request["taskDefinitions"]:
        found = ecs.definition(name)
        if found.active:
            failures.append(
                {
                    "arn": found.arn,
                    "reason": "The specified task definition is still in ACTIVE status. "
                    "Please deregister the target and try again.",
                }
            )
            continue
        found.document["status"] = "DELETE_IN_PROGRESS"
        done.append(found.document)
    return {"taskDefinitions": done, "failures": failures}


def listed(ecs: Ecs, request: Json) -> Json:
    wanted = request.get("status") or "ACTIVE"
    prefix = request.get("familyPrefix")
    arns = [
        one.arn
        for family in sorted(ecs.families)
        if prefix in (None, "", family)
        for one in ecs.families[family]
        if one.document["status"] == wanted
    ]
    if request.get("sort") == "DESC":
        arns.reverse()
    return page("taskDefinitionArns", arns, request)


def families(ecs: Ecs, request: Json) -> Json:
    wanted, prefix = request.get("status") or "ACTIVE", request.get("familyPrefix") or ""
    accepted = {"ACTIVE": (True,), "INACTIVE": (False,), "ALL": (True, False)}[wanted]
    names = [
        name
        for name in sorted(ecs.families)
        if name.startswith(prefix) and any(one.active for one in ecs.families[name]) in accepted
    ]
    return page("families", names, request)


ACTIONS = {
    "RegisterTaskDefinition": register,
    "DescribeTaskDefinition": describe,
    "DeregisterTaskDefinition": deregister,
    "DeleteTaskDefinitions": delete,
    "ListTaskDefinitions": listed,
    "ListTaskDefinitionFamilies": families,
}

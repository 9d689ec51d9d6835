"""PURE: a task definition and a container instance -> what the instance lacks for one more task."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from ecscli.base.documents import Document
from ecscli.up.diagnosis.model import Facts
from ecscli.up.model import short

if TYPE_CHECKING:
    from types_boto3_ecs.type_defs import (
        ContainerInstanceTypeDef,
        ResourceOutputTypeDef,
        TaskDefinitionTypeDef,
    )

UNITS = {"CPU": "CPU units", "MEMORY": "MiB of memory"}
PORTS = {"tcp": "PORTS", "udp": "PORTS_UDP"}  # protocol -> resource whose set is what is taken


def lacking(definition: TaskDefinitionTypeDef, instance: ContainerInstanceTypeDef) -> Iterator[str]:
    """What an instance lacks for one task of a definition, by DescribeContainerInstances."""
    if instance.get("status") != "ACTIVE":
        yield f"is {instance.get('status')}"
    if not instance.get("agentConnected", True):
        yield "its agent is not connected"
    free = {row["name"]: row for row in instance.get("remainingResources", ())}
    yield from _short_of("CPU", needed_cpu(definition), free)
    yield from _short_of("MEMORY", needed_memory(definition), free)
    yield from _taken_ports(definition, free)
    missing = _missing_attributes(definition, instance)
    if missing:
        yield f"lacks attributes {', '.join(missing)}"


def _short_of(name: str, need: int, free: dict[str, ResourceOutputTypeDef]) -> Iterator[str]:
    available = free.get(name, {}).get("integerValue", need)
    if need > available:
        yield f"needs {need} {UNITS[name]}, {available} are free"


def _taken_ports(
    definition: TaskDefinitionTypeDef, free: dict[str, ResourceOutputTypeDef]
) -> Iterator[str]:
    for protocol, resource in PORTS.items():
        taken = free.get(resource, {}).get("stringSetValue", ())
        for port in host_ports(definition, protocol):
            if str(port) in taken:
                yield f"port {port}/{protocol} is taken"


def _missing_attributes(
    definition: TaskDefinitionTypeDef, instance: ContainerInstanceTypeDef
) -> list[str]:
    known = {attribute["name"] for attribute in instance.get("attributes", ())}
    required = [attribute["name"] for attribute in definition.get("requiresAttributes", ())]
    return [name for name in required if name not in known]


def needed_cpu(definition: Document) -> int:
    """The CPU units that one task takes: those of the task, else of its containers."""
    if str(definition.get("cpu") or "").isdecimal():
        return int(definition["cpu"])
    return sum(one.get("cpu") or 0 for one in definition.get("containerDefinitions", ()))


def needed_memory(definition: Document) -> int:
    """The MiB that one task takes: those of the task, else of its containers (reservation before
    limit)."""
    if str(definition.get("memory") or "").isdecimal():
        return int(definition["memory"])
    return sum(_memory(one) for one in definition.get("containerDefinitions", ()))


def _memory(container: Document) -> int:
    return container.get("memoryReservation") or container.get("memory") or 0


def host_ports(definition: TaskDefinitionTypeDef, protocol: str) -> list[int]:
    """The fixed host ports of a definition."""
    if definition.get("networkMode") == "awsvpc":
        return []
    ports = []
    for container in definition.get("containerDefinitions", ()):
        for mapping in container.get("portMappings", ()):
            if mapping.get("hostPort") and mapping.get("protocol", "tcp") == protocol:
                ports.append(mapping["hostPort"])
    return ports


def nearest_room(facts: Facts) -> str | None:
    """What most instances lack for the task; None where none of them was looked at, or any has room
    by now."""
    if facts.fargate or facts.definition is None or not facts.instances:
        return None
    lacks = [tuple(lacking(facts.definition, instance)) for instance in facts.instances]
    if not all(lacks):
        return None
    count, example = _most_common([text for each in lacks for text in each])
    where = "every instance" if count == len(lacks) else f"{count} of {len(lacks)} instances"
    name = short(facts.definition.get("taskDefinitionArn", "")) or "the task"
    return f"no instance has room for {name}; on {where}: {example}"


def _most_common(texts: Sequence[str]) -> tuple[int, str]:
    """How often the most common kind of lack occurs, and an example of it."""
    kind, count = Counter(_kind_of_lack(text) for text in texts).most_common(1)[0]
    return count, next(text for text in texts if _kind_of_lack(text) == kind)


def _kind_of_lack(text: str) -> str:
    """The same lack on instances with different free amounts."""
    return text.split(",", maxsplit=1)[0]

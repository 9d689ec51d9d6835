"""The size of a task: what Fargate offers for what is asked, and memory for containers on instances
that name none."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from ecscli.base.documents import Document
from ecscli.base.findings import Findings
from ecscli.base.marks import Mark
from ecscli.compose.ecs import limits
from ecscli.compose.task.scene import Scene


class Size(NamedTuple):
    """A field of the task definition that is a size, how it is read, and how it is written."""

    field: str
    read: Callable[[str], int | None]
    example: str


class Asked(NamedTuple):
    """What a task has to hold, in CPU units and MiB."""

    cpu: int
    memory: int

    def or_more(self, other: Asked) -> Asked:
        """What holds both."""
        return Asked(max(self.cpu, other.cpu), max(self.memory, other.memory))

    def with_proxy(self) -> Asked:
        """The same with the proxy of Service Connect beside it."""
        cpu, memory = limits.CONNECT_PROXY
        return Asked(self.cpu + cpu, self.memory + memory)


SIZES = (
    Size("cpu", limits.cpu_units, "256 or .25 vCPU"),
    Size("memory", limits.memory_mib, "512 or 0.5GB"),
)
# MiB of a container without a size in a task without one. Files of ecs-cli get its hard limit;
# in today's files a container may take what its instance has, as in Docker Compose, and only as
# much is reserved as lets a few containers share the smallest instances.
LIMIT_OF_ECS_CLI = 512
RESERVATION = 128


def set_default_memory(request: Document, scene: Scene) -> None:
    """Give each container without a memory size the default one; instances need a size of the
    container or of the task."""
    if "memory" in request or (scene.launch.on_fargate and not scene.exact):
        return
    unsized = [
        container
        for container in request["containerDefinitions"]
        if "memory" not in container and "memoryReservation" not in container
    ]
    if scene.exact:
        for container in unsized:
            container["memory"] = LIMIT_OF_ECS_CLI
        return
    for container in unsized:
        container["memoryReservation"] = RESERVATION
    if unsized:
        names = ", ".join(str(container["name"]) for container in unsized)
        each = "" if len(unsized) == 1 else " each"
        message = (
            f"{RESERVATION} MiB of memory are reserved for {names}{each}, as no size is given;"
            " mem_limit sets one"
        )
        scene.findings.notice(message)


def fargate_size(task: Document, scene: Scene, connected: bool) -> dict[str, str]:
    """`cpu` and `memory` of a Fargate task: as written where Fargate offers it, with an error where
    that holds less than the containers ask for; else the smallest that holds it and, where it is
    `connected`, the proxy of Service Connect."""
    containers, findings = task["containerDefinitions"], scene.findings
    place = scene.params.where("task_definition", "task_size")
    chosen = Asked(*(_asked(task, size, place, findings) for size in SIZES))
    needed = Asked(sum(map(_cpu, containers)), sum(map(_memory, containers)))
    if not limits.fits_fargate(*chosen):
        proxied = needed.with_proxy() if connected else needed
        return _smallest(chosen.or_more(needed), chosen.or_more(proxied), place, findings)
    if chosen.cpu < needed.cpu:
        asked = f"{chosen.cpu} CPU units; the containers ask for {needed.cpu}"
        _too_small("cpu_limit", asked, max(containers, key=_cpu), scene)
    if chosen.memory < needed.memory:
        asked = f"{chosen.memory} MiB; the containers ask for {needed.memory} MiB"
        _too_small("mem_limit", asked, max(containers, key=_memory), scene)
    return {"cpu": str(task["cpu"]), "memory": str(task["memory"])}


def _too_small(key: str, asked: str, largest: Document, scene: Scene) -> None:
    """A size that was chosen is not changed: a larger one costs more. Names the key, and the place
    of the container that asks for most."""
    name = str(largest["name"])
    services = {service.name: service for service in scene.project.services}
    place = scene.params.where("task_definition", "services", name)
    if name in services and name not in scene.params.services:
        place = services[name].where()
    scene.findings.error(
        f"{asked}",
        scene.params.where("task_definition", "task_size", key),
        f"most of it is for {name} ({place}): ask for less there, or for a larger task",
        key=f"task_definition.task_size.{key}",
    )


def _cpu(container: Document) -> int:
    return int(container.get("cpu", 0))


def _asked(task: Document, size: Size, place: Mark | None, findings: Findings) -> int:
    """A size of the task as a number; 0 where there is none, or where it is not a size."""
    text = str(task.get(size.field, "0"))
    number = size.read(text)
    if number is None:
        message = f'"{text}" is not a {size.field} size'
        findings.error(message, place, f"write {size.example}", key="task_definition.task_size")
    return number or 0


def _memory(container: Document) -> int:
    """MiB that a container takes of its task."""
    return int(container.get("memory", container.get("memoryReservation", 0)))


def _smallest(
    asked: Asked, proxied: Asked, place: Mark | None, findings: Findings
) -> dict[str, str]:
    """The smallest size that holds as much, with the proxy where there is one; empty, with an
    error, where Fargate has none."""
    found = limits.smallest_fargate_size(*proxied)
    if found is None:
        findings.error(
            f"Fargate has no task of {_words(*proxied)}",
            place,
            "16384 CPU units and 122880 MiB are the largest; split the task or use EC2",
            key="task_definition.task_size",
        )
        return {}
    units, mebibytes = found
    why = f"the smallest that holds {_words(*asked)}"
    if not any(asked):
        why = "as nothing asks for more"
    if found != limits.smallest_fargate_size(*asked):
        why = f"the smallest that holds {_words(*proxied)}, with the proxy of Service Connect"
    findings.notice(f"Fargate: the task gets {units} CPU units and {mebibytes} MiB, {why}")
    return {"cpu": str(units), "memory": str(mebibytes)}


def _words(cpu: int, memory: int) -> str:
    parts = []
    if cpu:
        parts.append(f"{cpu} CPU units")
    if memory:
        parts.append(f"{memory} MiB")
    return " and ".join(parts)

"""Rules of sizes: what Fargate and ECS offer, and what the containers take of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ecscli.compose.ecs import limits
from ecscli.compose.rules.subject import Problem, Subject

Found = Iterator[Problem]
CPU, MEMORY = "task_size.cpu_limit", "task_size.mem_limit"


def _text(subject: Subject, field: str) -> str:
    return str(subject.definition.get(field) or "")


def forms(subject: Subject) -> Found:
    """CPU is in units or vCPU, memory in MiB or GB."""
    cpu, memory = _text(subject, "cpu"), _text(subject, "memory")
    if cpu and limits.cpu_units(cpu) is None:
        yield subject.of_task(CPU, f'"{cpu}" is not a CPU size', "write 256 or .25 vCPU")
    if memory and limits.memory_mib(memory) is None:
        yield subject.of_task(MEMORY, f'"{memory}" is not a memory size', "write 512 or 0.5GB")


def on_instances(subject: Subject) -> Found:
    """A task on instances has 128 to 196608 CPU units."""
    units = limits.cpu_units(_text(subject, "cpu"))
    if not subject.fargate and units is not None and units not in limits.EC2_TASK_CPU:
        hint = f"ECS allows {limits.EC2_TASK_CPU}"
        yield subject.of_task(CPU, f"{units} is out of range", hint)


def on_fargate(subject: Subject) -> Found:
    """A task on Fargate has one of the sizes that Fargate offers."""
    if not subject.fargate:
        return
    cpu, memory = _text(subject, "cpu"), _text(subject, "memory")
    if not (cpu and memory):
        hint = "task_size with cpu_limit and mem_limit in ecs-params; the smallest is 256 and 512"
        yield subject.of_task("task_size", "Fargate needs the CPU and memory of the task", hint)
        return
    units, mib = limits.cpu_units(cpu), limits.memory_mib(memory)
    if units is not None and mib is not None:
        yield from _fargate_size(subject, units, mib)


def _fargate_size(subject: Subject, cpu: int, memory: int) -> Found:
    if cpu not in limits.FARGATE_SIZES:
        message = f"Fargate has no size of {cpu} CPU units"
        yield subject.of_task(CPU, message, f"use one of {_listed(limits.FARGATE_SIZES)}")
    elif _is_windows(subject) and cpu not in limits.FARGATE_WINDOWS_CPU:
        message = f"Windows on Fargate has no size of {cpu} CPU units"
        yield subject.of_task(CPU, message, f"use one of {_listed(limits.FARGATE_WINDOWS_CPU)}")
    elif not limits.fits_fargate(cpu, memory):
        message = f"Fargate has no size of {cpu} CPU units and {memory} MiB"
        yield subject.of_task(MEMORY, message, _fargate_hint(cpu, memory))


def _fargate_hint(cpu: int, memory: int) -> str:
    hint = f"with {cpu} CPU units: {limits.fargate_choices(cpu)} MiB"
    larger = limits.smallest_fargate_size(cpu, memory)
    if larger and larger[0] != cpu:
        hint += f"; or {larger[0]} CPU units with {larger[1]} MiB"
    return hint


def _listed(sizes: Iterable[int]) -> str:
    return ", ".join(str(size) for size in sizes)


def _is_windows(subject: Subject) -> bool:
    platform = subject.definition.get("runtimePlatform") or {}
    return str(platform.get("operatingSystemFamily") or "").startswith("WINDOWS")


def cpu_shares(subject: Subject) -> Found:
    """The CPU units of the containers fit into those of the task."""
    cpu = limits.cpu_units(_text(subject, "cpu"))
    asked = sum(one.number("cpu") for one in subject.containers)
    if cpu and asked > cpu:
        yield subject.of_task(CPU, f"{cpu} CPU units; the containers ask for {asked}")


def memory_shares(subject: Subject) -> Found:
    """The memory of the containers fits into that of the task."""
    memory = limits.memory_mib(_text(subject, "memory"))
    if not memory:
        return
    for one in subject.containers:
        limit = one.number("memory")
        if one.number("memoryReservation") and limit > memory:
            message = f"{limit} MiB is above the {memory} MiB of the task"
            yield one.problem("mem_limit", message)
    asked = sum(
        one.number("memoryReservation") or one.number("memory") for one in subject.containers
    )
    if asked > memory:
        yield subject.of_task(MEMORY, f"{memory} MiB; the containers ask for {asked} MiB")


def without_memory(subject: Subject) -> Found:
    """On instances a container or the task needs a memory size."""
    if subject.fargate or limits.memory_mib(_text(subject, "memory")):
        return
    for one in subject.containers:
        if not (one.number("memory") or one.number("memoryReservation")):
            hint = "set mem_limit or mem_reservation"
            yield one.problem("mem_limit", "a container needs memory", hint)


RULES = (forms, on_instances, on_fargate, cpu_shares, memory_shares, without_memory)

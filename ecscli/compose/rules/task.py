"""Rules of the task as a whole: its names, number of containers, size, modes, placement, tags and
length."""

from __future__ import annotations

import json
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter

from ecscli.base.marks import where
from ecscli.compose.ecs import limits
from ecscli.compose.rules.subject import Container, Problem, Subject

Found = Iterator[Problem]


def family(subject: Subject) -> Found:
    name = subject.definition.get("family") or ""
    if not limits.NAME.fullmatch(name):
        yield Problem(
            "name",
            f'"{name}" cannot be the family of a task definition',
            where(subject.project.tree, "name"),
            "1 to 255 letters, digits, dashes and underscores; say it with --project-name",
        )


def containers(subject: Subject) -> Found:
    place, count = where(subject.project.tree, "services"), len(subject.containers)
    if not count:
        yield Problem("services", "a task needs at least one container", place)
    elif count > limits.MAX_CONTAINERS:
        hint = "split the file into several projects, or select services with profiles"
        yield Problem(
            "services",
            f"{count} containers; a task holds {limits.MAX_CONTAINERS} at most",
            place,
            hint,
        )


def size(subject: Subject) -> Found:
    cpu, memory = (str(subject.definition.get(key) or "") for key in ("cpu", "memory"))
    units, mib = limits.cpu_units(cpu), limits.memory_mib(memory)
    if cpu and units is None:
        yield subject.of_task(
            "task_size.cpu_limit", f'"{cpu}" is no CPU size', "CPU units such as 256, or .25 vCPU"
        )
    if memory and mib is None:
        yield subject.of_task(
            "task_size.mem_limit", f'"{memory}" is no memory size', "MiB such as 512, or 0.5GB"
        )
    if subject.fargate:
        yield from _fargate_size(subject, units if cpu else None, mib if memory else None)
    elif units is not None and units not in limits.EC2_TASK_CPU:
        yield subject.of_task(
            "task_size.cpu_limit", f"{units} is out of range", f"ECS allows {limits.EC2_TASK_CPU}"
        )


def _fargate_size(subject: Subject, cpu: int | None, memory: int | None) -> Found:
    if cpu is None or memory is None:
        hint = "task_size with cpu_limit and mem_limit in ecs-params; the smallest is 256 and 512"
        if not (subject.definition.get("cpu") and subject.definition.get("memory")):
            yield subject.of_task("task_size", "Fargate needs the CPU and memory of the task", hint)
    elif cpu not in limits.FARGATE_SIZES:
        sizes = ", ".join(map(str, limits.FARGATE_SIZES))
        yield subject.of_task(
            "task_size.cpu_limit", f"Fargate has no size of {cpu} CPU units", f"one of {sizes}"
        )
    elif _windows(subject) and cpu not in limits.FARGATE_WINDOWS_CPU:
        sizes = ", ".join(map(str, limits.FARGATE_WINDOWS_CPU))
        yield subject.of_task(
            "task_size.cpu_limit", f"Windows on Fargate has no size of {cpu} CPU units", sizes
        )
    elif not limits.fits_fargate(cpu, memory):
        hint = f"with {cpu} CPU units: {limits.fargate_choices(cpu)} MiB"
        larger = limits.smallest_fargate_size(cpu, memory)
        if larger and larger[0] != cpu:
            hint += f"; or {larger[0]} CPU units with {larger[1]} MiB"
        yield subject.of_task(
            "task_size.mem_limit", f"Fargate has no size of {cpu} CPU units and {memory} MiB", hint
        )


def _windows(subject: Subject) -> bool:
    platform = subject.definition.get("runtimePlatform") or {}
    return str(platform.get("operatingSystemFamily") or "").startswith("WINDOWS")


def shares(subject: Subject) -> Found:
    """What the containers ask for must fit into the task."""
    cpu = limits.cpu_units(str(subject.definition.get("cpu") or ""))
    memory = limits.memory_mib(str(subject.definition.get("memory") or ""))
    wanted = sum(one.get("cpu") or 0 for one in subject.containers)
    if cpu and wanted > cpu:
        yield subject.of_task(
            "task_size.cpu_limit", f"{cpu} CPU units; the containers ask for {wanted}"
        )
    if memory:
        yield from _memory_shares(subject, memory)
    elif not subject.fargate:
        yield from (
            _without_memory(subject, one) for one in subject.containers if not _has_memory(one)
        )


def _memory_shares(subject: Subject, memory: int) -> Found:
    for one in subject.containers:
        if one.get("memoryReservation") and (one.get("memory") or 0) > memory:
            yield subject.of_service(
                one["name"],
                "mem_limit",
                f"{one['memory']} MiB is above the {memory} MiB of the task",
            )
    wanted = sum(
        one.get("memoryReservation") or one.get("memory") or 0 for one in subject.containers
    )
    if wanted > memory:
        yield subject.of_task(
            "task_size.mem_limit", f"{memory} MiB; the containers ask for {wanted} MiB"
        )


def _has_memory(one: Container) -> bool:
    return bool(one.get("memory") or one.get("memoryReservation"))


def _without_memory(subject: Subject, one: Container) -> Problem:
    return subject.of_service(
        one["name"], "mem_limit", "a container needs memory", "set mem_limit or mem_reservation"
    )


def modes(subject: Subject) -> Found:
    for key, field, allowed in (
        ("pid_mode", "pidMode", limits.PID_MODES[subject.launch_type]),
        ("ipc_mode", "ipcMode", limits.IPC_MODES[subject.launch_type]),
    ):
        mode = subject.definition.get(field)
        if mode and mode not in allowed:
            hint = (
                f"one of {', '.join(allowed)}"
                if allowed
                else "leave it out, or use launch type EC2"
            )
            yield subject.of_task(key, f"{subject.launch_type} has no {field} {mode}", hint)


def placement(subject: Subject) -> Found:
    constraints = subject.definition.get("placementConstraints") or ()
    if constraints and subject.fargate:
        yield subject.of_task(
            "placement_constraints", "Fargate places tasks itself", "leave them out"
        )
    if len(constraints) > limits.MAX_PLACEMENT_CONSTRAINTS:
        yield subject.of_task(
            "placement_constraints", f"more than {limits.MAX_PLACEMENT_CONSTRAINTS}"
        )
    for constraint in constraints:
        if constraint.get("type") != "memberOf" or not constraint.get("expression"):
            yield subject.of_task(
                "placement_constraints",
                "a task definition takes memberOf with an expression",
                "type: memberOf",
            )


def tags(subject: Subject) -> Found:
    given = subject.definition.get("tags") or ()
    place = subject.extra("tags")
    if len(given) > limits.MAX_TAGS:
        yield Problem("--tags", f"{len(given)} tags; {limits.MAX_TAGS} at most", place)
    for tag in given:
        key, value = tag.get("key") or "", tag.get("value") or ""
        if key.lower().startswith(limits.RESERVED_TAG_PREFIX):
            yield Problem(
                "--tags", f"{key}: names in aws: belong to AWS", place, "choose another name"
            )
        elif len(key) not in limits.TAG_KEY_LENGTH or len(value) not in limits.TAG_VALUE_LENGTH:
            yield Problem(
                "--tags",
                f'"{key}" is too long or empty',
                place,
                "keys of 1 to 128, values of up to 256 characters",
            )
        elif not limits.TAG_TEXT.fullmatch(key) or not limits.TAG_TEXT.fullmatch(value):
            yield Problem(
                "--tags",
                f'"{key}" has a character that tags cannot have',
                place,
                "letters, digits, spaces and + - = . _ : / @",
            )


def cycles(subject: Subject) -> Found:
    edges = {
        one["name"]: [
            edge["containerName"]
            for edge in one.get("dependsOn") or ()
            if edge["containerName"] != one["name"]
        ]
        for one in subject.containers
    }
    try:
        TopologicalSorter(edges).prepare()
    except CycleError as error:
        loop = sorted(set(error.args[1]))
        yield subject.of_service(
            loop[0], "depends_on", f"a circle: {' and '.join(loop)} wait for each other"
        )


def length(subject: Subject) -> Found:
    written = len(
        json.dumps(
            subject.definition, ensure_ascii=False, separators=(",", ":"), default=str
        ).encode()
    )
    if written > limits.MAX_TASK_DEFINITION_BYTES:
        yield Problem(
            "services",
            f"the task definition has {written} bytes; {limits.MAX_TASK_DEFINITION_BYTES} at most",
            where(subject.project.tree, "services"),
            "move long values out of environment, to a file in S3 or to SSM parameters",
        )


RULES = (family, containers, size, shares, modes, placement, tags, cycles, length)

"""The size of a task as limits of its containers. Pure.

ECS limits all containers of a task together. An engine limits containers one by one, so each of
them may use as much as the whole task.
"""

from __future__ import annotations

from ecscli.sandbox.docker.options import MEBIBYTE
from ecscli.sandbox.ecs.model import Task
from ecscli.sandbox.shapes import Json

CPU_UNITS, NANO = 1024, 1_000_000_000


def limits(task: Task, options: Json, processors: int) -> Json:
    """The options that the task's size adds to, or lowers of, those of a container."""
    found: Json = {}
    memory, cpu = size(task, "memory"), size(task, "cpu")
    if memory:
        whole = memory * MEBIBYTE
        found["mem_limit"] = min(options.get("mem_limit", whole), whole)
    if cpu:
        found["nano_cpus"] = min(cpu * NANO // CPU_UNITS, processors * NANO)
    return found


def size(task: Task, member: str) -> int:
    """CPU units or MiB of the whole task; 0 without."""
    given = task.overrides.get(member) or task.definition.document.get(member)
    return int(given or 0)

"""Where the traffic for a container of a task goes."""

from __future__ import annotations

from collections.abc import Callable

from ecscli.sandbox.ecs.model import Task


def quietly(action: Callable[..., object], *args: object) -> None:
    """Deregistering what somebody else has removed is no failure."""
    try:
        action(*args)
    except Exception:
        return


def address_of(task: Task, container: str, port: int | None) -> tuple[str, int] | None:
    """Where traffic for a container's port goes: the task's own address, or the instance and its
    host port."""
    if task.private_ip:
        return task.private_ip, port or 0
    for one in task.containers:
        for binding in one.bindings if one.name == container else ():
            if port in (None, binding["containerPort"]) and task.instance:
                return task.instance.ec2_id, binding["hostPort"]
    return None

"""The containers of a task and who waits for whom -> `essential` of each container."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from ecscli.base.documents import Document, Draft
from ecscli.compose.task.scene import Scene

ENDS_FIRST = ("SUCCESS", "COMPLETE")  # conditions of containers that end while the task runs


def mark_essential(containers: Sequence[Draft], scene: Scene) -> None:
    """Make each container essential unless ecs-params says otherwise, or another one waits for its
    end."""
    awaited: set[str] = set()
    if not scene.exact:
        awaited = awaited_to_end(containers)
        _check_health_checks(containers, scene)
    for container in containers:
        name = container["name"]
        given = scene.params.of(name).essential
        container.setdefault("essential", name not in awaited if given is None else given)
    if containers and not any(container["essential"] for container in containers):
        scene.findings.error(
            "Task definition does not have any essential containers",
            scene.params.where("task_definition", "services"),
            "leave at least one container essential",
        )


def awaited_to_end(containers: Iterable[Document]) -> set[str]:
    """The containers whose end others wait for."""
    return {name for _, name, condition in _edges(containers) if condition in ENDS_FIRST}


def _check_health_checks(containers: Sequence[Document], scene: Scene) -> None:
    """Who is to become healthy needs a health check."""
    checked = {container["name"] for container in containers if "healthCheck" in container}
    services = {service.name: service for service in scene.project.services}
    for waiting, name, condition in _edges(containers):
        if condition != "HEALTHY" or name in checked:
            continue
        scene.findings.error(
            f"{name} has no healthcheck, so ECS never finds it healthy",
            services[waiting].where("depends_on", name),
            f"give {name} a healthcheck; ECS does not use that of the image",
            key=f"services.{waiting}.depends_on",
        )


def _edges(containers: Iterable[Document]) -> Iterator[tuple[str, str, str]]:
    """(who waits, for whom, for which condition)"""
    for container in containers:
        for edge in container.get("dependsOn", ()):
            yield container["name"], edge["containerName"], edge["condition"]

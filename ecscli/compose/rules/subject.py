"""What a rule looks at, and what it says: the request, the launch type, and the way back to the
files."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any, NamedTuple

from ecscli.base.documents import Document
from ecscli.base.errors import Finding
from ecscli.base.marks import Mark, where
from ecscli.base.records import record
from ecscli.compose.ecs.limits import FARGATE
from ecscli.compose.params.read import EcsParams
from ecscli.compose.project.model import Project, Service

Container = Document


class Problem(NamedTuple):
    """One rule that is broken: `path` in the words of the file, `severity` is error or warning."""

    path: str
    message: str
    where: Mark | None = None
    hint: str | None = None
    severity: str = "error"

    def finding(self) -> Finding:
        return Finding(f"{self.path}: {self.message}", self.where, self.hint)


@record
class Subject:
    """One request on one launch type, with its containers and their services by name."""

    definition: Document
    launch_type: str
    project: Project
    params: EcsParams
    containers: Sequence[Container]
    named: Mapping[str, Container]
    services: Mapping[str, Service]
    ports: Mapping[
        tuple[Any, ...], Mark | None
    ]  # (service, container port, host port), (service, container port)

    @classmethod
    def of(
        cls,
        definition: Document,
        launch_type: str,
        project: Project,
        params: EcsParams | None,
    ) -> Subject:
        containers = definition.get("containerDefinitions", ())
        named = {one["name"]: one for one in containers}
        services = {service.name: service for service in project.services}
        ports: dict[tuple[Any, ...], Mark | None] = {}
        for service in project.services:
            for port in service.ports:
                ports.setdefault((service.name, port.target, port.published), port.mark)
                ports.setdefault((service.name, port.target), port.mark)
        return cls(
            definition,
            launch_type,
            project,
            params or EcsParams(),
            containers,
            named,
            services,
            ports,
        )

    @property
    def names(self) -> Collection[str]:
        return self.named.keys()

    @property
    def fargate(self) -> bool:
        return self.launch_type == FARGATE

    @property
    def network_mode(self) -> str:
        return str(self.definition.get("networkMode") or ("awsvpc" if self.fargate else "bridge"))

    def of_service(self, name: str, key: str, message: str, hint: str | None = None) -> Problem:
        """A problem of one key of a service; `key` may go deeper with dots."""
        return Problem(f"services.{name}.{key}", message, self.place(name, *key.split(".")), hint)

    def of_port(
        self, name: str, mapping: Document, message: str, hint: str | None = None
    ) -> Problem:
        """A problem of one port of a service."""
        inner, outer = mapping.get("containerPort"), mapping.get("hostPort") or None
        place = self.ports.get((name, inner, outer)) or self.ports.get((name, inner))
        problem = self.of_service(name, "ports", message, hint)
        return problem._replace(where=place or problem.where)

    def of_mount(self, name: str, path: str, message: str, hint: str | None = None) -> Problem:
        """A problem of the last mount of a service at `path`."""
        written = self.services.get(name)
        places = [
            mount.mark for mount in (written.volumes if written else ()) if mount.target == path
        ]
        problem = self.of_service(name, "volumes", message, hint)
        return problem._replace(where=next(reversed(places), None) or problem.where)

    def of_task(self, key: str, message: str, hint: str | None = None) -> Problem:
        """A problem of the task as a whole; `key` is that of ecs-params below task_definition."""
        place = self.params.where("task_definition", *key.split("."))
        return Problem(f"task_definition.{key}", message, place or self._project_place(), hint)

    def of_run(self, key: str, message: str, hint: str | None = None) -> Problem:
        """A problem of how tasks are run; `key` is that of ecs-params below run_params."""
        place = self.params.where("run_params", *key.split(".")) or self._project_place()
        return Problem(f"run_params.{key}", message, place, hint)

    def place(self, name: str, *path: str) -> Mark | None:
        """Where a value of a container was written: in ecs-params where that has the key, else in
        Compose."""
        own = _section(self.params.tree, "task_definition", "services", name)
        if path[0] in own:
            return where(own, *path)
        service = self.services.get(name)
        return service.where(*path) if service else self.extra("containerDefinitions")

    def extra(self, field: str) -> Mark | None:
        """Where `task_definition_extra` of ecs-params has a field of the request; None where it
        does not."""
        given = _section(self.params.tree, "task_definition", "task_definition_extra")
        return where(given, field) if field in given else None

    def _project_place(self) -> Mark | None:
        return where(self.project.tree, "services")


def _section(tree: Any, *path: str) -> Document:
    for step in path:
        tree = tree.get(step) if isinstance(tree, dict) else None
    return tree if isinstance(tree, dict) else {}


def listed(names: Collection[str]) -> str:
    """Names for a hint, in a stable order."""
    return ", ".join(sorted(names))

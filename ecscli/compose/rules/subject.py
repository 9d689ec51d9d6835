"""What a rule looks at, and what it reports: the request, the launch type, and the way back to the
files."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

from ecscli.base.documents import Document
from ecscli.base.errors import Finding
from ecscli.base.limits import FARGATE
from ecscli.base.marks import Mark, where
from ecscli.base.records import field, record
from ecscli.compose.ecs.agent_role import ExecutionRole
from ecscli.compose.params.read import EcsParams
from ecscli.compose.project.model import Project

PortKey = tuple[str, int, int | None]  # service, container port, host port


class Problem(NamedTuple):
    """One rule that is broken: `path` in the words of the file, `severity` is error or warning.

    `fatal`: no task could start, so that ecs-cli refused to run it as well.
    """

    path: str
    message: str
    where: Mark | None = None
    hint: str | None = None
    severity: str = "error"
    fatal: bool = False

    def finding(self) -> Finding:
        return Finding.about(self.path, self.message, self.where, self.hint)

    def as_warning(self) -> Problem:
        """The same problem where ECS accepts it, and it does not work or has no effect."""
        return self._replace(severity="warning")

    def as_fatal(self) -> Problem:
        """The same problem where no task could start, in files of ecs-cli too."""
        return self._replace(fatal=True)


@record
class Container:
    """One container definition of the request; an absent field and an empty one are the same."""

    definition: Document
    subject: Subject

    @property
    def name(self) -> str:
        return str(self.definition.get("name") or "")

    def text(self, field: str) -> str:
        return str(self.definition.get(field) or "")

    def number(self, field: str) -> int:
        return self.definition.get(field) or 0

    def items(self, field: str) -> Sequence[Document]:
        return self.definition.get(field) or ()

    def mapping(self, field: str) -> Document:
        return self.definition.get(field) or {}

    @property
    def linux(self) -> Document:
        return self.mapping("linuxParameters")

    def problem(self, key: str, message: str, hint: str | None = None) -> Problem:
        """A problem of one key of the service; `key` may go deeper with dots."""
        place = self.subject.place(self.name, *key.split("."))
        return Problem(f"services.{self.name}.{key}", message, place, hint)

    def port_problem(self, mapping: Document, message: str, hint: str | None = None) -> Problem:
        """A problem of one port of the service."""
        inner, outer = mapping.get("containerPort") or 0, mapping.get("hostPort") or None
        ports = self.subject.ports
        place = ports.get((self.name, inner, outer)) or ports.get((self.name, inner, None))
        problem = self.problem("ports", message, hint)
        return problem._replace(where=place or problem.where)

    def mount_problem(self, path: str, message: str, hint: str | None = None) -> Problem:
        """A problem of the last mount of the service at `path`."""
        service = self.subject.services.get(self.name)
        mounts = service.volumes if service else ()
        places = [mount.mark for mount in mounts if mount.target == path]
        problem = self.problem("volumes", message, hint)
        return problem._replace(where=places[-1] if places else problem.where)


@record
class Run:
    """How tasks are run: the `fields` of CreateService, which RunTask takes in part, by field the
    flag that gives it, and what was found of an execution role; None where nobody looked.
    `makes_task_role`: the support stack will have a role for the containers. `own_name`: the one by
    which DNS finds these tasks, also from within."""

    fields: Document = field(default_factory=dict)
    flags: Mapping[str, str] = field(default_factory=dict)
    execution_role: ExecutionRole | None = None
    makes_task_role: bool = False
    own_name: str = ""


class Subject:
    """One request on one launch type, with its containers and their services by name, and how it
    is run."""

    def __init__(
        self,
        definition: Document,
        launch_type: str,
        project: Project,
        params: EcsParams,
        run: Run | None = None,
    ) -> None:
        self.definition = definition
        self.launch_type = launch_type
        self.project = project
        self.params = params
        self.run = run or Run()
        self.services = {service.name: service for service in project.services}
        self.ports = _ports_of(project)
        self.containers = tuple(
            Container(one, self) for one in definition.get("containerDefinitions", ())
        )
        self.named = {one.name: one for one in self.containers}

    @property
    def names(self) -> Collection[str]:
        return self.named.keys()

    @property
    def reproduces_ecs_cli(self) -> bool:
        return self.project.dialect.reproduces_ecs_cli

    @property
    def fargate(self) -> bool:
        return self.launch_type == FARGATE

    @property
    def network_mode(self) -> str:
        default = "awsvpc" if self.fargate else "bridge"
        return str(self.definition.get("networkMode") or default)

    def items(self, field: str) -> Sequence[Document]:
        return self.definition.get(field) or ()

    def of_task(self, key: str, message: str, hint: str | None = None) -> Problem:
        """A problem of the task as a whole; `key` is that of ecs-params below task_definition."""
        place = self.params.where("task_definition", *key.split("."))
        return Problem(f"task_definition.{key}", message, place or self._project_place(), hint)

    def of_shared(
        self, key: str, service_key: str, message: str, hint: str | None = None
    ) -> Problem:
        """A problem of what the containers share: of the task where ecs-params has `key`, else of
        the first service with `service_key`."""
        if self.params.where("task_definition", key) == self.params.where("task_definition"):
            for service in self.project.services:
                if service_key in service.tree:
                    place = service.where(service_key)
                    return Problem(f"services.{service.name}.{service_key}", message, place, hint)
        return self.of_task(key, message, hint)

    def of_project(self, message: str, hint: str | None = None) -> Problem:
        """A problem of all services together."""
        return Problem("services", message, self._project_place(), hint)

    def place(self, name: str, *path: str) -> Mark | None:
        """Where a value of a container was written: in ecs-params where that has the key, else in
        Compose."""
        own = section(self.params.tree, "task_definition", "services", name)
        if path[0] in own:
            return where(own, *path)
        service = self.services.get(name)
        return service.where(*path) if service else self.extra("containerDefinitions")

    def extra(self, field: str) -> Mark | None:
        """Where `task_definition_extra` of ecs-params has a field of the request; None where it
        does not."""
        given = section(self.params.tree, "task_definition", "task_definition_extra")
        return where(given, field) if field in given else None

    def _project_place(self) -> Mark | None:
        return where(self.project.tree, "services")


def _ports_of(project: Project) -> dict[PortKey, Mark | None]:
    """Where each port was written, with its host port and without."""
    places: dict[PortKey, Mark | None] = {}
    for service in project.services:
        for port in service.ports:
            places.setdefault((service.name, port.target, port.published), port.mark)
            places.setdefault((service.name, port.target, None), port.mark)
    return places


def section(tree: object, *path: str) -> Document:
    """The mapping at a path of keys; empty where there is none."""
    for step in path:
        tree = tree.get(step) if isinstance(tree, dict) else None
    return tree if isinstance(tree, dict) else {}


def listed(names: Collection[str]) -> str:
    """Names for a hint, in a stable order."""
    return ", ".join(sorted(names))

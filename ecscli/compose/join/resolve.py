"""A merged tree -> the typed services that take part and the project around them, nothing left to
look up."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TypeAlias, TypeVar

from ecscli.base.errors import Finding
from ecscli.base.marks import Map, Mark
from ecscli.compose.join.environment import service_environment, service_labels
from ecscli.compose.join.merge import copy_map
from ecscli.compose.join.select import Selection
from ecscli.compose.project.model import Project, Service
from ecscli.compose.project.typed import (
    build_file_source,
    build_network,
    build_service,
    build_volume,
)
from ecscli.compose.read.reader import Journal
from ecscli.compose.read.setting import Setting
from ecscli.compose.text.withheld import HINT, Withheld, problem

T = TypeVar("T")
Build: TypeAlias = Callable[[str, Map | None, Mark | None], T]  # name, body, place


def fill_environment(tree: Map, variables: Mapping[str, str]) -> None:
    """Names without a value in an included project take the variables of its own env files."""
    for body in _services(tree):
        environment = body.get("environment")
        if isinstance(environment, Map):
            _fill(environment, variables)


def _fill(environment: Map, variables: Mapping[str, str]) -> None:
    for name, value in environment.items():
        if value is None and name in variables:
            environment[name] = variables[name]


def complete_dependencies(tree: Map) -> None:
    """Writes the defaults into `depends_on`: after merging, so that what one file leaves out is
    taken from the file or the service below it."""
    for body in _services(tree):
        depends = body.get("depends_on") or {}
        for name, entry in depends.items():
            depends[name] = copy_map(entry)
            depends[name].setdefault("condition", "service_started")
            depends[name].setdefault("required", True)


def complete_contexts(tree: Map, directory: str) -> None:
    """A build without a context starts at the directory of the project that it is written in."""
    for body in _services(tree):
        build = body.get("build")
        if isinstance(build, Map) and "context" not in build:
            body["build"] = copy_map(build)
            body["build"]["context"] = directory


def _services(tree: Map) -> Iterator[Map]:
    """The services that can be read."""
    services = tree.get("services")
    for body in services.values() if isinstance(services, Map) else ():
        if isinstance(body, Map):
            yield body


def resolve_services(tree: Map, selection: Selection, setting: Setting) -> tuple[Service, ...]:
    """The typed services that take part, their environment read from files and shell."""
    services = tree.get("services") or {}
    bodies = {name: services.get(name) for name in selection.active}
    return tuple(
        _resolve(name, body, selection, setting)
        for name, body in bodies.items()
        if isinstance(body, Map)
    )


def _resolve(name: str, body: Map, selection: Selection, setting: Setting) -> Service:
    path = f"services.{name}"
    environment = service_environment(body, path, setting)
    labels = service_labels(body, path, setting)
    body = complete_build(drop_absent_dependencies(body, selection), path, setting)
    return build_service(name, body, environment, labels)


def drop_absent_dependencies(body: Map, selection: Selection) -> Map:
    """`required: false` dependencies on services that do not take part fall away."""
    depends = body.get("depends_on")
    if not isinstance(depends, Map) or not any(name in selection.disabled for name in depends):
        return body
    kept = copy_map(depends)
    for name in depends:
        if name in selection.disabled:
            del kept[name]
    smaller = copy_map(body)
    if kept:
        smaller["depends_on"] = kept
    else:
        del smaller["depends_on"]
    return smaller


def complete_build(body: Map, path: str, setting: Setting) -> Map:
    """A build without a context starts at the project directory; arguments without a value take
    their variable's."""
    build = body.get("build")
    if not isinstance(build, Map):
        return body
    whole = copy_map(build)
    whole.setdefault("context", setting.directory)
    args = build.get("args")
    if isinstance(args, Map):
        whole["args"] = copy_map(args)
        whole["args"].update(_open_arguments(args, f"{path}.build.args", setting))
    completed = copy_map(body)
    completed["build"] = whole
    return completed


def _open_arguments(args: Map, path: str, setting: Setting) -> dict[str, str | None]:
    """The values of the variables that arguments without a value are named for."""
    found = {name: setting.variables.get(name) for name, value in args.items() if value is None}
    for name, value in found.items():
        if isinstance(value, Withheld):
            setting.journal.wrong(problem(name), args.keys_at.get(name) or args.mark, path, HINT)
    return found


def build_project(tree: Map, services: tuple[Service, ...], setting: Setting) -> Project:
    """The project, but for what only the command line knows: its name, its files and what was left
    out."""
    return Project(
        name="",
        directory=setting.directory,
        files=(),
        dialect=setting.dialect,
        services=services,
        tree=tree,
        volumes=build_entries(tree, "volumes", build_volume),
        networks=build_entries(tree, "networks", build_network),
        configs=build_entries(tree, "configs", build_file_source),
        secrets=build_entries(tree, "secrets", build_file_source),
        warnings=_warnings(setting.journal),
        variables=setting.variables,
        within=setting.within,
    )


def _warnings(journal: Journal) -> tuple[Finding, ...]:
    return tuple(dict.fromkeys(journal.warnings.counted()))


def build_entries(tree: Map, section: str, build: Build[T]) -> dict[str, T]:
    """The entries of a top-level section by name, each built from its body and place."""
    entries = tree.get(section)
    if not isinstance(entries, Map):
        return {}
    return {
        name: build(name, body, entries.keys_at.get(name))
        for name, body in entries.items()
        if not name.startswith("x-")
    }

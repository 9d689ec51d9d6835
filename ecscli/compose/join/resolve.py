"""A merged tree -> the typed services that take part and the project around them, nothing left to
look up."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from ecscli.base.documents import Draft
from ecscli.base.errors import Finding
from ecscli.base.marks import Map
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


def fill_environment(tree: Map, variables: Mapping[str, str]) -> None:
    """Names without a value in an included project take the variables of its own env files."""
    for body in _services(tree):
        environment = body.get("environment")
        if isinstance(environment, Map):
            for name, value in environment.items():
                if value is None and name in variables:
                    environment[name] = variables[name]


def complete_dependencies(tree: Map) -> None:
    """Writes the defaults into `depends_on`: after merging, so that what one file leaves out is
    taken from the file or the service below it."""
    for body in _services(tree):
        for name, entry in (body.get("depends_on") or {}).items():
            body["depends_on"][name] = copy_map(entry)
            body["depends_on"][name].setdefault("condition", "service_started")
            body["depends_on"][name].setdefault("required", True)


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
    found: list[Service] = []
    services = tree.get("services")
    for name in selection.active:
        path, body = f"services.{name}", services[name] if services else None
        if not isinstance(body, Map):
            continue
        environment = service_environment(body, path, setting)
        labels = service_labels(body, path, setting)
        body = complete_build(drop_absent_dependencies(body, selection), path, setting)
        found.append(build_service(name, body, environment, labels))
    return tuple(found)


def drop_absent_dependencies(body: Map, selection: Selection) -> Map:
    """`required: false` dependencies on services that do not take part fall away."""
    depends = body.get("depends_on")
    if not isinstance(depends, Map) or not any(name in selection.disabled for name in depends):
        return body
    kept, smaller = copy_map(depends), copy_map(body)
    for name in depends:
        if name in selection.disabled:
            del kept[name]
    smaller["depends_on"] = kept
    if not kept:
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


def build_entries(tree: Map, section: str, build: Callable[..., Any]) -> Draft:
    entries = tree.get(section)
    if not isinstance(entries, Map):
        return {}
    return {
        name: build(name, body, entries.keys_at.get(name))
        for name, body in entries.items()
        if not name.startswith("x-")
    }

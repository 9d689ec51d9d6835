"""A Compose project of the user's -> what ECS adds to its containers on this machine. The project
itself stays Docker Compose's: images, mounts, ports, profiles."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from typing import Any

from ecscli.base.errors import InputError
from ecscli.base.findings import Findings
from ecscli.compose.find.choose import choose_sources
from ecscli.compose.find.options import LoadOptions
from ecscli.compose.project.model import Project, Service
from ecscli.compose.read.reader import Journal
from ecscli.compose.task.definition import TaskSettings, translate
from ecscli.local.definition.fields import secret_variable
from ecscli.local.secrets import Wanted, parse
from ecscli.local.stack import Member, Stack, mebibytes, units
from ecscli.workflows.definition.translation import launch_of
from ecscli.workflows.project import ProjectRequest, as_task, load_files

PROJECT = "project"
#: What is otherwise than on ECS, for whoever starts a project here.
DIFFERENCES = (
    "Docker runs these containers, not ECS: host paths are mounted, the size of the task is no"
    " limit without --limits, health checks of images count, and roles are assumed by you."
)


def is_there(options: LoadOptions) -> bool:
    """Whether a Compose project is found."""
    try:
        choose_sources(options, Journal())
    except InputError:
        return False
    return True


def from_project(request: ProjectRequest) -> Stack:
    """The stack of a project: its own files, and of each active service what its task definition
    says. What ECS would refuse is no matter here."""
    project, params, creds = load_files(request)
    if project.errors:
        raise InputError.of(project.errors)
    params = as_task(params)
    settings = TaskSettings(
        launch_of(request.settings),
        task_role_arn=request.task_role_arn,
        creds=creds,
        region=request.settings.region.value,
    )
    findings = Findings()
    task = translate(project, params, settings, findings).request
    count = len(list(findings.errors))
    refused = (f"ECS would not take this project: `ecscli compose check` finds {count} error(s)",)
    notices = (*(refused if count else ()), DIFFERENCES)
    files = _paths(request.source)
    value = files[0] if files else project.directory
    members = tuple(_members(project, task))
    version = str(project.tree.get("version") or "")
    external = dict(_external(project, members))
    return Stack(
        PROJECT,
        value,
        request.directory,
        tuple(files),
        members,
        version,
        external,
        notices,
        params.local_accounts,
    )


def _paths(source: LoadOptions | Project) -> list[str]:
    """The files that Docker Compose is to read. Raises InputError for standard input."""
    if isinstance(source, Project):
        return list(source.files)
    found = choose_sources(source, Journal()).files
    if any(one.name == "<stdin>" for one in found):
        raise InputError("a project on standard input cannot be started", None, "name its file")
    return [os.path.join(one.directory, os.path.basename(one.name)) for one in found]


def _members(project: Project, task: Mapping[str, Any]) -> Iterator[Member]:
    definitions = {one["name"]: one for one in task.get("containerDefinitions") or ()}
    for service in project.services:
        definition = definitions.get(service.name, {})
        yield _member(service, definition, task)


def _member(service: Service, definition: Mapping[str, Any], task: Mapping[str, Any]) -> Member:
    mode = service.network_mode or ""
    secrets = tuple(
        Wanted(
            service.name,
            one["name"],
            secret_variable(service.name, one["name"]),
            one["valueFrom"],
        )
        for one in definition.get("secrets") or ()
        if parse(one["valueFrom"]) is not None
    )
    return Member(
        service.name,
        secrets,
        tuple(one["value"] for one in definition.get("environmentFiles") or ()),
        frozenset(name for name, _ in service.environment),
        definition.get("essential") is not False,
        has_network=mode != "none",
        joins=not mode,
        shares_network=bool(mode),
        networks=tuple(one.name for one in service.networks),
        role=str(task.get("taskRoleArn") or ""),
        family=str(task.get("family") or ""),
        cpu=units(task.get("cpu")),
        memory=mebibytes(task.get("memory")),
        log_driver=(service.logging.driver or "") if service.logging else "",
    )


def _external(project: Project, members: tuple[Member, ...]) -> Iterator[tuple[str, str]]:
    """The secrets of the project that are kept in AWS, with a variable that has the value: Docker
    Compose knows no external ones."""
    variables = {one.reference: one.variable for member in members for one in member.secrets}
    for name, row in (project.tree.get("secrets") or {}).items():
        if isinstance(row, Mapping) and row.get("external"):
            reference = str(row.get("name") or name)
            if reference in variables:
                yield name, variables[reference]

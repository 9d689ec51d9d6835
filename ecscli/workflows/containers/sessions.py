"""A container of a project -> the session with it, ready to be handed over to the Session Manager
plugin, or to docker where the sandbox runs real containers."""

from __future__ import annotations

from collections.abc import Generator, Mapping, Sequence
from typing import TYPE_CHECKING

from ecscli.base.errors import EcsCliError, InputError
from ecscli.base.records import record
from ecscli.compose.layout.arrangement.names import clean
from ecscli.ops.engine import docker_command, find_docker, is_here
from ecscli.ops.places import ContainerPlace, find_place
from ecscli.ops.plugin import Plugin, find_plugin
from ecscli.ops.sessions import execute, forward, parse_ports, plugin_command
from ecscli.up.model import Event, task_id
from ecscli.workflows.project import (
    Connect,
    ProjectRequest,
    has_services,
    load,
    refuse_unknown,
)
from ecscli.workflows.services.members import names_with

if TYPE_CHECKING:
    from ecscli.aws.client import Aws

SHELL = ("/bin/sh",)


@record
class OpenSession:
    """The program that takes the session over, and the variables that it needs."""

    arguments: Sequence[str]
    variables: Mapping[str, str]


def open_shell(
    connect: Connect,
    request: ProjectRequest,
    service: str,
    task: str | None,
    command: Sequence[str],
) -> Generator[Event, None, OpenSession]:
    """Start a command, or a shell, in the container of a service: in this task, or in the newest
    that runs."""
    aws, environment = connect(), request.environment
    docker = find_docker(aws, environment)
    plugin = None if docker else _plugin(request, service)
    place, tasks = _place(aws, request, service, task)
    more = f", the newest of {tasks} tasks" if tasks > 1 and not task else ""
    yield Event(f"Container {service} of task {task_id(place.task)}{more}")
    session = execute(aws, place, command or SHELL)
    if docker and is_here(session):
        return OpenSession(*docker_command(docker, session, command or SHELL, environment))
    plugin = plugin or find_plugin(environment)
    return OpenSession(*plugin_command(plugin, aws, place, session))


def _plugin(request: ProjectRequest, service: str) -> Plugin:
    """The plugin. Where it is missing and the service is too, the service comes first: that is a
    typing error."""
    try:
        return find_plugin(request.environment)
    except EcsCliError:
        _check_known(request, service)
        raise


def _place(
    aws: Aws, request: ProjectRequest, service: str, task: str | None
) -> tuple[ContainerPlace, int]:
    """The container, and how many tasks have it; where none is found, an unknown service is the
    error."""
    try:
        return find_place(aws, names_with(request, service), clean(service), task)
    except InputError:
        _check_known(request, service)
        raise


def _check_known(request: ProjectRequest, service: str) -> None:
    """Raise InputError where the project has no such service."""
    if has_services(request):
        names_with(request, service)
    else:
        refuse_unknown(load(request), [service])


def open_port(
    connect: Connect, request: ProjectRequest, service: str, task: str | None, ports: str
) -> Generator[Event, None, OpenSession]:
    """Forward LOCAL:REMOTE: a port of this machine to one of the container of a service."""
    local, remote = parse_ports(ports)
    plugin, aws = _plugin(request, service), connect()
    place, _ = _place(aws, request, service, task)
    session = forward(aws, place, local, remote)
    opened = OpenSession(*plugin_command(plugin, aws, place, session))
    yield Event(f"127.0.0.1:{local} leads to port {remote} of {service}; Ctrl-C ends it")
    return opened

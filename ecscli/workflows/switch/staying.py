"""A project that is brought down in one layout -> a warning of the ECS services that it has in the
other one, which stay."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from ecscli.base.errors import EcsCliError, Finding, InputError
from ecscli.compose.layout.arrangement.arrange import arrange
from ecscli.compose.layout.choose import SERVICES, TASK
from ecscli.compose.project.model import Project
from ecscli.up.model import Plan
from ecscli.up.project.other_layout import named_services
from ecscli.up.service.names import Names
from ecscli.workflows.project import ProjectRequest, compose_command, load_files
from ecscli.workflows.services.request import services_of
from ecscli.workflows.switch.others import task_service, unread

if TYPE_CHECKING:
    from types_boto3_ecs.type_defs import ServiceTypeDef

    from ecscli.aws.client import Aws

ENDS = {TASK: "service rm", SERVICES: "down"}  # the command that deletes services of a layout


def task_stays(aws: Aws, names: Names, project: Project) -> Plan:
    """The warning of the service of layout task, as a plan without calls."""
    return _warning(names, TASK, lambda: task_service(aws, names, project))


def services_stay(aws: Aws, names: Names, request: ProjectRequest) -> Plan:
    """The warning of the services of layout services that the files have."""
    try:
        project, params, _ = load_files(request)
    except InputError:
        return Plan()  # what goes does not need these files
    known = [*services_of(arrange(project, params), request.settings).values()]
    return _warning(names, SERVICES, lambda: named_services(aws, names, known))


def _warning(names: Names, layout: str, read: Callable[[], Sequence[ServiceTypeDef]]) -> Plan:
    """What stays, or why it could not be looked up."""
    try:
        found = read()
    except EcsCliError as error:
        return Plan((), (unread(layout, error),))
    active = [str(one["serviceName"]) for one in found if one.get("status") == "ACTIVE"]
    return Plan((), (stays(names, layout, active),) if active else ())


def stays(names: Names, layout: str, services: Sequence[str]) -> Finding:
    """That services of another layout are there, and how they are deleted."""
    word = "service" if len(services) == 1 else "services"
    message = f"{word} {', '.join(services)} of layout {layout} stay{'s' * (len(services) == 1)}"
    hint = f"delete with `{compose_command(names, ENDS[layout])} --layout {layout}`"
    return Finding(f"{message} in cluster {names.cluster}", None, hint)

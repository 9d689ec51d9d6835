"""A project that is about to be brought up in one layout -> the ECS services that it has in the
other one, which are refused: both would run side by side."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Sequence
from typing import TYPE_CHECKING

from ecscli.aws.errors import denied
from ecscli.base.errors import EcsCliError, Finding, InputError
from ecscli.compose.layout.arrangement.arrange import arrange
from ecscli.compose.layout.choose import SERVICES, TASK
from ecscli.compose.params.read import EcsParams
from ecscli.compose.project.model import Project
from ecscli.up.model import Event
from ecscli.up.project.other_layout import named_services, of_layout_task
from ecscli.up.service.names import Names
from ecscli.workflows.comparison import compared
from ecscli.workflows.events import warning
from ecscli.workflows.project import Connect, names_on_cluster, refuse
from ecscli.workflows.request import TaskRequest
from ecscli.workflows.services.request import services_of

if TYPE_CHECKING:
    from types_boto3_ecs.type_defs import ServiceTypeDef

    from ecscli.aws.client import Aws

    Read = Callable[[], Sequence[ServiceTypeDef]]

KEEP = "or keep the layout that it has by --layout"
SWITCH = "`ecscli compose service up --switch-layout` puts the services of this layout in its place"


def refuse_layout_task(
    connect: Connect, request: TaskRequest, project: Project
) -> Generator[Event, None, None]:
    """Raise InputError where the project has the service of layout task on the cluster."""
    names = names_on_cluster(project, request.project.settings)
    yield from _refuse(request, lambda: task_service(connect(), names, project), TASK)


def refuse_layout_services(
    connect: Connect, request: TaskRequest, project: Project, params: EcsParams
) -> Generator[Event, None, None]:
    """Raise InputError where services of the files have ECS services of their own on the
    cluster."""
    names = names_on_cluster(project, request.project.settings)
    known = [*services_of(arrange(project, params), request.project.settings).values()]
    yield from _refuse(request, lambda: named_services(connect(), names, known), SERVICES)


def refuse_beside_tasks(
    connect: Connect, request: TaskRequest, project: Project, params: EcsParams
) -> Generator[Event, None, None]:
    """The same for tasks that no service runs, which take the place of no service."""
    if request.switch and request.switch.switch_layout:
        message = "--switch-layout: tasks that no service runs take the place of no service"
        raise InputError(message, None, "use `ecscli compose service up --switch-layout`")
    yield from refuse_layout_services(connect, request, project, params)


def _refuse(request: TaskRequest, read: Read, layout: str) -> Generator[Event, None, None]:
    """Raise InputError where something is there; who may not look goes on with a warning."""
    try:
        nothing: Sequence[ServiceTypeDef] = ()
        found, _ = compared(request, read, nothing)
    except EcsCliError as error:
        yield warning(unread(layout, error))
        return
    refuse(find_both(found, layout, request.project.settings.need_cluster()))


def task_service(aws: Aws, names: Names, project: Project) -> list[ServiceTypeDef]:
    """The service of layout task, where there is one of this project."""
    found = of_layout_task(aws, names, [service.name for service in project.services])
    return [found.service] if found else []


def unread(layout: str, error: EcsCliError) -> Finding:
    """The warning of who may not look what a layout has. Raises an error of another kind."""
    if not denied(error):
        raise error
    return Finding(f"whether layout {layout} runs could not be looked up: {next(error.lines())}")


def find_both(services: Sequence[ServiceTypeDef], layout: str, cluster: str) -> Iterator[Finding]:
    """Why a project cannot be brought up: it has these services in another layout, unless they were
    deleted and only stop their last tasks."""
    active = [one for one in services if one.get("status") == "ACTIVE"]
    if active:
        names = ", ".join(str(one["serviceName"]) for one in active)
        word = "service" if len(active) == 1 else "services"
        message = f"the project has {word} {names} of layout {layout} in cluster {cluster}"
        yield Finding(message, active[0].get("serviceArn"), f"{SWITCH}, {KEEP} {layout}")

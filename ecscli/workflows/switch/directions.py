"""The two directions of a switch: what a project has in its other layout -> the switch that is to
be done, or none; without the flag what is there is refused."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from functools import partial
from typing import TYPE_CHECKING

from ecscli.base.errors import Finding
from ecscli.base.records import replace
from ecscli.compose.layout.arrangement.arrange import arrange
from ecscli.compose.layout.arrangement.model import Arrangement
from ecscli.compose.layout.choose import SERVICES, TASK
from ecscli.compose.params.read import EcsParams
from ecscli.compose.project.model import Project
from ecscli.config.settings import Settings
from ecscli.up.discovery.live import read_leftovers
from ecscli.up.discovery.plan import plan_cleanup
from ecscli.up.model import Event
from ecscli.up.project.other_layout import of_layout_services, of_layout_task
from ecscli.up.project.switch import NewService, Switch, Waves
from ecscli.up.service.names import Names
from ecscli.up.tasks.live import project_tasks
from ecscli.workflows.project import Connect, compose_command, names_on_cluster, refuse
from ecscli.workflows.request import TaskRequest
from ecscli.workflows.services.request import ServicesRequest, ending_waves
from ecscli.workflows.switch.decide import Asked, decide
from ecscli.workflows.switch.leftovers import unused_support
from ecscli.workflows.switch.others import refuse_layout_services, refuse_layout_task
from ecscli.workflows.switch.request import unfit_for_switch

if TYPE_CHECKING:
    from ecscli.aws.client import Aws


def to_services(
    connect: Connect, request: ServicesRequest, project: Project, new: Sequence[NewService]
) -> Generator[Event, None, Switch | None]:
    """From the one service of layout task to `new` ones. Raises InputError where it is there and no
    switch is asked for."""
    if request.switch is None:
        return None
    if not request.switch.switch_layout:
        yield from refuse_layout_task(connect, request, project)
        return None
    refuse(unfit_for_switch(request.services, waits=_waits(request)))
    names = names_on_cluster(project, request.project.settings)
    asked = Asked(request, project, tuple(new))
    nothing = Switch(TASK, SERVICES, names)
    return (yield from decide(connect, asked, nothing, partial(_read_task, asked, nothing)))


def _waits(request: TaskRequest) -> bool:
    """Whether it is followed to its end; what is only shown need not be."""
    return request.dry_run or bool(request.timeout and not request.no_wait)


def _read_task(asked: Asked, nothing: Switch, aws: Aws) -> Switch:
    """The service of layout task, the stacks of its service discovery, and tasks beside it."""
    containers = [service.name for service in asked.project.services]
    found, tasks = aws.together(
        lambda: of_layout_task(aws, nothing.names, containers),
        lambda: project_tasks(aws, nothing.names, "RUNNING"),
    )
    service = {**found.service} if found else None
    leftovers = read_leftovers(aws, nothing.names, service, delete_namespace=False)
    cleanup = plan_cleanup(nothing.names, service, False, leftovers)
    old: Waves = ((found,),) if found else ()
    notices = (_tasks_stay(nothing.names, len(tasks)),) if tasks else ()
    return replace(nothing, old=old, cleanup=cleanup, notices=notices)


def _tasks_stay(names: Names, count: int) -> Finding:
    """That tasks of `compose up` are no part of a switch."""
    word = "task that no service runs stays" if count == 1 else "tasks that no service runs stay"
    hint = f"stop with `{compose_command(names, 'stop')} --layout {TASK}`"
    return Finding(f"{count} {word}", None, hint)


def to_task(
    connect: Connect,
    request: TaskRequest,
    project: Project,
    params: EcsParams,
    new: NewService,
) -> Generator[Event, None, Switch | None]:
    """From all services of layout services to the `new` one. Raises InputError where they are there
    and no switch is asked for."""
    if request.switch is None:
        return None
    if not request.switch.switch_layout:
        yield from refuse_layout_services(connect, request, project, params)
        return None
    refuse(unfit_for_switch((), waits=_waits(request)))
    settings = request.project.settings
    nothing = Switch(SERVICES, TASK, names_on_cluster(project, settings))
    asked, arrangement = Asked(request, project, (new,)), arrange(project, params)
    read = partial(_read_services, arrangement, settings, new, nothing)
    return (yield from decide(connect, asked, nothing, read))


def _read_services(
    arrangement: Arrangement, settings: Settings, new: NewService, nothing: Switch, aws: Aws
) -> Switch:
    """The services of layout services, and what they have of the support stack."""
    found = of_layout_services(aws, nothing.names)
    cleanup = unused_support(aws, nothing.names, [new.definition, new.fields]).after
    old = ending_waves(arrangement, settings, {one.name: one for one in found})
    return replace(nothing, old=old, cleanup=cleanup)

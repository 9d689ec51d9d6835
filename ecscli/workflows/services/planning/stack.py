"""The support stack of a project in layout services: what there is of it, what the project needs of
it, and which services use it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from ecscli.aws.errors import denied
from ecscli.base.documents import Document
from ecscli.base.errors import EcsCliError
from ecscli.base.records import record
from ecscli.support.balancer.transition.steps import Step
from ecscli.support.parts import Part
from ecscli.up.project.live import LiveServices, Services
from ecscli.up.project.network import ProjectNetwork
from ecscli.up.project.ownership import group_of
from ecscli.up.service.desired import WantedService, WantedTasks
from ecscli.up.service.fields import FILLED, live_value
from ecscli.up.support.live import LiveSupport, read_stack
from ecscli.up.support.stacks import WantedStack
from ecscli.workflows.services.planning.network import networks_part
from ecscli.workflows.services.planning.task_roles import live_task_roles, task_roles_of
from ecscli.workflows.services.planning.wanted import WantedProject
from ecscli.workflows.services.request import ServicesRequest

if TYPE_CHECKING:
    from types_boto3_ecs.type_defs import ServiceTypeDef

    from ecscli.aws.client import Aws


@record
class LiveAll:
    """What is live of a project: its services, its support stack, and the network around it."""

    services: LiveServices = LiveServices()
    support: LiveSupport = LiveSupport()
    network: ProjectNetwork = ProjectNetwork()


def read_own_stack(aws: Aws, wanted: WantedProject) -> LiveSupport:
    """The stack, unless it was read for its role; one that may not be read matters only where the
    project needs it."""
    if wanted.support is not None:
        return wanted.support.live
    try:
        return read_stack(aws, wanted.names)
    except EcsCliError as error:
        if not denied(error):
            raise
        return LiveSupport(denied=error)


def wanted_stack(
    wanted: WantedProject,
    live: LiveAll,
    parts: Iterable[Part],
    users: Iterable[Document],
    step: Step,
) -> WantedStack:
    """What the whole project needs, whichever services are meant, with further `parts`; `step`:
    see WantedStack."""
    role = wanted.support.part if wanted.support else Part()
    networks = networks_part(wanted, live.network, live.support)
    parts = (role, task_roles_of(wanted), networks, *parts)
    return WantedStack(wanted.names, parts, tuple(users), step)


def users_after(
    request: ServicesRequest,
    live: Services,
    changed: Iterable[WantedService | WantedTasks],
    orphans: Iterable[ServiceTypeDef],
    stack: LiveSupport,
) -> Iterator[Document]:
    """The live services as they will be: those that are changed, and those that are left alone,
    with the roles that their task definitions may have."""
    roles = live_task_roles(stack)
    wanted = {one.names.service: one for one in changed if isinstance(one, WantedService)}
    removed = {one["serviceName"] for one in orphans if request.remove_orphans}
    for name, service in live.items():
        if name in wanted:
            yield _as_wanted(service, wanted[name].fields)
        elif name not in removed:
            yield {**service, "taskRoleArn": roles.get(group_of(service))}


def _as_wanted(service: ServiceTypeDef, fields: Document) -> Document:
    """A service with the fields that it gets, without the deployments that these replace."""
    kept = {name: live_value(name, service) for name in FILLED}
    return {**service, **kept, **fields, "deployments": (), "taskSets": (), "events": ()}

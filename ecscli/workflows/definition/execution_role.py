"""A translated project whose task needs an execution role that its files do not name -> the same
with the role that is found on AWS, or that the project's support stack will make."""

from __future__ import annotations

from collections.abc import Generator, Iterable

from ecscli.base.records import record, replace
from ecscli.compose.ecs.agent_role import needs_of_execution_role
from ecscli.config.settings import Settings
from ecscli.up.model import Event
from ecscli.up.support.live import read_support
from ecscli.up.support.plan import WantedSupport, plan_support
from ecscli.up.support.rights import Place, Right, reads_of, rights
from ecscli.workflows.definition.translation import Translation
from ecscli.workflows.events import warnings
from ecscli.workflows.project import Connect, names_anywhere


@record
class RoleRequest:
    """Where the project goes; `consent`: a role may be made or changed."""

    settings: Settings
    consent: bool


def with_execution_role(
    connect: Connect, request: RoleRequest, found: Translation
) -> Generator[Event, None, Translation]:
    """The same with a role, where the task needs one and has none. Raises InputError where there
    is none and none may be made."""
    if not _lacks_role(found, request):
        return found
    definition = found.definition.request
    reads = reads_of(definition).with_more(found.reads)

    def ask(place: Place) -> Iterable[Right]:
        return rights(definition, reads, place)

    names = names_anywhere(found.project, request.settings)
    live = read_support(connect(), names, ask)
    support = plan_support(WantedSupport(names, reads, request.consent), live)
    yield from warnings(support.notices)
    return replace(found.with_role(support.role), support=support.stack)


def _lacks_role(found: Translation, request: RoleRequest) -> bool:
    """Files of ecs-cli's dialects keep what it sent, unless a role is to be made for them."""
    definition = found.definition
    if definition.request.get("executionRoleArn"):
        return False
    if found.project.dialect.reproduces_ecs_cli and not request.consent:
        return False
    launch_type = definition.launch.effective_launch_type
    return any(needs_of_execution_role(definition.request, launch_type))

"""A translated project whose task needs an execution role that its files do not name, or could
write its logs with one -> the same with the role that is found on AWS, or that the project's
support stack will make."""

from __future__ import annotations

from collections.abc import Generator, Iterable, Iterator, Sequence

from ecscli.aws.errors import is_session_over
from ecscli.base.errors import AccessError, Finding
from ecscli.base.limits import FARGATE
from ecscli.base.records import record, replace
from ecscli.compose.ecs.agent_role import ExecutionRole, Origin, needs_of_execution_role
from ecscli.compose.project.model import Project
from ecscli.compose.task.definition import TaskDefinition
from ecscli.config.settings import Settings
from ecscli.support.reads import Reads
from ecscli.up.model import Event
from ecscli.up.support.live import LiveSupport, read_support
from ecscli.up.support.plan import Support, WantedSupport, plan_support
from ecscli.up.support.rights import Place, Right, reads_of, rights
from ecscli.workflows.definition.groups import GroupTranslation, ReadSupport
from ecscli.workflows.definition.translation import Translation
from ecscli.workflows.events import warnings
from ecscli.workflows.project import Connect, names_anywhere

# With this role the definition has everything that it would have with one: logs too
PROSPECTIVE = ExecutionRole("arn:aws:iam::123456789012:role/prospective", origin=Origin.MADE)
LOGS_HINT = (
    "make the cluster with `ecscli up`, name task_definition.task_execution_role in ecs-params.yml,"
    " let --capability-iam make a role for Fargate, or leave logs out: x-ecs: {logs: none}"
)


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
    if _needs_role(found.definition):
        return (yield from _with_role(connect, request, found))
    try:
        return (yield from _with_role(connect, request, found))
    except AccessError as error:
        if is_session_over(error):
            raise
    return found  # whose logs are not kept


def _with_role(
    connect: Connect, request: RoleRequest, found: Translation
) -> Generator[Event, None, Translation]:
    needing = [found.with_role(PROSPECTIVE)]
    support, _ = yield from _supported(connect, request, found.project, needing)
    return replace(found.with_role(support.role), support=support.stack)


def with_role_of_groups(
    connect: Connect, request: RoleRequest, found: GroupTranslation
) -> Generator[Event, None, GroupTranslation]:
    """The same for the groups of a project, which share one role."""
    lacking = [one for one in found.groups.values() if _lacks_role(one, request)]
    if not lacking:
        return found
    needing = [one.with_role(PROSPECTIVE) for one in lacking]
    try:
        support, live = yield from _supported(connect, request, found.project, needing)
    except AccessError as error:
        if is_session_over(error) or any(_needs_role(one.definition) for one in lacking):
            raise
        return found  # whose logs are not kept
    return replace(found.with_role(support.role), support=ReadSupport(live, support.part))


def _supported(
    connect: Connect, request: RoleRequest, project: Project, needing: Sequence[Translation]
) -> Generator[Event, None, tuple[Support, LiveSupport]]:
    """The role for these tasks of a project, and the stack that makes or changes it; and what there
    is of that."""
    asked = [(one.definition.request, _reads(one)) for one in needing]
    reads = Reads()
    for _, more in asked:
        reads = reads.with_more(more)

    def ask(place: Place) -> Iterable[Right]:
        for definition, own in asked:
            yield from rights(definition, own, place)

    names = names_anywhere(project, request.settings)
    live = read_support(connect(), names, ask)
    support = plan_support(WantedSupport(names, reads, request.consent), live)
    yield from warnings(support.notices)
    return support, live


def _reads(found: Translation) -> Reads:
    return reads_of(found.definition.request).with_more(found.reads)


def _lacks_role(found: Translation, request: RoleRequest) -> bool:
    """Files of ecs-cli's dialects keep what it sent, unless a role is to be made for them."""
    definition = found.definition
    if definition.request.get("executionRoleArn"):
        return False
    if found.project.dialect.reproduces_ecs_cli and not request.consent:
        return False
    on_fargate = definition.launch.effective_launch_type == FARGATE
    return _needs_role(definition) or (on_fargate and bool(definition.added_logs.silent))


def _needs_role(definition: TaskDefinition) -> bool:
    launch_type = definition.launch.effective_launch_type
    return any(needs_of_execution_role(definition.request, launch_type))


def lost_logs(translations: Iterable[Translation]) -> Iterator[Event]:
    """A notice of the containers whose logs are not kept."""
    silent = [name for one in translations for name in one.definition.added_logs.silent]
    if silent:
        message = f"logs of {', '.join(silent)} are not kept: no role is known that may write them"
        yield from (Event(line) for line in Finding(message, None, LOGS_HINT).lines())

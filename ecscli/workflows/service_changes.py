"""A service that is there: its count changed, started, rolled back, waited for, deleted."""

from __future__ import annotations

from collections.abc import Generator, Iterable, Sequence
from typing import TYPE_CHECKING

from ecscli.base.documents import Document, Draft
from ecscli.base.errors import Finding, InputError
from ecscli.base.records import record
from ecscli.up.discovery.live import read_leftovers
from ecscli.up.discovery.plan import plan_cleanup
from ecscli.up.discovery.watch import wait_until_unused
from ecscli.up.model import CreateLogGroup, Event, Plan
from ecscli.up.service.desired import network_fields, network_findings
from ecscli.up.service.flags import read_flags
from ecscli.up.service.live import describe_service, existing_groups, need_service, no_service
from ecscli.up.service.log_groups import log_groups
from ecscli.up.service.names import Names
from ecscli.up.service.plan import plan_removal, plan_rollback, plan_service_scale, plan_start
from ecscli.up.service.revisions import earlier_revision
from ecscli.workflows.changes import apply_plan
from ecscli.workflows.deployment import Deployed, Waiting, until_deleted, until_deployed
from ecscli.workflows.project import (
    Connect,
    ProjectRequest,
    load_names,
    names_on_cluster,
    refuse,
)
from ecscli.workflows.request import check_timeout
from ecscli.workflows.service import ServiceRequest, by_flag
from ecscli.workflows.tasks import read_count
from ecscli.workflows.translation import Translation, observations, outline

if TYPE_CHECKING:
    from types_boto3_ecs.type_defs import ServiceTypeDef

    from ecscli.aws.client import Aws


@record
class PlannedChange:
    """What will be done to a service that is there; `service` None where it was not looked up."""

    names: Names
    plan: Plan
    waiting: Waiting
    service: ServiceTypeDef | None = None


@record
class PlannedDeletion:
    """A service that will be deleted, and then its service discovery."""

    names: Names
    service: ServiceTypeDef
    plan: Plan
    cleanup: Plan
    waiting: Waiting

    @property
    def whole(self) -> Plan:
        """Both plans as one, to show."""
        actions = (*self.plan.actions, *self.cleanup.actions)
        return Plan(actions, (*self.plan.notices, *self.cleanup.notices))


def apply(aws: Aws, planned: PlannedChange) -> Generator[Event, None, Deployed]:
    """Carry a change out, and follow the deployment to its end."""
    names = planned.names
    applied = yield from apply_plan(aws, planned.plan, f"service {names.service}")
    service = applied.service or planned.service
    assert service is not None, "a change either updates the service or has found it"
    changed = bool(planned.plan)
    return (yield from until_deployed(aws, names, service, changed, planned.waiting))


# ------------------------------------------------------------------------------- the count


def plan_count(
    request: ServiceRequest, words: Sequence[str]
) -> Generator[Event, None, PlannedChange]:
    """Plan to change the number of tasks to what the one word asks for."""
    count, wrong = read_count(words, "ecscli compose service scale COUNT")
    return (yield from _counted(request, count, wrong))


def plan_idle(request: ServiceRequest) -> Generator[Event, None, PlannedChange]:
    """Plan a count of zero; the service stays."""
    return (yield from _counted(request, 0))


def _counted(
    request: ServiceRequest, count: int, wrong: Iterable[Finding] = ()
) -> Generator[Event, None, PlannedChange]:
    translation, fields = _update_fields(request, wrong)
    names = names_on_cluster(translation.project, request.project.settings)
    yield from observations(translation)
    waiting = Waiting(request.timeout, request.no_wait, count_only=True)
    return PlannedChange(names, plan_service_scale(names, count, fields), waiting)


def _update_fields(
    request: ServiceRequest, wrong: Iterable[Finding] = ()
) -> tuple[Translation, Draft]:
    """The project, and what a change of the count sends along: the percentages of the flags and the
    network of ecs-params.

    Raises InputError with what is `wrong` already and with everything about flags and files.
    """
    flags = read_flags(by_flag(request))
    findings = [*wrong, *flags.findings, *check_timeout(request.timeout)]
    try:
        translation = outline(request.project)
    except InputError as error:
        raise InputError.of([*findings, *error.findings]) from error
    definition, params = translation.definition.request, translation.params
    refuse([*findings, *network_findings(definition, params)])
    fields = dict(flags.fields)
    network = network_fields(definition, params)
    if network:
        fields["networkConfiguration"] = network
    return translation, fields


def plan_first_task(
    connect: Connect, request: ServiceRequest
) -> Generator[Event, None, PlannedChange]:
    """Plan one task where the service has none; its task definition stays as it is."""
    translation, fields = _update_fields(request)
    names, aws = names_on_cluster(translation.project, request.project.settings), connect()
    groups = _groups(request, translation.definition.request, aws.region)
    yield from observations(translation)
    service, there = aws.together(
        lambda: need_service(aws, names), lambda: existing_groups(aws, groups)
    )
    started = plan_start(names, service, fields, request.force_deployment)
    missing = [group for group in groups if (group.subject, group.region) not in there]
    whole = Plan((*missing, *started.actions), started.notices)
    waiting = Waiting(request.timeout, request.no_wait, count_only=not request.force_deployment)
    return PlannedChange(names, whole, waiting, service)


def start(aws: Aws, planned: PlannedChange) -> Generator[Event, None, Deployed]:
    """Start the service, and follow its deployment to the end."""
    if not planned.plan and planned.service:
        count = planned.service.get("desiredCount")
        yield Event(f"ECS Service is already running  desiredCount={count}", "done")
    return (yield from apply(aws, planned))


def _groups(request: ServiceRequest, definition: Document, region: str) -> list[CreateLogGroup]:
    if not request.create_log_groups:
        return []
    groups, wrong = log_groups(definition, region, request.log_retention)
    refuse(wrong)
    return groups


# --------------------------------------------------------------------- roll back, wait, rm


def plan_back(
    connect: Connect, request: ProjectRequest, revision: int | None, waiting: Waiting
) -> PlannedChange:
    """Plan to go to the revision before the one in use, or to revision N of its family."""
    names, service = _found(connect, request, waiting.timeout)
    name = earlier_revision(connect(), str(service["taskDefinition"]), revision)
    return PlannedChange(names, plan_rollback(names, service, name), waiting, service)


def wait(
    connect: Connect, request: ProjectRequest, timeout: float
) -> Generator[Event, None, Deployed]:
    """Follow the newest deployment of the service to its end."""
    names, service = _found(connect, request, timeout)
    waiting = Waiting(timeout, no_wait=False)
    return (yield from until_deployed(connect(), names, service, False, waiting))


def _found(
    connect: Connect, request: ProjectRequest, timeout: float
) -> tuple[Names, ServiceTypeDef]:
    """The service, which must be there."""
    names = load_names(request, check_timeout(timeout))
    return names, need_service(connect(), names)


def plan_deletion(
    connect: Connect, request: ProjectRequest, delete_namespace: bool, waiting: Waiting
) -> PlannedDeletion:
    """Plan to delete the service and its service discovery, with the private namespace that was
    made for it where that is asked for."""
    names = load_names(request, check_timeout(waiting.timeout))
    service = describe_service(connect(), names)
    if service is None:
        raise no_service(names)
    leftovers = read_leftovers(connect(), names, service, delete_namespace)
    cleanup = plan_cleanup(names, service, delete_namespace, leftovers)
    return PlannedDeletion(names, service, plan_removal(names, service), cleanup, waiting)


def delete(aws: Aws, planned: PlannedDeletion) -> Generator[Event, None, Deployed]:
    """Delete the service, follow it until its tasks have stopped, then delete its service
    discovery."""
    names, waiting = planned.names, planned.waiting
    if planned.service.get("status") == "INACTIVE":
        yield Event(f"ECS Service is already deleted  serviceName={names.service}", "done")
        return Deployed(names, planned.service, False)
    applied = yield from apply_plan(aws, planned.plan, f"service {names.service}")
    ended = applied.service or planned.service
    if not waiting.no_wait:
        ended = yield from until_deleted(aws, names, ended, waiting.timeout)
        yield from _clean_up(aws, planned)
    return Deployed(names, ended, bool(planned.plan))


def _clean_up(aws: Aws, planned: PlannedDeletion) -> Generator[Event, None, None]:
    if not planned.cleanup:
        return
    yield Event(
        "Trying to delete any Service Discovery Resources that were created by the ECS CLI..."
    )
    wait_until_unused(aws, planned.service)
    where = f"the service discovery of {planned.names.service}"
    yield from apply_plan(aws, planned.cleanup, where)

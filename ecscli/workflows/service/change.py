"""A service that is there: found, what a change of its count sends along, a change carried out."""

from __future__ import annotations

from collections.abc import Generator, Iterable
from typing import TYPE_CHECKING

from ecscli.base.documents import Draft
from ecscli.base.errors import Finding, InputError
from ecscli.base.records import record
from ecscli.up.model import Event, Plan
from ecscli.up.service.desired import awsvpc_of, network_fields
from ecscli.up.service.flags import read_flags
from ecscli.up.service.live import need_service
from ecscli.up.service.names import Names
from ecscli.workflows.changes import apply_plan, check_timeout
from ecscli.workflows.definition.translation import Translation, outline
from ecscli.workflows.project import Connect, ProjectRequest, refuse
from ecscli.workflows.service.deployment import Deployed, Waiting, until_deployed
from ecscli.workflows.service.request import ServiceRequest, by_flag
from ecscli.workflows.services.members import names_with

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


def find_service(
    connect: Connect, request: ProjectRequest, timeout: float, service: str | None = None
) -> tuple[Names, ServiceTypeDef]:
    """The service of the project, or that of one of its services in layout services; it must be
    there."""
    names = names_with(request, service, check_timeout(timeout))
    return names, need_service(connect(), names)


def update_fields(
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
    refuse(findings)
    fields = dict(flags.fields)
    network = network_fields(definition, params)
    is_named = bool(awsvpc_of({"networkConfiguration": network}).get("subnets"))
    if is_named and not translation.definition.balancing:
        # behind a balancer the service has a security group more than the files name
        fields["networkConfiguration"] = network
    return translation, fields


def apply(aws: Aws, planned: PlannedChange) -> Generator[Event, None, Deployed]:
    """Carry a change out, and follow the deployment to its end."""
    names = planned.names
    applied = yield from apply_plan(aws, planned.plan, f"service {names.service}")
    service = applied.service or planned.service
    assert service is not None, "a change either updates the service or has found it"
    changed = bool(planned.plan)
    return (yield from until_deployed(aws, names, service, changed, planned.waiting))

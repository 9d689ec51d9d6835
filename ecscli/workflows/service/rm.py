"""A service deleted, with its tasks, its service discovery and the project's support stack."""

from __future__ import annotations

from collections.abc import Generator
from typing import TYPE_CHECKING

from ecscli.base.errors import InputError
from ecscli.base.records import record
from ecscli.up.discovery.live import read_leftovers
from ecscli.up.discovery.plan import plan_cleanup
from ecscli.up.discovery.watch import wait_until_unused
from ecscli.up.model import Event, Plan
from ecscli.up.service.live import describe_service, no_service
from ecscli.up.service.names import Names
from ecscli.up.service.plan import plan_removal
from ecscli.up.support.live import own_stack, tasks_that_stay
from ecscli.workflows.changes import apply_plan, check_timeout
from ecscli.workflows.events import warnings
from ecscli.workflows.project import Connect, ProjectRequest, load_names
from ecscli.workflows.service.deployment import Deployed, Waiting, until_deleted
from ecscli.workflows.storage.remove import plan_end
from ecscli.workflows.switch.staying import services_stay

if TYPE_CHECKING:
    from types_boto3_ecs.type_defs import ServiceTypeDef

    from ecscli.aws.client import Aws


@record
class PlannedDeletion:
    """A service that will be deleted, then its service discovery and the support stack; `service`
    None where only these were left behind."""

    names: Names
    service: ServiceTypeDef | None
    plan: Plan
    cleanup: Plan
    support: Plan
    waiting: Waiting

    @property
    def whole(self) -> Plan:
        """All plans as one, to show."""
        return self.plan + self.cleanup + self.support


def plan(
    connect: Connect,
    request: ProjectRequest,
    delete_namespace: bool,
    waiting: Waiting,
    volumes: bool = False,
) -> PlannedDeletion:
    """Plan to delete the service and its service discovery, with the private namespace that was
    made for it where that is asked for, and the support stack where nothing else needs it;
    `volumes`: its file systems will be deleted too.

    Raises InputError where there is neither a service nor a stack that one has left behind.
    """
    names = load_names(request, check_timeout(waiting.timeout))
    aws = connect()
    service, stack = aws.together(
        lambda: describe_service(aws, names), lambda: own_stack(aws, names)
    )
    leftovers = read_leftovers(aws, names, service, delete_namespace)
    cleanup = plan_cleanup(names, service, delete_namespace, leftovers)
    support = plan_end(aws, names, stack, tasks_that_stay(aws, names, stack), volumes)
    others = services_stay(aws, names, request)
    if service is None and not cleanup and not support:
        raise _nothing_there(names, others)
    plan = plan_removal(names, service) + others
    return PlannedDeletion(names, service, plan, cleanup, support, waiting)


def _nothing_there(names: Names, others: Plan) -> InputError:
    """The error of a service that does not exist, with what the other layout has."""
    missing = next(iter(no_service(names).findings))
    return InputError.of([missing, *others.notices])


def apply(aws: Aws, planned: PlannedDeletion) -> Generator[Event, None, Deployed]:
    """Delete the service, follow it until its tasks have stopped, then delete its service
    discovery and the support stack."""
    names, waiting = planned.names, planned.waiting
    if planned.service is None or planned.service.get("status") == "INACTIVE":
        yield Event(f"ECS Service is already deleted  serviceName={names.service}", "done")
        yield from warnings(planned.plan.notices)
        yield from _clean_up(aws, planned)
        changed = bool(planned.cleanup or planned.support)
        return Deployed(names, planned.service or _gone(names), changed)
    applied = yield from apply_plan(aws, planned.plan, f"service {names.service}")
    ended = applied.service or planned.service
    if not waiting.no_wait:
        ended = yield from until_deleted(aws, names, ended, waiting.timeout)
        yield from _clean_up(aws, planned)
    return Deployed(names, ended, bool(planned.plan))


def _gone(names: Names) -> ServiceTypeDef:
    """A service that ECS has forgotten, or that was never made."""
    return {"serviceName": names.service, "status": "INACTIVE"}


def _clean_up(aws: Aws, planned: PlannedDeletion) -> Generator[Event, None, None]:
    yield from _end_discovery(aws, planned)
    if not planned.waiting.timeout:  # tasks that stop still write logs with the stack's role
        return
    if planned.support or planned.support.notices:
        where = f"the support stack of {planned.names.project}"
        yield from apply_plan(aws, planned.support, where)


def _end_discovery(aws: Aws, planned: PlannedDeletion) -> Generator[Event, None, None]:
    if not planned.cleanup:
        return
    yield Event(
        "Trying to delete any Service Discovery Resources that were created by the ECS CLI..."
    )
    if planned.service is not None:
        wait_until_unused(aws, planned.service)
    where = f"the service discovery of {planned.names.service}"
    yield from apply_plan(aws, planned.cleanup, where)

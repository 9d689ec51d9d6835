"""The service created without tasks."""

from __future__ import annotations

from collections.abc import Generator
from typing import TYPE_CHECKING

from ecscli.base.errors import InputError
from ecscli.up.model import Event
from ecscli.up.service.live import LiveProject, read_service
from ecscli.up.service.names import Names
from ecscli.workflows.changes import apply_plan
from ecscli.workflows.network import located
from ecscli.workflows.project import Connect
from ecscli.workflows.service.balancer import behind_balancer
from ecscli.workflows.service.deployment import Deployed
from ecscli.workflows.service.plan import PlannedService, planned_service, with_balancer
from ecscli.workflows.service.request import ServiceRequest
from ecscli.workflows.service.wanted import wanted_service

if TYPE_CHECKING:
    from ecscli.aws.client import Aws


def plan(connect: Connect, request: ServiceRequest) -> Generator[Event, None, PlannedService]:
    """Plan to create the service without tasks. Raises InputError where it is there."""
    meant = yield from wanted_service(connect, request, first=0)
    wanted = meant.wanted
    live = read_service(connect(), wanted.names, wanted.log_groups)
    _refuse_existing(wanted.names, live)
    wanted = yield from located(connect, request, wanted)
    behind = behind_balancer(connect(), request, wanted, meant.translation)
    planned = planned_service(connect(), request, behind.wanted, None, live)
    return with_balancer(planned, behind)


def _refuse_existing(names: Names, live: LiveProject) -> None:
    if live.service is not None and live.service.get("status") == "ACTIVE":
        raise InputError(
            f"service {names.service} exists already in cluster {names.cluster}",
            live.service.get("serviceArn"),
            "change it with `ecscli compose service up`",
        )


def apply(aws: Aws, planned: PlannedService) -> Generator[Event, None, Deployed]:
    """Create the service; there is nothing to follow."""
    names = planned.wanted.names
    applied = yield from apply_plan(aws, planned.plan, f"service {names.service}")
    assert applied.service is not None, "the plan creates the service"
    return Deployed(names, applied.service, True, support=planned.wanted.support)

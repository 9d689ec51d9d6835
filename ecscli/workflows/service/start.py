"""One task again where a service has none."""

from __future__ import annotations

from collections.abc import Generator
from typing import TYPE_CHECKING

from ecscli.base.documents import Document
from ecscli.up.model import CreateLogGroup, Event, Plan
from ecscli.up.service.live import existing_groups, need_service
from ecscli.up.service.log_groups import log_groups
from ecscli.up.service.plan import plan_start
from ecscli.workflows.definition.translation import observations
from ecscli.workflows.project import Connect, names_on_cluster, refuse
from ecscli.workflows.service import change
from ecscli.workflows.service.change import PlannedChange, update_fields
from ecscli.workflows.service.deployment import Deployed, Waiting
from ecscli.workflows.service.request import ServiceRequest

if TYPE_CHECKING:
    from ecscli.aws.client import Aws


def plan(connect: Connect, request: ServiceRequest) -> Generator[Event, None, PlannedChange]:
    """Plan one task where the service has none; its task definition stays as it is."""
    translation, fields = update_fields(request)
    names, aws = names_on_cluster(translation.project, request.project.settings), connect()
    groups = _groups(request, translation.definition.request, aws.region)
    yield from observations(translation)
    service, there = aws.together(
        lambda: need_service(aws, names), lambda: existing_groups(aws, groups)
    )
    missing = [group for group in groups if (group.subject, group.region) not in there]
    force = request.force_deployment
    started = plan_start(names, service, fields, force)
    whole = Plan((*missing, *started.actions), started.notices)
    waiting = Waiting(request.timeout, request.no_wait, count_only=not force)
    return PlannedChange(names, whole, waiting, service)


def _groups(request: ServiceRequest, definition: Document, region: str) -> list[CreateLogGroup]:
    if not request.create_log_groups:
        return []
    groups, wrong = log_groups(definition, region, request.log_retention)
    refuse(wrong)
    return groups


def apply(aws: Aws, planned: PlannedChange) -> Generator[Event, None, Deployed]:
    """Start the service, and follow its deployment to the end."""
    if not planned.plan and planned.service:
        count = planned.service.get("desiredCount")
        yield Event(f"ECS Service is already running  desiredCount={count}", "done")
    return (yield from change.apply(aws, planned))

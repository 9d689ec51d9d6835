"""A service taken back to an earlier revision."""

from __future__ import annotations

from ecscli.up.service.plan import plan_rollback
from ecscli.up.service.revisions import earlier_revision
from ecscli.workflows.project import Connect, ProjectRequest
from ecscli.workflows.service.change import PlannedChange, find_service
from ecscli.workflows.service.deployment import Waiting


def plan(
    connect: Connect,
    request: ProjectRequest,
    revision: int | None,
    waiting: Waiting,
    service: str | None = None,
) -> PlannedChange:
    """Plan to go to the revision before the one in use, or to revision N of its family. With layout
    services `service` is the one that is meant."""
    names, live = find_service(connect, request, waiting.timeout, service)
    name = earlier_revision(connect(), str(live["taskDefinition"]), revision)
    return PlannedChange(names, plan_rollback(names, live, name), waiting, live)

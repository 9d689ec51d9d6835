"""A service taken back to an earlier revision."""

from __future__ import annotations

from ecscli.up.service.plan import plan_rollback
from ecscli.up.service.revisions import earlier_revision
from ecscli.workflows.project import Connect, ProjectRequest
from ecscli.workflows.service.change import PlannedChange, find_service
from ecscli.workflows.service.deployment import Waiting


def plan(
    connect: Connect, request: ProjectRequest, revision: int | None, waiting: Waiting
) -> PlannedChange:
    """Plan to go to the revision before the one in use, or to revision N of its family."""
    names, service = find_service(connect, request, waiting.timeout)
    name = earlier_revision(connect(), str(service["taskDefinition"]), revision)
    return PlannedChange(names, plan_rollback(names, service, name), waiting, service)

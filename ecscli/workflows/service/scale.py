"""The number of a service's tasks changed."""

from __future__ import annotations

from collections.abc import Generator, Iterable, Sequence

from ecscli.base.errors import Finding
from ecscli.up.model import Event
from ecscli.up.service.plan import plan_service_scale
from ecscli.up.tasks.plan import read_count
from ecscli.workflows.definition.translation import observations
from ecscli.workflows.project import names_on_cluster
from ecscli.workflows.service.change import PlannedChange, update_fields
from ecscli.workflows.service.deployment import Waiting
from ecscli.workflows.service.request import ServiceRequest


def plan(request: ServiceRequest, words: Sequence[str]) -> Generator[Event, None, PlannedChange]:
    """Plan to change the number of tasks to what the one word asks for."""
    count, wrong = read_count(words, "ecscli compose service scale COUNT")
    return (yield from _counted(request, count, wrong))


def plan_idle(request: ServiceRequest) -> Generator[Event, None, PlannedChange]:
    """Plan a count of zero; the service stays."""
    return (yield from _counted(request, 0))


def _counted(
    request: ServiceRequest, count: int, wrong: Iterable[Finding] = ()
) -> Generator[Event, None, PlannedChange]:
    translation, fields = update_fields(request, wrong)
    names = names_on_cluster(translation.project, request.project.settings)
    yield from observations(translation)
    waiting = Waiting(request.timeout, request.no_wait, count_only=True)
    return PlannedChange(names, plan_service_scale(names, count, fields), waiting)

"""The numbers of tasks of a project's services: set, stopped, started again."""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from typing import TYPE_CHECKING

from ecscli.base.errors import Finding, InputError
from ecscli.base.records import record
from ecscli.compose.layout.arrangement.model import Arrangement
from ecscli.up.deployment.followed import Goal
from ecscli.up.model import Event, Plan, UpdateService
from ecscli.up.project.counts import (
    CountedService,
    find_uncountable,
    plan_counts,
    plan_restart,
    plan_start,
    plan_stop,
)
from ecscli.up.project.live import Services, describe_all
from ecscli.up.service.names import Names
from ecscli.up.tasks.plan import parse_count
from ecscli.workflows.changes import apply_plan, check_timeout
from ecscli.workflows.project import Connect, ProjectRequest, refuse
from ecscli.workflows.service.deployment import Deployed, Waiting
from ecscli.workflows.services.live import chosen_services, live_services
from ecscli.workflows.services.members import load_arrangement
from ecscli.workflows.services.request import chosen_groups
from ecscli.workflows.services.rollout.follow import Change, joined, until_arrived
from ecscli.workflows.services.rollout.up import ProjectDone

if TYPE_CHECKING:
    from ecscli.aws.client import Aws


@record
class PlannedCounts:
    """What will be done to the counts of the services that are meant."""

    project: Names
    services: tuple[CountedService, ...]
    plan: Plan
    waiting: Waiting


def plan_scale(
    connect: Connect, request: ProjectRequest, words: Sequence[str], waiting: Waiting
) -> PlannedCounts:
    """Plan the counts of SERVICE=COUNT words. Raises InputError with everything that is wrong with
    them."""
    counts, wrong = _read_counts(words)
    arrangement = load_arrangement(request, [*wrong, *check_timeout(waiting.timeout)])
    groups = {name: next(iter(chosen_groups(arrangement, [name]))) for name in counts}
    live = live_services(connect, request, arrangement, groups.values())
    refuse(find_uncountable({groups[name]: count for name, count in counts.items()}, live))
    changes = [(live[groups[name]], count) for name, count in counts.items()]
    services = tuple(live.values())
    return PlannedCounts(_project(arrangement, request), services, plan_counts(changes), waiting)


def plan_idle(
    connect: Connect, request: ProjectRequest, services: Sequence[str], waiting: Waiting
) -> PlannedCounts:
    """Plan to stop these services, or all."""
    return _planned(connect, request, services, waiting, plan_stop)


def plan_again(
    connect: Connect, request: ProjectRequest, services: Sequence[str], waiting: Waiting
) -> PlannedCounts:
    """Plan to start these services again, or all, where they have no tasks."""
    return _planned(connect, request, services, waiting, plan_start)


def plan_new_tasks(
    connect: Connect, request: ProjectRequest, services: Sequence[str], waiting: Waiting
) -> PlannedCounts:
    """Plan new tasks like those that run, of these services or all; idle ones stay idle."""
    return _planned(connect, request, services, waiting, plan_restart)


def _planned(
    connect: Connect,
    request: ProjectRequest,
    services: Sequence[str],
    waiting: Waiting,
    plan: Callable[[Sequence[CountedService]], Plan],
) -> PlannedCounts:
    """A plan for these services, or all."""
    arrangement = load_arrangement(request, check_timeout(waiting.timeout))
    live = chosen_services(connect, request, arrangement, services)
    return PlannedCounts(_project(arrangement, request), live, plan(live), waiting)


def apply(aws: Aws, planned: PlannedCounts) -> Generator[Event, None, ProjectDone]:
    """Change the counts, and follow the services together until as many tasks run."""
    name = planned.project.project
    if not planned.plan:
        yield Event(f"Nothing to change: the services of {name} have these counts.", "done")
    yield from apply_plan(aws, planned.plan, f"the services of {name}")
    updated = {one.subject for one in planned.plan.actions if isinstance(one, UpdateService)}
    changed = [one for one in planned.services if one.names.service in updated]
    now = _now(aws, changed)
    changes = [Change(one.names, now.get(one.names.service, one.service)) for one in changed]
    services = yield from until_arrived(aws, changes, planned.waiting, Goal.COUNTED)
    rest = [one for one in planned.services if one not in changed]
    done = (*services, *(Deployed(one.names, one.service, False) for one in rest))
    errors = [one.error for one in services if one.error]
    return ProjectDone(done, (), joined(planned.project, errors))


def _now(aws: Aws, changed: Sequence[CountedService]) -> Services:
    """The services once their counts were changed."""
    if not changed:
        return {}
    names = [one.names.service for one in changed]
    found = describe_all(aws, changed[0].names.cluster, names)
    return {one["serviceName"]: one for one in found}


# ------------------------------------------------------------- what is meant


def _read_counts(words: Sequence[str]) -> tuple[dict[str, int], list[Finding]]:
    """The counts of SERVICE=COUNT words by service, and what is wrong with them."""
    counts: dict[str, int] = {}
    wrong: list[Finding] = []
    if not words:
        wrong.append(_no_count("SERVICE=COUNT is missing"))
    for word in words:
        name, equals, text = word.partition("=")
        if not name or not equals:
            wrong.append(_no_count(f'"{word}" is not SERVICE=COUNT'))
            continue
        try:
            counts[name] = parse_count(text)
        except InputError as error:
            wrong.extend(error.findings)
    return counts, wrong


def _no_count(message: str) -> Finding:
    return Finding(message, None, "for example: ecscli compose scale web=3 worker=0")


def _project(arrangement: Arrangement, request: ProjectRequest) -> Names:
    return Names(arrangement.project.name, request.settings.need_cluster())

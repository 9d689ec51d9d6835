"""The service created, or changed to what files and flags ask for, and its deployment followed to
the end."""

from __future__ import annotations

import time
from collections.abc import Generator
from typing import TYPE_CHECKING

from ecscli.base.errors import AwsError, EcsCliError, Finding
from ecscli.base.records import replace
from ecscli.up.deployment.state import is_settled
from ecscli.up.discovery.desired import DiscoveryChange
from ecscli.up.model import Event
from ecscli.up.project.switch import with_count_before
from ecscli.up.service.calls import Applied
from ecscli.up.service.desired import WantedService
from ecscli.up.service.live import LiveProject, read_service
from ecscli.up.service.plan import plan_service
from ecscli.workflows.changes import apply_plan
from ecscli.workflows.comparison import compared
from ecscli.workflows.containers.addresses import announced, of_service
from ecscli.workflows.events import warning
from ecscli.workflows.images.shield import shield
from ecscli.workflows.network import located
from ecscli.workflows.project import Connect
from ecscli.workflows.request import TaskRequest
from ecscli.workflows.service.balancer import Present, behind_balancer
from ecscli.workflows.service.deployment import Deployed, Waiting, until_deployed
from ecscli.workflows.service.meanwhile import live_now, made_by_another, made_meanwhile
from ecscli.workflows.service.plan import PlannedService, planned_service, with_balancer
from ecscli.workflows.service.request import ServiceRequest
from ecscli.workflows.service.wanted import change_of_discovery, wanted_service
from ecscli.workflows.support import let_go
from ecscli.workflows.target_groups import (
    LEFT_FOR_LATER,
    MOST_PLANS,
    NUMBERED_ANEW,
    agreed,
    lost_race,
    until,
)

if TYPE_CHECKING:
    from ecscli.aws.client import Aws


def plan(connect: Connect, request: ServiceRequest) -> Generator[Event, None, PlannedService]:
    """Plan to create the service, or to change the one that is there. Only what differs changes."""
    meant = yield from wanted_service(connect, request, first=1)
    wanted = meant.wanted
    change = change_of_discovery(request, meant.translation)
    live, notice = compared(
        request,
        lambda: read_service(connect(), wanted.names, wanted.log_groups),
        LiveProject(),
    )
    if notice:
        behind = behind_balancer(None, request, wanted, meant.translation)
        return with_balancer(_uncompared(request, behind.wanted, change, notice), behind)
    wanted = yield from located(connect, request, wanted, live.service)
    wanted = with_count_before(wanted, meant.switch, live.service)
    ending = tuple(one.service for one in meant.switch.services) if meant.switch else ()
    present = Present(live.service, ending)
    behind = behind_balancer(connect(), request, wanted, meant.translation, present)
    planned = planned_service(connect(), request, behind.wanted, change, live)
    return replace(with_balancer(planned, behind), switch=meant.switch)


def _uncompared(
    request: TaskRequest, wanted: WantedService, change: DiscoveryChange | None, notice: Finding
) -> PlannedService:
    """The plan of a new service, made of the files alone."""
    live = LiveProject()
    new = plan_service(wanted, live)
    return PlannedService(
        request, wanted, change, live, replace(new, notices=(*new.notices, notice))
    )


def apply(aws: Aws, planned: PlannedService) -> Generator[Event, None, Deployed]:
    """Create or change the service, and follow its deployment to the end; then what comes after
    it."""
    planned, done = yield from _first(aws, planned)
    for _ in range(MOST_PLANS - 1):
        is_waited_for = bool(planned.request.timeout) and not planned.request.no_wait
        if not planned.goes_on or done.error or not is_waited_for:
            break
        planned = yield from plan(lambda: aws, again(_request(planned)))
        done = replace((yield from _deployed(aws, planned)), changed=True)
    if planned.goes_on and not done.error:
        yield warning(LEFT_FOR_LATER)
    return replace(done, support=planned.wanted.support)


def _first(
    aws: Aws, planned: PlannedService
) -> Generator[Event, None, tuple[PlannedService, Deployed]]:
    """The plan carried out; once more with fresh numbers where a rule's was taken meanwhile."""
    try:
        return planned, (yield from _deployed(aws, planned))
    except EcsCliError as error:
        if not lost_race(error):
            raise
        yield warning(NUMBERED_ANEW)
    planned = yield from plan(lambda: aws, agreed(_request(planned)))
    return planned, (yield from _deployed(aws, planned))


def again(request: ServiceRequest) -> ServiceRequest:
    """What is asked of the plan that comes after another one."""
    project = replace(request.project, recreate_balancer=False)
    return replace(agreed(request), project=project, force_deployment=False)


def _request(planned: PlannedService) -> ServiceRequest:
    assert isinstance(planned.request, ServiceRequest), "the service is brought up"
    return planned.request


def _deployed(aws: Aws, planned: PlannedService) -> Generator[Event, None, Deployed]:
    yield from until(aws, planned.not_before, time.time())
    planned, applied = yield from _applied(aws, planned)
    names, request, changed = planned.wanted.names, planned.request, bool(planned.plan)
    service = applied.service or planned.live.service
    assert service is not None, "a plan either creates the service or has found it"
    if not planned.whole:
        yield Event(f"Nothing to change: service {names.service} is up to date.", "done")
    nothing_to_follow = not changed and is_settled(service)
    waiting = Waiting(request.timeout, request.no_wait or nothing_to_follow)
    done = yield from until_deployed(aws, names, service, changed, waiting)
    if not done.error:
        is_waited_for = bool(request.timeout) and not request.no_wait
        yield from let_go(aws, planned.support, names.project, is_waited_for)
    if done.error or request.no_wait:
        return done
    if changed:
        yield from shield(aws, names, planned.wanted.built)
    if planned.goes_on:
        return done
    addresses = yield from announced(planned.wanted, lambda: of_service(aws, names, done.service))
    return replace(done, addresses=addresses)


def _applied(
    aws: Aws, planned: PlannedService
) -> Generator[Event, None, tuple[PlannedService, Applied]]:
    """The plan carried out; where somebody else has made the service meanwhile, a new plan."""
    name = planned.wanted.names.service
    try:
        return planned, (yield from apply_plan(aws, planned.plan, f"service {name}"))
    except AwsError as error:
        if not made_meanwhile(error):
            raise
    wanted = planned.wanted
    yield from made_by_another(wanted.names)
    live = live_now(aws, wanted)
    again = planned_service(aws, planned.request, wanted, planned.change, live)
    again = replace(again, support=planned.support)
    return again, (yield from apply_plan(aws, again.plan, f"service {name}"))

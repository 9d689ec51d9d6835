"""A project brought up in one layout, and then out of the other one: the new services first, the
old ones once all of these are steady; what cannot run side by side stops first."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence
from typing import TYPE_CHECKING

from ecscli.base.errors import Finding
from ecscli.base.records import replace
from ecscli.up.discovery.watch import wait_until_unused
from ecscli.up.model import Event, Plan
from ecscli.up.project.other_layout import with_definition
from ecscli.up.project.switch import Switch, before
from ecscli.workflows.changes import apply_plan
from ecscli.workflows.events import warnings
from ecscli.workflows.project import compose_command
from ecscli.workflows.service import up as service_up
from ecscli.workflows.service.deployment import Deployed, SwitchDone, Waiting
from ecscli.workflows.service.plan import PlannedService
from ecscli.workflows.service.request import ServiceRequest
from ecscli.workflows.switch.finish import end, stop
from ecscli.workflows.switch.leftovers import remove_unused

if TYPE_CHECKING:
    from ecscli.aws.client import Aws
    from ecscli.up.project.plan import PlannedGroup
    from ecscli.workflows.services.planning.plan import PlannedProject
    from ecscli.workflows.services.rollout.up import ProjectDone


def up_in_services(aws: Aws, planned: PlannedProject) -> Generator[Event, None, ProjectDone]:
    """Bring a project up in layout services, and end its service of layout task."""
    from ecscli.workflows.services.planning.plan import plan
    from ecscli.workflows.services.rollout import up as rollout

    switch, request = planned.wanted.switch, planned.request
    if not switch:
        return (yield from rollout.apply(aws, planned))
    waiting = Waiting(request.timeout, no_wait=False)

    def make_room(wave: Sequence[PlannedGroup]) -> Generator[Event, None, None]:
        names = {one.group.names.service for one in wave}
        yield from stop(aws, switch, before(switch, names), waiting)

    done = yield from rollout.apply(aws, planned, make_room, _without_removal)
    if done.error:
        yield from warnings(_way_back(switch))
        return done
    ended = yield from end(aws, switch, waiting)
    if planned.goes_on:  # old services had target groups, which hang on the balancer until now
        last = yield from plan(lambda: aws, rollout.again(request))
        done = done.then((yield from rollout.apply(aws, last)))
    else:
        yield from rollout.remove_from_stack(aws, planned)
    yield from _end_discovery(aws, switch)
    return replace(done, switch=_done(switch, ended))


def _without_removal(planned: PlannedProject) -> PlannedProject:
    """The plan as far as the support stack keeps what old services may use."""
    support = replace(planned.plan.support, after=Plan())
    return replace(planned, plan=replace(planned.plan, support=support))


def _end_discovery(aws: Aws, switch: Switch) -> Generator[Event, None, None]:
    """Delete the stacks that layout task has made for its service discovery."""
    if not switch.cleanup:
        return
    for one in switch.services:
        if one.service.get("serviceRegistries"):
            wait_until_unused(aws, {**one.service})
    where = f"the service discovery of {switch.names.service}"
    yield from apply_plan(aws, switch.cleanup, where)


def up_in_task(aws: Aws, planned: PlannedService) -> Generator[Event, None, Deployed]:
    """Bring a project up in layout task, and end its services of layout services."""
    switch, request = planned.switch, planned.request
    if not switch:
        return (yield from service_up.apply(aws, planned))
    waiting = Waiting(request.timeout, no_wait=False)
    yield from stop(aws, switch, before(switch, [planned.wanted.names.service]), waiting)
    done = yield from service_up.apply(aws, planned)
    if done.error:
        yield from warnings(_way_back(switch))
        return done
    ended = yield from end(aws, switch, waiting)
    if planned.goes_on:  # see up_in_services
        assert isinstance(request, ServiceRequest), "the service is brought up"
        last = yield from service_up.plan(lambda: aws, service_up.again(request))
        yield from service_up.apply(aws, last)
    users = [{**done.service}, with_definition(aws, done.service).definition]
    yield from remove_unused(aws, switch.names, users)
    return replace(done, switch=_done(switch, ended))


def _way_back(switch: Switch) -> Iterator[Finding]:
    """What has stopped for services that do not run, and how it is brought back."""
    names = ", ".join(dict.fromkeys(one.name for one in switch.stops))
    if names:
        back = f"{compose_command(switch.names, 'service up')} --layout {switch.origin}"
        hint = f"run the command again to go on, or go back with `{back} --switch-layout`"
        yield Finding(f"{names} may have stopped for the new services", None, hint)


def _done(switch: Switch, ended: Sequence[Deployed]) -> SwitchDone:
    names = tuple(one.names.service for one in ended)
    return SwitchDone(switch.origin, switch.target, names)

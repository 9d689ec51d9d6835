"""Services of the layout that a project leaves: stopped, followed until no task is left, and then
deleted."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from typing import TYPE_CHECKING

from ecscli.base.errors import DeploymentError
from ecscli.base.records import replace
from ecscli.up.deployment.followed import Goal
from ecscli.up.model import Event
from ecscli.up.project.live import describe_all
from ecscli.up.project.other_layout import GONE, OtherService
from ecscli.up.project.switch import Switch, has_tasks, plan_ends, plan_stops
from ecscli.up.service.names import Names
from ecscli.workflows.changes import apply_plan
from ecscli.workflows.service.deployment import Deployed, Waiting
from ecscli.workflows.services.rollout.follow import Change, joined, until_arrived

if TYPE_CHECKING:
    from types_boto3_ecs.type_defs import ServiceTypeDef

    from ecscli.aws.client import Aws


def stop(
    aws: Aws, switch: Switch, services: Sequence[OtherService], waiting: Waiting
) -> Generator[Event, None, None]:
    """Bring services to no tasks. Raises DeploymentError where some do not stop."""
    running = [one for one in _now(aws, switch, services) if has_tasks(one)]
    if not running:
        return
    yield from apply_plan(aws, plan_stops(switch.names, running), _where(switch))
    stopped = [one.service for one in _now(aws, switch, running)]
    counted = [one for one in stopped if one.get("status") == "ACTIVE"]
    yield from _follow(aws, switch, counted, waiting, Goal.COUNTED)
    deleted = [one for one in stopped if one.get("status") != "ACTIVE"]
    yield from _follow(aws, switch, deleted, waiting, Goal.GONE)


def end(aws: Aws, switch: Switch, waiting: Waiting) -> Generator[Event, None, tuple[Deployed, ...]]:
    """Stop and delete all old services, wave by wave. Raises DeploymentError where some do not
    go."""
    ended: list[Deployed] = []
    for wave in switch.old:
        yield from stop(aws, switch, wave, waiting)
        left = _now(aws, switch, wave)
        yield from apply_plan(aws, plan_ends(switch.names, left), _where(switch))
        services = [one.service for one in left]
        ended += yield from _follow(aws, switch, services, waiting, Goal.GONE)
    return tuple(ended)


def _follow(
    aws: Aws, switch: Switch, services: Sequence[ServiceTypeDef], waiting: Waiting, goal: Goal
) -> Generator[Event, None, tuple[Deployed, ...]]:
    cluster = switch.names.cluster
    changes = [Change(Names(str(one["serviceName"]), cluster), one) for one in services]
    done = yield from until_arrived(aws, changes, waiting, goal)
    error = joined(switch.names, [one.error for one in done if one.error])
    if error is not None:
        raise DeploymentError(
            f"{error.message}; the layout is not switched yet",
            error.where,
            "run the command again: it goes on from there",
            error.reasons,
        )
    return done


def _now(aws: Aws, switch: Switch, services: Sequence[OtherService]) -> list[OtherService]:
    """The services as they are now, without those that are gone."""
    found = describe_all(aws, switch.names.cluster, [one.name for one in services])
    live = {one["serviceName"]: one for one in found}
    left = [one for one in services if live.get(one.name, {}).get("status", GONE) != GONE]
    return [replace(one, service=live[one.name]) for one in left]


def _where(switch: Switch) -> str:
    return f"the services of {switch.names.project} in layout {switch.origin}"

"""The task definitions of a project in layout services, registered where they differ from the
newest revisions, with their log groups."""

from __future__ import annotations

from collections.abc import Generator
from typing import TYPE_CHECKING

from ecscli.base.records import record, replace
from ecscli.up.model import CreateLogGroup, Event, Plan, RegisterTaskDefinition
from ecscli.up.project.plan import PlannedGroup, with_values
from ecscli.up.service.task_definition import definition_id
from ecscli.workflows.changes import apply_plan
from ecscli.workflows.project import Connect
from ecscli.workflows.services.planning.plan import PlannedProject
from ecscli.workflows.services.planning.plan import plan as plan_project
from ecscli.workflows.services.request import ServicesRequest
from ecscli.workflows.services.rollout.up import prepared

if TYPE_CHECKING:
    from ecscli.aws.client import Aws

PREPARING = (RegisterTaskDefinition, CreateLogGroup)


@record
class RegisteredGroups:
    """Revisions as ``family:revision`` by the name of the group; `changed` where one of them or a
    log group was made."""

    definitions: dict[str, str]
    changed: bool


def plan(connect: Connect, request: ServicesRequest) -> Generator[Event, None, PlannedProject]:
    """Plan `up` as far as its task definitions."""
    planned = yield from plan_project(connect, request)
    waves = tuple(tuple(_prepared_only(one) for one in wave) for wave in planned.plan.waves)
    support = replace(planned.plan.support, after=Plan())
    plan = replace(planned.plan, waves=waves, support=support, orphans=(), removal=Plan())
    return replace(planned, plan=plan)


def _prepared_only(one: PlannedGroup) -> PlannedGroup:
    actions = tuple(action for action in one.plan.actions if isinstance(action, PREPARING))
    return replace(one, plan=replace(one.plan, actions=actions))


def apply(aws: Aws, planned: PlannedProject) -> Generator[Event, None, RegisteredGroups]:
    """Register the task definitions, and create their log groups."""
    made = yield from prepared(aws, planned)
    groups = [with_values(one, made.values) for wave in planned.plan.waves for one in wave]
    definitions = {}
    for one in groups:
        definitions[one.group.name] = yield from _register(aws, one)
    return RegisteredGroups(definitions, any(one.plan for one in groups))


def _register(aws: Aws, one: PlannedGroup) -> Generator[Event, None, str]:
    """The revision that is registered, or that is there already."""
    where = f"task definition {one.group.names.family}"
    applied = yield from apply_plan(aws, one.plan, where)
    name = applied.values.get("taskDefinition")
    if name is None:
        name = definition_id(one.group.wanted.definition, one.group.live)
        yield Event("Using ECS task definition", fields={"TaskDefinition": name})
    return str(name)

"""A task definition registered where it differs from the newest revision, with its log groups."""

from __future__ import annotations

from collections.abc import Generator
from typing import TYPE_CHECKING

from ecscli.base.records import record
from ecscli.compose.task.definition import Purpose
from ecscli.up.model import Event
from ecscli.up.service.live import LiveProject, existing_groups
from ecscli.up.service.revisions import newest_definition
from ecscli.up.service.task_definition import definition_id
from ecscli.up.tasks.plan import plan_definition
from ecscli.workflows.changes import apply_plan
from ecscli.workflows.project import Connect
from ecscli.workflows.request import TaskRequest
from ecscli.workflows.tasks.change import PlannedTasks, checked_tasks
from ecscli.workflows.tasks.wanted import wanted_tasks

if TYPE_CHECKING:
    from ecscli.aws.client import Aws


@record
class Registered:
    """A revision as ``family:revision``; `changed` where it or a log group was made."""

    definition: str
    changed: bool


def plan(connect: Connect, request: TaskRequest) -> Generator[Event, None, PlannedTasks]:
    """Plan to register the task definition where it differs from the newest revision."""
    wanted = yield from wanted_tasks(connect, request, purpose=Purpose.REGISTER)
    aws = connect()
    newest, groups = aws.together(
        lambda: newest_definition(aws, wanted.names.family),
        lambda: existing_groups(aws, wanted.log_groups),
    )
    live = LiveProject(definition=newest, log_groups=groups)
    return checked_tasks(aws, PlannedTasks(request, wanted, live, plan_definition(wanted, live), 0))


def apply(aws: Aws, planned: PlannedTasks) -> Generator[Event, None, Registered]:
    """Register the task definition, and create its log groups."""
    wanted = planned.wanted
    where = f"task definition {wanted.names.family}"
    applied = yield from apply_plan(aws, planned.plan, where)
    name = applied.values.get("taskDefinition")
    if name is None:
        name = definition_id(wanted.definition, planned.live)
        yield Event("Using ECS task definition", fields={"TaskDefinition": name})
    return Registered(str(name), bool(planned.plan))

"""`ecscli compose scale COUNT`: that many tasks of the project."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from ecscli.commands.compose.flags import layout_option, project_request
from ecscli.commands.compose.options import (
    TASK_MINUTES,
    change_options,
    placement_options,
    secret_options,
)
from ecscli.commands.compose.printing import AnswerForm, show_plan, show_tasks
from ecscli.commands.compose.services import change_counts, refuse_options_of_tasks
from ecscli.commands.options import EcsCommand, config_options, fill, take
from ecscli.workflows.project import has_services
from ecscli.workflows.request import TaskRequest
from ecscli.workflows.service.deployment import Waiting
from ecscli.workflows.tasks import scale

if TYPE_CHECKING:
    from ecscli.commands.context import App


@click.command(cls=EcsCommand, name="scale")
@config_options
@placement_options
@secret_options
@change_options(TASK_MINUTES)
@layout_option
@click.argument("count", nargs=-1)
@click.pass_obj
def command(app: App, /, count: tuple[str, ...], **given: object) -> int:
    """Start or stop tasks until COUNT of them run.

    New tasks are like the first one that runs; the files count only where none does. With layout
    services: SERVICE=COUNT for each service that is meant.
    """
    answer, project = take(AnswerForm, given), project_request(app)
    if has_services(project):
        from ecscli.workflows.services import counts

        refuse_options_of_tasks("scale")
        planned_counts = counts.plan_scale(app.aws, project, count, take(Waiting, given))
        return change_counts(app, planned_counts, answer)
    request = fill(TaskRequest, given, project=project, dry_run=answer.dry_run)
    planned = app.report(scale.plan(app.aws, request, count))
    if answer.dry_run:
        return show_plan(app, planned.plan, answer)
    return show_tasks(app, app.report(scale.apply(app.aws(), planned)), answer)

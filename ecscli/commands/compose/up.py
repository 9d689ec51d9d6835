"""`ecscli compose up`: the project as a task, replaced where its definition has changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from ecscli.commands.compose import services
from ecscli.commands.compose.flags import (
    balancer_option,
    layout_option,
    project_request,
    recreate_option,
)
from ecscli.commands.compose.options import (
    TASK_MINUTES,
    build_options,
    change_options,
    task_options,
)
from ecscli.commands.compose.printing import AnswerForm, show_plan, show_tasks
from ecscli.commands.compose.services import ProjectFlags, project_options, refuse_flags
from ecscli.commands.compose.switching import SwitchFlags, switch_options
from ecscli.commands.options import EcsCommand, config_options, fill, take
from ecscli.workflows.project import has_services
from ecscli.workflows.request import TaskRequest
from ecscli.workflows.tasks import up

if TYPE_CHECKING:
    from ecscli.commands.context import App


@click.command(cls=EcsCommand, name="up")
@config_options
@build_options
@click.option("--force-update", "-u", is_flag=True, help="Replace every task, changed or not.")
@task_options
@change_options(TASK_MINUTES)
@switch_options
@layout_option
@balancer_option
@recreate_option
@project_options
@click.pass_obj
def command(app: App, /, force_update: bool, **given: object) -> int:
    """Run the project as a task; where it runs, replace the tasks of other revisions.

    With layout services: make or change an ECS service for each Compose service, after those that
    it depends on, and follow them. Fails, with reasons, when a task cannot be placed or stops with
    an exit code other than 0, or when a deployment fails.
    """
    answer, flags = take(AnswerForm, given), take(ProjectFlags, given)
    project, given["switch"] = project_request(app), take(SwitchFlags, given).request(app)
    if has_services(project):
        given["force_deployment"] = force_update
        return services.up(app, project, flags, given, answer)
    refuse_flags(flags)
    request = fill(TaskRequest, given, project=project, dry_run=answer.dry_run)
    planned = app.report(up.plan(app.aws, request, force_update))
    if answer.dry_run:
        return show_plan(app, planned.plan, answer)
    return show_tasks(app, app.report(up.apply(app.aws(), planned)), answer)

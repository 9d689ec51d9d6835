"""`ecscli compose up`: the project as a task, replaced where its definition has changed."""

from __future__ import annotations

import click

from ecscli.commands.compose.flags import project_request
from ecscli.commands.compose.options import (
    TASK_MINUTES,
    build_options,
    change_options,
    task_options,
)
from ecscli.commands.compose.printing import AnswerForm, show_plan, show_tasks
from ecscli.commands.context import App
from ecscli.commands.options import EcsCommand, config_options, fill, take
from ecscli.workflows.request import TaskRequest
from ecscli.workflows.tasks import up


@click.command(cls=EcsCommand, name="up")
@config_options
@build_options
@click.option("--force-update", "-u", is_flag=True, help="Replace every task, changed or not.")
@task_options
@change_options(TASK_MINUTES)
@click.pass_obj
def command(app: App, /, force_update: bool, **given: object) -> int:
    """Run the project as a task; where it runs, replace the tasks of other revisions.

    Fails, with reasons, when a task cannot be placed or stops with an exit code other than 0.
    """
    answer = take(AnswerForm, given)
    request = fill(TaskRequest, given, project=project_request(app), dry_run=answer.dry_run)
    planned = app.report(up.plan(app.aws, request, force_update))
    if answer.dry_run:
        return show_plan(app, planned.plan, answer)
    return show_tasks(app, app.report(up.apply(app.aws(), planned)), answer)

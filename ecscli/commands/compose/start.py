"""`ecscli compose start`: as up, without forcing anything."""

from __future__ import annotations

import click

from ecscli.commands.compose.flags import layout_option, project_request
from ecscli.commands.compose.options import (
    TASK_MINUTES,
    build_options,
    change_options,
    task_options,
)
from ecscli.commands.compose.printing import AnswerForm, show_plan, show_tasks
from ecscli.commands.compose.services import (
    ProjectFlags,
    change_counts,
    refuse_flags,
    refuse_options_of_tasks,
    services_argument,
)
from ecscli.commands.context import App
from ecscli.commands.options import EcsCommand, config_options, fill, take
from ecscli.workflows.project import has_services
from ecscli.workflows.request import TaskRequest
from ecscli.workflows.service.deployment import Waiting
from ecscli.workflows.tasks import up


@click.command(cls=EcsCommand, name="start")
@config_options
@build_options
@task_options
@change_options(TASK_MINUTES)
@layout_option
@services_argument
@click.pass_obj
def command(app: App, /, services: tuple[str, ...], **given: object) -> int:
    """Run the project as a task; where it runs, replace the tasks of other revisions.

    With layout services: start the services again that `stop` has stopped.
    """
    answer, project = take(AnswerForm, given), project_request(app)
    if has_services(project):
        from ecscli.workflows.services import counts

        refuse_options_of_tasks("start")
        waiting = take(Waiting, given)
        return change_counts(app, counts.plan_again(app.aws, project, services, waiting), answer)
    refuse_flags(ProjectFlags(services))
    request = fill(TaskRequest, given, project=project, dry_run=answer.dry_run)
    planned = app.report(up.plan(app.aws, request))
    if answer.dry_run:
        return show_plan(app, planned.plan, answer)
    return show_tasks(app, app.report(up.apply(app.aws(), planned)), answer)

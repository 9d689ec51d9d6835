"""`ecscli compose restart`: new tasks like those that run, of services in layout services."""

from __future__ import annotations

import click

from ecscli.commands.compose.flags import layout_option, project_request
from ecscli.commands.compose.options import TASK_MINUTES, change_options
from ecscli.commands.compose.printing import AnswerForm
from ecscli.commands.compose.services import change_counts, services_argument
from ecscli.commands.context import App
from ecscli.commands.options import EcsCommand, config_options, take
from ecscli.workflows.project import has_services
from ecscli.workflows.service.deployment import Waiting
from ecscli.workflows.services import counts


@click.command(cls=EcsCommand, name="restart")
@config_options
@change_options(TASK_MINUTES)
@layout_option
@services_argument
@click.pass_obj
def command(app: App, /, services: tuple[str, ...], **given: object) -> int:
    """Replace the tasks of services by new ones of the same definitions, and follow that; for
    layout services. Services without tasks stay as they are.

    In layout task `up --force-update` does it, which takes changes of the files on as well.
    """
    answer, project = take(AnswerForm, given), project_request(app)
    if not has_services(project):
        raise click.UsageError(
            "restart is for layout services: in layout task `up --force-update` replaces the tasks"
        )
    planned = counts.plan_new_tasks(app.aws, project, services, take(Waiting, given))
    return change_counts(app, planned, answer)

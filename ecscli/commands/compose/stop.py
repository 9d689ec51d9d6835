"""`ecscli compose stop`: stop the project's tasks."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from ecscli.commands.compose.flags import layout_option, project_request
from ecscli.commands.compose.options import TASK_MINUTES, change_options
from ecscli.commands.compose.printing import AnswerForm, show_plan, show_tasks
from ecscli.commands.compose.services import (
    ProjectFlags,
    change_counts,
    refuse_flags,
    services_argument,
)
from ecscli.commands.options import EcsCommand, config_options, take
from ecscli.workflows.project import has_services
from ecscli.workflows.service.deployment import Waiting
from ecscli.workflows.tasks import stop

if TYPE_CHECKING:
    from ecscli.commands.context import App


@click.command(cls=EcsCommand, name="stop")
@config_options
@change_options(TASK_MINUTES)
@layout_option
@services_argument
@click.pass_obj
def command(app: App, /, services: tuple[str, ...], **given: object) -> int:
    """Stop every task of the project, and wait until they have stopped. Tasks of a service are not
    touched.

    With layout services: let the services have no tasks; `start` and `up` bring back as many as
    there were.
    """
    answer, waiting = take(AnswerForm, given), take(Waiting, given)
    project = project_request(app)
    if has_services(project):
        from ecscli.workflows.services import counts

        return change_counts(app, counts.plan_idle(app.aws, project, services, waiting), answer)
    refuse_flags(ProjectFlags(services))
    planned = stop.plan(app.aws, project, waiting.timeout, waiting.no_wait)
    if answer.dry_run:
        return show_plan(app, planned.plan, answer)
    return show_tasks(app, app.report(stop.apply(app.aws(), planned)), answer)

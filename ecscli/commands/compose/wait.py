"""`ecscli compose wait`: until the project's tasks run, or have stopped."""

from __future__ import annotations

import click

from ecscli.commands.compose.flags import layout_option, project_request
from ecscli.commands.compose.options import TASK_MINUTES, timeout_option
from ecscli.commands.compose.printing import AnswerForm, show_tasks
from ecscli.commands.compose.services import (
    ProjectFlags,
    refuse_flags,
    services_argument,
    show_project,
)
from ecscli.commands.context import App
from ecscli.commands.options import EcsCommand, config_options, output_option
from ecscli.workflows.project import has_services
from ecscli.workflows.tasks import settled


@click.command(cls=EcsCommand, name="wait")
@config_options
@click.option("--until-stopped", is_flag=True, help="Wait until every task has stopped by itself.")
@timeout_option(TASK_MINUTES)
@output_option
@layout_option
@services_argument
@click.pass_obj
def command(
    app: App, until_stopped: bool, timeout: float, output: str, services: tuple[str, ...]
) -> int:
    """Wait until the project's tasks run; exit code 5 when one stops otherwise than with exit code
    0.

    With layout services: follow the services to the end of their newest deployments, and the tasks
    of jobs until they run. --until-stopped waits for jobs alone.
    """
    project, answer = project_request(app), AnswerForm(output)
    if has_services(project):
        from ecscli.workflows.services import wait

        done = app.report(wait.wait(app.aws, project, services, timeout, until_stopped))
        return show_project(app, done, answer, changed=False)
    refuse_flags(ProjectFlags(services))
    until = "STOPPED" if until_stopped else ""
    ended = app.report(settled.wait(app.aws, project, timeout, until))
    return show_tasks(app, ended, answer, changed=False)

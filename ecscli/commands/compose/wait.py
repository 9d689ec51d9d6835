"""`ecscli compose wait`: until the project's tasks run, or have stopped."""

from __future__ import annotations

import click

from ecscli.commands.compose.flags import project_request
from ecscli.commands.compose.options import TASK_MINUTES, timeout_option
from ecscli.commands.compose.printing import AnswerForm, show_tasks
from ecscli.commands.context import App
from ecscli.commands.options import EcsCommand, config_options, output_option
from ecscli.workflows.tasks import settled


@click.command(cls=EcsCommand, name="wait")
@config_options
@click.option("--until-stopped", is_flag=True, help="Wait until every task has stopped by itself.")
@timeout_option(TASK_MINUTES)
@output_option
@click.pass_obj
def command(app: App, until_stopped: bool, timeout: float, output: str) -> int:
    """Wait until the project's tasks run; exit code 5 when one stops otherwise than with exit code
    0."""
    until = "STOPPED" if until_stopped else ""
    ended = app.report(settled.wait(app.aws, project_request(app), timeout, until))
    return show_tasks(app, ended, AnswerForm(output), changed=False)

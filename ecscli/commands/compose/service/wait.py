"""`ecscli compose service wait`: follow the deployment that is going on."""

from __future__ import annotations

import click

from ecscli.commands.compose.flags import project_request
from ecscli.commands.compose.options import SERVICE_MINUTES, timeout_option
from ecscli.commands.compose.printing import AnswerForm, show_service
from ecscli.commands.context import App
from ecscli.commands.options import EcsCommand, config_options, output_option
from ecscli.workflows.service import wait


@click.command(cls=EcsCommand, name="wait")
@config_options
@timeout_option(SERVICE_MINUTES)
@output_option
@click.pass_obj
def command(app: App, timeout: float, output: str) -> int:
    """Follow the newest deployment of the service to its end; exit code 5, with reasons, where it
    fails."""
    done = app.report(wait.wait(app.aws, project_request(app), timeout))
    return show_service(app, done, AnswerForm(output))

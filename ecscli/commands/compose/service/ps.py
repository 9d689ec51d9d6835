"""`ecscli compose service ps`: the containers of the service's tasks."""

from __future__ import annotations

import click

from ecscli.commands.compose.containers import show_containers
from ecscli.commands.compose.flags import project_request
from ecscli.commands.compose.options import desired_status_option, quiet_option
from ecscli.commands.compose.printing import AnswerForm
from ecscli.commands.context import App
from ecscli.commands.options import EcsCommand, config_options, output_option
from ecscli.workflows.containers import ps


@click.command(cls=EcsCommand, name="ps")
@config_options
@desired_status_option
@quiet_option
@output_option
@click.pass_obj
def command(app: App, desired_status: str | None, quiet: bool, output: str) -> None:
    """List the containers of the service's tasks, running and lately stopped."""
    found = ps.of_service(app.aws, project_request(app), desired_status)
    show_containers(app, found, quiet, AnswerForm(output))

"""`compose port-forward`: a port of this machine that leads into a running container."""

from __future__ import annotations

import click

from ecscli.commands.compose.flags import layout_option, project_request
from ecscli.commands.context import App
from ecscli.commands.options import EcsCommand, completions_of, config_options
from ecscli.ops.plugin import hand_over
from ecscli.workflows.containers import sessions


@click.command(cls=EcsCommand, name="port-forward")
@config_options
@layout_option
@click.option(
    "--task", metavar="TASK", help="Id or ARN of the task; the newest running one by default."
)
@click.argument("service", shell_complete=completions_of("services"))
@click.argument("ports", metavar="LOCAL:REMOTE")
@click.pass_obj
def command(app: App, task: str | None, service: str, ports: str) -> int:
    """Make port REMOTE of the container of SERVICE answer at port LOCAL of this machine, until
    Ctrl-C."""
    opened = app.report(sessions.open_port(app.aws, project_request(app), service, task, ports))
    app.console.flush()
    return hand_over(opened.arguments, app.environment, opened.variables)

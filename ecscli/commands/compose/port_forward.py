"""`compose port-forward`: a port of this machine that leads into a running container."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from ecscli.commands.compose.project import load_project
from ecscli.commands.compose.running import names_of
from ecscli.commands.options import EcsCommand, config_options
from ecscli.commands.options import names_of as completed

if TYPE_CHECKING:
    from ecscli.commands.context import App


@click.command(cls=EcsCommand, name="port-forward")
@config_options
@click.option(
    "--task", metavar="TASK", help="Id or ARN of the task; the newest running one by default."
)
@click.argument("service", shell_complete=completed("services"))
@click.argument("ports", metavar="LOCAL:REMOTE")
@click.pass_obj
def command(app: App, task: str | None, service: str, ports: str) -> int:
    """Make port REMOTE of the container of SERVICE answer at port LOCAL of this machine, until
    Ctrl-C."""
    from ecscli.ops import sessions
    from ecscli.ops.places import find_place
    from ecscli.ops.plugin import find_plugin, hand_over, invocation

    local, remote = sessions.parse_ports(ports)
    plugin = find_plugin(app.environment)
    aws = app.aws()
    place, _ = find_place(aws, names_of(app, load_project(app)), service, task)
    arguments, variables = invocation(
        plugin, aws, place, sessions.forward(aws, place, local, remote)
    )
    app.console.say(f"127.0.0.1:{local} leads to port {remote} of {service}; Ctrl-C ends it")
    app.console.flush()
    return hand_over(arguments, app.environment, variables)

"""`ecscli compose pull`, which scripts of Docker Compose call: there is nothing to pull."""

from __future__ import annotations

import click

from ecscli.commands.context import App
from ecscli.commands.options import EcsCommand, config_options


@click.command(cls=EcsCommand, name="pull")
@config_options
@click.argument("services", metavar="[SERVICE]...", nargs=-1)
@click.pass_obj
def command(app: App, services: tuple[str, ...]) -> None:
    """Pull nothing: ECS pulls the images when a task starts."""
    app.console.say(
        "Nothing to pull: ECS pulls the images when a task starts; `ecscli pull` gets one from ECR"
    )

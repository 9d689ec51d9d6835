"""`license`: ours, and the notices of what ecscli uses."""

from __future__ import annotations

import click

from ecscli.base.system.notices import notices
from ecscli.commands.context import App
from ecscli.commands.options import EcsCommand, output_option


@click.command(cls=EcsCommand, name="license")
@output_option
@click.pass_obj
def command(app: App, output: str) -> None:
    """Print the licence of ecscli and the notices of what it uses."""
    if output == "json":
        app.console.data({"texts": list(notices())})
        return
    for text in notices():
        app.console.text(text)

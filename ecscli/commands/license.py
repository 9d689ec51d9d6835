"""`license`: ours, and the notices of what ecscli uses."""

from __future__ import annotations

import click

from ecscli.base.system.notices import notices
from ecscli.commands.context import App
from ecscli.commands.options import EcsCommand


@click.command(cls=EcsCommand, name="license")
@click.pass_obj
def command(app: App) -> None:
    """Print the licence of ecscli and the notices of what it uses."""
    for text in notices():
        app.console.text(text)

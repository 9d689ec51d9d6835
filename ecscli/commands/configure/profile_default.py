"""`configure profile default`: choose the default ECS profile."""

from __future__ import annotations

import click

from ecscli.commands.configure.required import missing_option, require
from ecscli.commands.context import App
from ecscli.commands.options import EcsCommand, output_option
from ecscli.workflows.configure.entries import PROFILES, choose_default


@click.command(cls=EcsCommand, name="default")
@click.option("--profile-name", metavar="NAME", help="The ECS profile to use by default.")
@output_option
@click.pass_obj
def command(app: App, profile_name: str | None, output: str) -> None:
    """Choose the ECS profile of commands that do not name one."""
    require(missing_option("--profile-name", profile_name))
    choose_default(app.stored_folder(), PROFILES, profile_name or "")
    if output == "json":
        app.console.data({"name": profile_name, "default": True})

"""`configure default`: choose the default cluster configuration."""

from __future__ import annotations

import click

from ecscli.commands.configure.required import missing_option, require
from ecscli.commands.context import App
from ecscli.commands.options import EcsCommand, output_option
from ecscli.workflows.configure.entries import CLUSTERS, choose_default


@click.command(cls=EcsCommand, name="default")
@click.option("--config-name", metavar="NAME", help="The cluster configuration to use by default.")
@output_option
@click.pass_obj
def command(app: App, config_name: str | None, output: str) -> None:
    """Choose the cluster configuration of commands that do not name one."""
    require(missing_option("--config-name", config_name))
    choose_default(app.stored_folder(), CLUSTERS, config_name or "")
    if output == "json":
        app.console.data({"name": config_name, "default": True})

"""`configure default`: choose the default cluster configuration."""

from __future__ import annotations

import click

from ecscli.commands.configure.entries import choose_default, missing, require
from ecscli.commands.context import App
from ecscli.commands.options import EcsCommand
from ecscli.config import places, stored


@click.command(cls=EcsCommand, name="default")
@click.option("--config-name", metavar="NAME", help="The cluster configuration to use by default.")
@click.pass_obj
def command(app: App, config_name: str | None) -> None:
    """Choose the cluster configuration of commands that do not name one."""
    require(missing("--config-name", config_name))
    path = places.folder(app.environment, app.sandbox) / "config"
    choose_default(path, stored.CLUSTERS, "cluster configuration", config_name or "")

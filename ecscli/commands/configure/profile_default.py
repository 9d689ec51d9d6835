"""`configure profile default`: choose the default ECS profile."""

from __future__ import annotations

import click

from ecscli.commands.configure.entries import choose_default, missing, require
from ecscli.commands.context import App
from ecscli.commands.options import EcsCommand
from ecscli.config import places, stored


@click.command(cls=EcsCommand, name="default")
@click.option("--profile-name", metavar="NAME", help="The ECS profile to use by default.")
@click.pass_obj
def command(app: App, profile_name: str | None) -> None:
    """Choose the ECS profile of commands that do not name one."""
    require(missing("--profile-name", profile_name))
    path = places.folder(app.environment, app.sandbox) / "credentials"
    choose_default(path, stored.PROFILES, "ECS profile", profile_name or "")

"""`configure migrate`: turn an old INI file into today's two files."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from ecscli.commands.context import App
from ecscli.commands.options import EcsCommand
from ecscli.workflows.configure.migrate import migrate, preview

if TYPE_CHECKING:
    from ecscli.workflows.configure.migrate import Migration


@click.command(cls=EcsCommand, name="migrate")
@click.option("--force", is_flag=True, help="Show nothing and do not ask.")
@click.pass_obj
def command(app: App, force: bool) -> None:
    """Turn an old INI file ~/.ecs/config into the files config and credentials of today."""
    app.report(migrate(app.stored_folder(), lambda migration: force or _agree(app, migration)))


def _agree(app: App, migration: Migration) -> bool:

    for line in preview(migration):
        app.console.say(line)
    answer = app.console.ask("Are you sure you want to migrate[y/n]?")
    return answer.strip().lower().startswith("y")

"""`configure migrate`: turn an old INI file into today's two files."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from ecscli.commands.context import App
from ecscli.commands.options import EcsCommand, output_option
from ecscli.workflows.configure.migrate import migrate, preview

if TYPE_CHECKING:
    from ecscli.workflows.configure.migrate import Migration


@click.command(cls=EcsCommand, name="migrate")
@click.option("--force", is_flag=True, help="Show nothing and do not ask.")
@output_option
@click.pass_obj
def command(app: App, force: bool, output: str) -> None:
    """Turn an old INI file ~/.ecs/config into the files config and credentials of today."""
    folder = app.stored_folder()
    done = app.report(migrate(folder, lambda migration: force or _agree(app, migration)))
    if output == "json":
        app.console.data({"migrated": done})


def _agree(app: App, migration: Migration) -> bool:

    for line in preview(migration):
        app.console.say(line)
    answer = app.console.ask("Are you sure you want to migrate[y/n]?")
    return answer.strip().lower().startswith("y")

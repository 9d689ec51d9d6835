"""`ecscli local ps`: the containers of task definitions on this machine."""

from __future__ import annotations

import click

from ecscli.commands.context import App
from ecscli.commands.local.options import choice, choice_options
from ecscli.commands.options import EcsCommand, output_option, region_options
from ecscli.workflows.local import running

COLUMNS = ("CONTAINER ID", "IMAGE", "STATUS", "PORTS", "NAMES", "TASKDEFINITION")


@click.command(cls=EcsCommand, name="ps")
@region_options
@choice_options
@click.option("--json", "raw", is_flag=True, help="Print the engine's own list, as ecs-cli did.")
@output_option
@click.pass_obj
def command(
    app: App, file: str | None, remote: str | None, all: bool, raw: bool, output: str
) -> None:
    """List the containers of a definition, stopped ones too; without a flag those that were started
    in this directory."""
    meant = choice(app, file, remote, all)
    if raw:
        app.console.data(running.listed_raw(app.environment, meant))
        return
    found = running.listed(app.environment, meant)
    if output == "json":
        app.console.data([running.document(one) for one in found])
    else:
        app.console.table(COLUMNS, running.rows(found))

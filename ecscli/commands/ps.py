"""`ecscli ps`: the containers of the whole cluster."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from ecscli.commands.options import EcsCommand, config_options, output_option
from ecscli.up.tasks import table as tasks_table
from ecscli.workflows.cluster.ps import containers

if TYPE_CHECKING:
    from ecscli.commands.context import App


@click.command("ps", cls=EcsCommand)
@config_options
@click.option(
    "--desired-status",
    metavar="STATUS",
    help="Only tasks that are to be RUNNING, or only STOPPED ones.",
)
@output_option
@click.pass_obj
def command(app: App, desired_status: str | None, output: str) -> None:
    """List the containers of all tasks of the cluster, running and lately stopped."""
    found = containers(app.aws(), desired_status)
    if output == "json":
        app.console.data(tasks_table.as_data(found.rows))
    else:
        app.console.table(tasks_table.COLUMNS, [row.cells for row in found.rows])
    if found.problem:
        raise found.problem

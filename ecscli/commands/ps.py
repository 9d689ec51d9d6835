"""`ecscli ps`: the containers of the whole cluster."""

from __future__ import annotations

import click

from ecscli.base.errors import InputError
from ecscli.commands.context import App
from ecscli.commands.options import EcsCommand, config_options, output_option

STATUSES = ("RUNNING", "STOPPED")


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
    from ecscli.up.diagnosis.unread import incomplete
    from ecscli.up.stack import live
    from ecscli.up.tasks import table as tasks_table
    from ecscli.up.tasks.surroundings import collect

    if desired_status and desired_status not in STATUSES:
        raise InputError(
            f'"{desired_status}" is no status', "--desired-status", "RUNNING or STOPPED"
        )
    aws = app.aws()
    cluster = aws.settings.need_cluster()
    wanted = (desired_status,) if desired_status else STATUSES
    _, (tasks, around) = aws.together(
        lambda: live.active_cluster(aws, cluster), lambda: collect(aws, cluster, wanted)
    )
    rows = tasks_table.rows(tasks, around)
    if output == "json":
        app.console.data(tasks_table.as_data(rows))
    else:
        app.console.table(tasks_table.COLUMNS, [row.cells for row in rows])
    if around.unread:
        raise incomplete(around.unread)

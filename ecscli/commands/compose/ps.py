"""`ecscli compose ps` and, with its listing, `compose service ps`: the containers of the project's
tasks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import click

from ecscli.base.errors import InputError
from ecscli.commands.compose.options import desired_status_option, quiet_option
from ecscli.commands.compose.project import load_project
from ecscli.commands.compose.running import names_of
from ecscli.commands.options import EcsCommand, config_options, output_option

if TYPE_CHECKING:
    from ecscli.commands.context import App
    from ecscli.up.tasks.surroundings import Surroundings

STATUSES = ("RUNNING", "STOPPED")


@click.command(cls=EcsCommand, name="ps")
@config_options
@desired_status_option
@quiet_option
@output_option
@click.pass_obj
def command(app: App, desired_status: str | None, quiet: bool, output: str) -> None:
    """List the containers of the project's tasks, running and lately stopped."""
    from ecscli.up.tasks.live import of_project
    from ecscli.up.tasks.surroundings import collect

    wanted = statuses(desired_status)
    names = names_of(app, load_project(app))
    found = collect(
        app.aws(), names.cluster, wanted, lambda task: of_project(task, names), family=names.family
    )
    show(app, found, quiet, output)


def statuses(desired: str | None) -> Sequence[str]:
    """The desired statuses to list: running ones first, as the original."""
    if desired and desired not in STATUSES:
        raise InputError(
            f"{desired} is not a valid value for desired status. Please use RUNNING or STOPPED.",
            "--desired-status",
        )
    return (desired,) if desired else STATUSES


def show(app: App, found: tuple[Sequence[Any], Surroundings], quiet: bool, output: str) -> None:
    """The table, the same as data, or the ids of the tasks alone; at the end the error of what
    could not be read."""
    from ecscli.up.diagnosis.unread import incomplete
    from ecscli.up.model import task_id
    from ecscli.up.tasks import table as tasks_table

    tasks, around = found
    if quiet:
        for task in tasks:
            app.console.line(task_id(str(task["taskArn"])))
        return
    rows = tasks_table.rows(tasks, around)
    if output == "json":
        app.console.data(tasks_table.as_data(rows))
    else:
        app.console.table(tasks_table.COLUMNS, [row.cells for row in rows])
    if around.unread:
        raise incomplete(around.unread)

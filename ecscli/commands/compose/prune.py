"""`compose prune`: old revisions of the project's task definition."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from ecscli.commands.compose.flags import layout_option, project_request
from ecscli.commands.context import App
from ecscli.commands.options import EcsCommand, config_options, output_option
from ecscli.up.model import short
from ecscli.workflows.definition import prune

if TYPE_CHECKING:
    from ecscli.workflows.definition.prune import PlannedPruning


@click.command(cls=EcsCommand, name="prune")
@config_options
@layout_option
@click.option(
    "--keep",
    type=click.IntRange(1),
    default=10,
    show_default=True,
    help="Number of newest revisions to keep.",
)
@click.option(
    "--delete", is_flag=True, help="Also delete for good those that were deregistered earlier."
)
@click.option("--dry-run", is_flag=True, help="Only show what would be done.")
@click.option("--force", "-f", is_flag=True, help="Do not ask.")
@output_option
@click.pass_obj
def command(app: App, keep: int, delete: bool, dry_run: bool, force: bool, output: str) -> None:
    """Deregister old revisions of the project's task definition.

    A revision that a service or a running task of any cluster in the region uses stays. What starts
    tasks from elsewhere, as a schedule, is not seen: keep enough revisions, or let it name the
    family alone.
    """
    planned = prune.plan(app.aws, project_request(app), keep, delete)
    leaving, family = counted(len(planned.leaving)), ", ".join(planned.families)
    if output == "json" or dry_run or planned.leaving:
        show_fates(app, planned, output)
    if not planned.leaving:
        app.console.say(f"Nothing to prune: {counted(len(planned.fates))} of {family}.")
    if dry_run or not planned.leaving:
        return
    verb = "Delete" if delete else "Deregister"
    if force or app.console.confirm(f"{verb} {leaving} of {family}?", "--force"):
        app.report(prune.apply(app.aws(), planned))


def show_fates(app: App, planned: PlannedPruning, output: str) -> None:
    """What becomes of each revision, and why."""
    columns = ("revision", "action", "reason")
    rows = [(short(fate.revision.arn), fate.action, fate.reason) for fate in planned.fates]
    if output == "json":
        app.console.data([dict(zip(columns, row, strict=True)) for row in rows])
    else:
        app.console.table([name.upper() for name in columns], rows)


def counted(number: int) -> str:
    """So many revisions, in words."""
    return "1 revision" if number == 1 else f"{number} revisions"

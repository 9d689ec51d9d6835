"""`compose prune`: old revisions of the project's task definition."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from ecscli.commands.compose.project import load_project
from ecscli.commands.options import EcsCommand, config_options, output_option

if TYPE_CHECKING:
    from ecscli.commands.context import App


@click.command(cls=EcsCommand, name="prune")
@config_options
@click.option(
    "--keep",
    type=click.IntRange(1),
    default=10,
    show_default=True,
    help="How many of the newest stay.",
)
@click.option(
    "--delete", is_flag=True, help="Delete, for ever, also those that were deregistered earlier."
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
    from ecscli.ops import prune
    from ecscli.up.model import short

    family, aws = load_project(app).name, app.aws()
    revisions, in_use = aws.together(
        lambda: prune.read_revisions(aws, family, delete), lambda: prune.read_use(aws, family)
    )
    fates = prune.decide(revisions, in_use, keep, delete)
    leaving = [fate for fate in fates if fate.action != "keep"]
    rows = [(short(fate.revision.arn), fate.action, fate.reason) for fate in fates]
    if output == "json":
        app.console.data(
            [dict(zip(("revision", "action", "reason"), row, strict=True)) for row in rows]
        )
    elif dry_run or leaving:
        app.console.table(("REVISION", "ACTION", "REASON"), rows)
    if not leaving:
        app.console.say(f"Nothing to prune: {counted(len(fates))} of {family}.")
    if dry_run or not leaving:
        return
    what = "delete" if delete else "deregister"
    if force or app.console.confirm(
        f"{what.capitalize()} {counted(len(leaving))} of {family}?", "--force"
    ):
        for event in prune.remove_revisions(aws, fates):
            app.console.event(event)


def counted(number: int) -> str:
    return "1 revision" if number == 1 else f"{number} revisions"

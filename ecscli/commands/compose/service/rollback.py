"""`ecscli compose service rollback`: back to an earlier revision."""

from __future__ import annotations

import click

from ecscli.commands.compose.flags import project_request
from ecscli.commands.compose.options import SERVICE_MINUTES, change_options
from ecscli.commands.compose.printing import AnswerForm, show_plan, show_service
from ecscli.commands.context import App
from ecscli.commands.options import EcsCommand, config_options, take
from ecscli.workflows.service import change, rollback
from ecscli.workflows.service.deployment import Waiting


@click.command(cls=EcsCommand, name="rollback")
@config_options
@click.option(
    "--to",
    "revision",
    type=click.IntRange(1),
    metavar="N",
    help="Revision; the one before by default.",
)
@change_options(SERVICE_MINUTES)
@click.pass_obj
def command(app: App, /, revision: int | None, **given: object) -> int:
    """Go back to the revision before the one in use, or to revision N of the same family."""
    answer, waiting = take(AnswerForm, given), take(Waiting, given)
    planned = rollback.plan(app.aws, project_request(app), revision, waiting)
    if answer.dry_run:
        return show_plan(app, planned.plan, answer)
    return show_service(app, app.report(change.apply(app.aws(), planned)), answer)

"""`ecscli compose service rollback`: back to an earlier revision."""

from __future__ import annotations

import click

from ecscli.commands.compose.flags import layout_option, project_request
from ecscli.commands.compose.options import SERVICE_MINUTES, change_options
from ecscli.commands.compose.printing import AnswerForm, show_plan, show_service
from ecscli.commands.compose.services import ProjectFlags, one_service_argument, refuse_flags
from ecscli.commands.context import App
from ecscli.commands.options import EcsCommand, config_options, take
from ecscli.workflows.project import has_services
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
@layout_option
@one_service_argument
@click.pass_obj
def command(app: App, /, revision: int | None, service: str | None, **given: object) -> int:
    """Go back to the revision before the one in use, or to revision N of the same family. With
    layout services SERVICE is the one that goes back."""
    answer, waiting = take(AnswerForm, given), take(Waiting, given)
    project = project_request(app)
    if service is not None and not has_services(project):
        refuse_flags(ProjectFlags((service,)))
    planned = rollback.plan(app.aws, project, revision, waiting, service)
    if answer.dry_run:
        return show_plan(app, planned.plan, answer)
    return show_service(app, app.report(change.apply(app.aws(), planned)), answer)

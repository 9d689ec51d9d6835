"""`ecscli compose service scale COUNT`: the number of the service's tasks."""

from __future__ import annotations

import click

from ecscli.commands.compose.flags import project_request
from ecscli.commands.compose.options import SERVICE_MINUTES, change_options, percent_options
from ecscli.commands.compose.printing import AnswerForm, show_plan, show_service
from ecscli.commands.context import App
from ecscli.commands.options import EcsCommand, config_options, fill, take
from ecscli.workflows.service import change, scale
from ecscli.workflows.service.request import ServiceRequest


@click.command(cls=EcsCommand, name="scale")
@config_options
@percent_options
@change_options(SERVICE_MINUTES)
@click.argument("count", nargs=-1)
@click.pass_obj
def command(app: App, /, count: tuple[str, ...], **given: object) -> int:
    """Change the number of the service's tasks to COUNT."""
    answer = take(AnswerForm, given)
    request = fill(ServiceRequest, given, project=project_request(app))
    planned = app.report(scale.plan(request, count))
    if answer.dry_run:
        return show_plan(app, planned.plan, answer)
    return show_service(app, app.report(change.apply(app.aws(), planned)), answer)

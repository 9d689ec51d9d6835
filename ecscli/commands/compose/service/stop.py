"""`ecscli compose service stop`: scale to zero; the service stays."""

from __future__ import annotations

import click

from ecscli.commands.compose.flags import project_request
from ecscli.commands.compose.options import SERVICE_MINUTES, change_options
from ecscli.commands.compose.printing import AnswerForm, show_plan, show_service
from ecscli.commands.context import App
from ecscli.commands.options import EcsCommand, config_options, fill, take
from ecscli.workflows.service import change, scale
from ecscli.workflows.service.request import ServiceRequest


@click.command(cls=EcsCommand, name="stop")
@config_options
@change_options(SERVICE_MINUTES)
@click.pass_obj
def command(app: App, /, **given: object) -> int:
    """Stop all tasks of the service by a count of zero."""
    answer = take(AnswerForm, given)
    planned = app.report(scale.plan_idle(fill(ServiceRequest, given, project=project_request(app))))
    if answer.dry_run:
        return show_plan(app, planned.plan, answer)
    return show_service(app, app.report(change.apply(app.aws(), planned)), answer)

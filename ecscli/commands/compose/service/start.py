"""`ecscli compose service start`: one task again after a stop."""

from __future__ import annotations

import click

from ecscli.commands.compose.flags import project_request
from ecscli.commands.compose.options import (
    SERVICE_MINUTES,
    change_options,
    force_deployment_option,
    log_group_options,
)
from ecscli.commands.compose.printing import AnswerForm, show_plan, show_service
from ecscli.commands.context import App
from ecscli.commands.options import EcsCommand, config_options, fill, take
from ecscli.workflows.service import start
from ecscli.workflows.service.request import ServiceRequest


@click.command(cls=EcsCommand, name="start")
@config_options
@log_group_options
@force_deployment_option
@change_options(SERVICE_MINUTES)
@click.pass_obj
def command(app: App, /, **given: object) -> int:
    """Start one task where the service has none; its task definition stays as it is."""
    answer = take(AnswerForm, given)
    request = fill(ServiceRequest, given, project=project_request(app))
    planned = app.report(start.plan(app.aws, request))
    if answer.dry_run:
        return show_plan(app, planned.plan, answer)
    return show_service(app, app.report(start.apply(app.aws(), planned)), answer)

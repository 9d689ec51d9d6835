"""`ecscli compose service start`: one task again after a stop."""

from __future__ import annotations

import click

from ecscli.commands.compose.flags import layout_option, project_request
from ecscli.commands.compose.options import (
    SERVICE_MINUTES,
    change_options,
    force_deployment_option,
    log_group_options,
)
from ecscli.commands.compose.printing import AnswerForm, show_plan, show_service
from ecscli.commands.compose.services import (
    ProjectFlags,
    change_counts,
    refuse_flags,
    refuse_others,
    services_argument,
)
from ecscli.commands.context import App
from ecscli.commands.options import EcsCommand, config_options, fill, take
from ecscli.workflows.project import has_services
from ecscli.workflows.service import start
from ecscli.workflows.service.deployment import Waiting
from ecscli.workflows.service.request import ServiceRequest


@click.command(cls=EcsCommand, name="start")
@config_options
@log_group_options
@force_deployment_option
@change_options(SERVICE_MINUTES)
@layout_option
@services_argument
@click.pass_obj
def command(app: App, /, services: tuple[str, ...], **given: object) -> int:
    """Start one task where the service has none; its task definition stays as it is. With
    layout services start those again that `stop` has stopped, as `compose start`."""
    answer, project = take(AnswerForm, given), project_request(app)
    if has_services(project):
        from ecscli.workflows.services import counts

        refuse_others(given, ("force_deployment", "create_log_groups", "log_retention"))
        planned_counts = counts.plan_again(app.aws, project, services, take(Waiting, given))
        return change_counts(app, planned_counts, answer)
    refuse_flags(ProjectFlags(services))
    request = fill(ServiceRequest, given, project=project)
    planned = app.report(start.plan(app.aws, request))
    if answer.dry_run:
        return show_plan(app, planned.plan, answer)
    return show_service(app, app.report(start.apply(app.aws(), planned)), answer)

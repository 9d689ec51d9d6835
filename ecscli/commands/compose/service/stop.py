"""`ecscli compose service stop`: scale to zero; the service stays."""

from __future__ import annotations

import click

from ecscli.commands.compose.flags import layout_option, project_request
from ecscli.commands.compose.options import SERVICE_MINUTES, change_options
from ecscli.commands.compose.printing import AnswerForm, show_plan, show_service
from ecscli.commands.compose.services import (
    ProjectFlags,
    change_counts,
    refuse_flags,
    services_argument,
)
from ecscli.commands.context import App
from ecscli.commands.options import EcsCommand, config_options, fill, take
from ecscli.workflows.project import has_services
from ecscli.workflows.service import change, scale
from ecscli.workflows.service.deployment import Waiting
from ecscli.workflows.service.request import ServiceRequest


@click.command(cls=EcsCommand, name="stop")
@config_options
@change_options(SERVICE_MINUTES)
@layout_option
@services_argument
@click.pass_obj
def command(app: App, /, services: tuple[str, ...], **given: object) -> int:
    """Stop all tasks of the service by a count of zero; with layout services those of all services
    or of the named ones, as `compose stop`."""
    answer, project = take(AnswerForm, given), project_request(app)
    if has_services(project):
        from ecscli.workflows.services import counts

        planned_counts = counts.plan_idle(app.aws, project, services, take(Waiting, given))
        return change_counts(app, planned_counts, answer)
    refuse_flags(ProjectFlags(services))
    planned = app.report(scale.plan_idle(fill(ServiceRequest, given, project=project)))
    if answer.dry_run:
        return show_plan(app, planned.plan, answer)
    return show_service(app, app.report(change.apply(app.aws(), planned)), answer)

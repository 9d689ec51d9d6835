"""`ecscli compose service create`: the service without tasks."""

from __future__ import annotations

import click

from ecscli.commands.compose import services
from ecscli.commands.compose.flags import balancer_option, layout_option, project_request
from ecscli.commands.compose.options import build_options, dry_run_option, new_service_options
from ecscli.commands.compose.printing import AnswerForm, show_plan, show_service
from ecscli.commands.context import App
from ecscli.commands.options import EcsCommand, config_options, fill, output_option, take
from ecscli.workflows.project import has_services
from ecscli.workflows.service import create
from ecscli.workflows.service.request import ServiceRequest


@click.command(cls=EcsCommand, name="create")
@config_options
@build_options
@new_service_options
@dry_run_option
@output_option
@layout_option
@balancer_option
@click.pass_obj
def command(app: App, /, **given: object) -> int:
    """Create the service with a count of zero; `service up` or `service start` brings its first
    task. With layout services it is `compose create`, which registers task definitions."""
    answer, project = take(AnswerForm, given), project_request(app)
    if has_services(project):
        return services.create(app, project, given, answer)
    request = fill(ServiceRequest, given, project=project, dry_run=answer.dry_run)
    planned = app.report(create.plan(app.aws, request))
    if answer.dry_run:
        return show_plan(app, planned.whole, answer)
    return show_service(app, app.report(create.apply(app.aws(), planned)), answer)

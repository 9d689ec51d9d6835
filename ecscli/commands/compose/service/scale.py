"""`ecscli compose service scale COUNT`: the number of the service's tasks."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from ecscli.commands.compose.flags import layout_option, project_request
from ecscli.commands.compose.options import SERVICE_MINUTES, change_options, percent_options
from ecscli.commands.compose.printing import AnswerForm, show_plan, show_service
from ecscli.commands.compose.services import PERCENTAGES, change_counts, refuse_others
from ecscli.commands.options import EcsCommand, config_options, fill, take
from ecscli.workflows.project import has_services
from ecscli.workflows.service import change, scale
from ecscli.workflows.service.deployment import Waiting
from ecscli.workflows.service.request import ServiceRequest

if TYPE_CHECKING:
    from ecscli.commands.context import App


@click.command(cls=EcsCommand, name="scale")
@config_options
@percent_options
@change_options(SERVICE_MINUTES)
@layout_option
@click.argument("count", nargs=-1)
@click.pass_obj
def command(app: App, /, count: tuple[str, ...], **given: object) -> int:
    """Change the number of the service's tasks to COUNT; with layout services SERVICE=COUNT for
    each service that is meant, as `compose scale`."""
    answer, project = take(AnswerForm, given), project_request(app)
    if has_services(project):
        from ecscli.workflows.services import counts

        refuse_others(given, PERCENTAGES)
        planned_counts = counts.plan_scale(app.aws, project, count, take(Waiting, given))
        return change_counts(app, planned_counts, answer)
    request = fill(ServiceRequest, given, project=project)
    planned = app.report(scale.plan(request, count))
    if answer.dry_run:
        return show_plan(app, planned.plan, answer)
    return show_service(app, app.report(change.apply(app.aws(), planned)), answer)

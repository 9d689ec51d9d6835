"""`ecscli compose service plan`: what `service up` would change, as text or JSON."""

from __future__ import annotations

import click

from ecscli.base.records import replace
from ecscli.commands.compose import services
from ecscli.commands.compose.flags import (
    balancer_option,
    layout_option,
    project_request,
    recreate_option,
)
from ecscli.commands.compose.options import (
    deployment_options,
    future_build_options,
    show_values_option,
)
from ecscli.commands.compose.printing import AnswerForm, show_plan
from ecscli.commands.compose.services import ProjectFlags, project_options, refuse_flags
from ecscli.commands.compose.switching import SwitchFlags, future_switch_options
from ecscli.commands.context import App
from ecscli.commands.options import EcsCommand, config_options, fill, output_option, take
from ecscli.workflows.project import has_services
from ecscli.workflows.service import up
from ecscli.workflows.service.request import ServiceRequest


@click.command(cls=EcsCommand, name="plan")
@config_options
@future_build_options
@deployment_options
@show_values_option
@output_option
@future_switch_options
@layout_option
@balancer_option
@recreate_option
@project_options
@click.pass_obj
def command(app: App, /, **given: object) -> int:
    """Show what `service up` would change against what is live. Exit code 0: nothing; 3:
    something. With layout services it is `compose plan`."""
    answer, flags = take(AnswerForm, given), take(ProjectFlags, given)
    project, given["switch"] = project_request(app), take(SwitchFlags, given).request(app)
    if has_services(project):
        return services.up(app, project, flags, given, replace(answer, dry_run=True))
    refuse_flags(flags)
    request = fill(ServiceRequest, given, project=project, dry_run=True)
    planned = app.report(up.plan(app.aws, request))
    return show_plan(app, planned.whole, answer, planned.switch)

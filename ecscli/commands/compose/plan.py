"""`ecscli compose plan`: what `up` would change, as text or JSON."""

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
from ecscli.commands.compose.options import future_build_options, show_values_option, task_options
from ecscli.commands.compose.printing import AnswerForm, show_plan
from ecscli.commands.compose.services import ProjectFlags, project_options, refuse_flags
from ecscli.commands.compose.switching import SwitchFlags, future_switch_options
from ecscli.commands.context import App
from ecscli.commands.options import EcsCommand, config_options, fill, output_option, take
from ecscli.workflows.project import has_services
from ecscli.workflows.request import TaskRequest
from ecscli.workflows.tasks import up


@click.command(cls=EcsCommand, name="plan")
@config_options
@click.option(
    "--force-update", "-u", is_flag=True, help="Plan to replace every task, changed or not."
)
@future_build_options
@task_options
@show_values_option
@output_option
@future_switch_options
@layout_option
@balancer_option
@recreate_option
@project_options
@click.pass_obj
def command(app: App, /, force_update: bool, **given: object) -> int:
    """Show what `up` would change against what is live. Exit code 0: nothing; 3: something."""
    answer, flags = take(AnswerForm, given), take(ProjectFlags, given)
    project, given["switch"] = project_request(app), take(SwitchFlags, given).request(app)
    if has_services(project):
        given["force_deployment"] = force_update
        return services.up(app, project, flags, given, replace(answer, dry_run=True))
    refuse_flags(flags)
    request = fill(TaskRequest, given, project=project, dry_run=True)
    return show_plan(app, app.report(up.plan(app.aws, request, force_update)).plan, answer)

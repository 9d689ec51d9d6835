"""`ecscli compose create`: the task definition and its log groups."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from ecscli.commands.compose.flags import layout_option, project_request
from ecscli.commands.compose.options import (
    build_options,
    capability_iam_option,
    dry_run_option,
    log_group_options,
    secret_options,
    tags_option,
)
from ecscli.commands.compose.printing import AnswerForm, show_plan
from ecscli.commands.compose.services import create
from ecscli.commands.options import (
    EcsCommand,
    config_options,
    fill,
    launch_type_option,
    output_option,
    take,
)
from ecscli.workflows.definition import register
from ecscli.workflows.project import has_services
from ecscli.workflows.request import TaskRequest

if TYPE_CHECKING:
    from ecscli.commands.context import App


@click.command(cls=EcsCommand, name="create")
@config_options
@layout_option
@build_options
@launch_type_option
@log_group_options
@capability_iam_option
@secret_options
@tags_option
@dry_run_option
@output_option
@click.pass_obj
def command(app: App, /, **given: object) -> int:
    """Register the task definition, where it differs from the newest revision; with layout services
    those of all services and jobs."""
    answer, project = take(AnswerForm, given), project_request(app)
    if has_services(project):
        return create(app, project, given, answer)
    request = fill(TaskRequest, given, project=project, dry_run=answer.dry_run)
    planned = app.report(register.plan(app.aws, request))
    if answer.dry_run:
        return show_plan(app, planned.plan, answer)
    done = app.report(register.apply(app.aws(), planned))
    if answer.is_json:
        app.console.data({"taskDefinition": done.definition, "changed": done.changed})
    return 0

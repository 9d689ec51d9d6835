"""`compose logs`: what all containers of a project write."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import click

from ecscli.commands.compose.flags import layout_option, project_request
from ecscli.commands.compose.log_lines import LineForm, show_logs
from ecscli.commands.compose.options import logs_options
from ecscli.commands.options import EcsCommand, config_options, fill, take
from ecscli.workflows.containers.project_logs import ProjectLogsRequest, read_logs

if TYPE_CHECKING:
    from ecscli.commands.context import App


@click.command(cls=EcsCommand, name="logs")
@config_options
@layout_option
@logs_options
@click.pass_obj
def command(app: App, /, **given: object) -> None:
    """Print what the project's containers write to CloudWatch Logs: tasks running and lately
    stopped."""
    form = take(LineForm, given)
    request = fill(ProjectLogsRequest, given, project=project_request(app))
    show_logs(app, read_logs(app.aws, request, time.time()), form)

"""`compose service logs`: what the containers of the service's tasks write."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from ecscli.commands.compose.logs import logs_options, show_logs
from ecscli.commands.options import EcsCommand, config_options

if TYPE_CHECKING:
    from ecscli.commands.context import App


@click.command(cls=EcsCommand, name="logs")
@config_options
@logs_options
@click.pass_obj
def command(app: App, /, services: tuple[str, ...], **given: Any) -> None:
    """Print what the service's containers write to CloudWatch Logs, through any replacement of its
    tasks."""
    show_logs(app, services, given, of_service=True)

"""`ecscli compose start`: as up, without forcing anything."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from ecscli.commands.compose.options import (
    dry_run_option,
    launch_options,
    log_group_options,
    managed_tags_option,
    no_wait_option,
    tags_option,
    timeout_option,
)
from ecscli.commands.compose.tasks import DEFAULT_TIMEOUT, TaskFlags
from ecscli.commands.compose.up import bring_up
from ecscli.commands.options import EcsCommand, config_options, launch_type_option, output_option

if TYPE_CHECKING:
    from ecscli.commands.context import App


@click.command(cls=EcsCommand, name="start")
@config_options
@launch_type_option
@log_group_options
@tags_option
@managed_tags_option
@launch_options
@timeout_option(DEFAULT_TIMEOUT)
@no_wait_option
@dry_run_option
@output_option
@click.pass_obj
def command(app: App, /, no_wait: bool, dry_run: bool, output: str, **given: Any) -> int:
    """Run the project as a task; where it runs, replace the tasks of other revisions."""
    return bring_up(app, TaskFlags(**given), (False, no_wait, dry_run), output)

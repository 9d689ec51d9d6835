"""`ecscli compose plan`: what `up` would change, as text or JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from ecscli.commands.compose.options import (
    launch_options,
    log_group_options,
    managed_tags_option,
    show_values_option,
    tags_option,
)
from ecscli.commands.compose.tasks import TaskFlags
from ecscli.commands.compose.up import bring_up
from ecscli.commands.options import EcsCommand, config_options, launch_type_option, output_option

if TYPE_CHECKING:
    from ecscli.commands.context import App


@click.command(cls=EcsCommand, name="plan")
@config_options
@launch_type_option
@log_group_options
@click.option(
    "--force-update", "-u", is_flag=True, help="Plan to replace every task, changed or not."
)
@tags_option
@managed_tags_option
@launch_options
@show_values_option
@output_option
@click.pass_obj
def command(app: App, /, force_update: bool, output: str, **given: Any) -> int:
    """Show what `up` would change against what is live. Exit code 0: nothing; 3: something."""
    return bring_up(app, TaskFlags(**given), (force_update, True, True), output)

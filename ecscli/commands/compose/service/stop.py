"""`ecscli compose service stop`: scale to zero; the service stays."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from ecscli.commands.compose.options import dry_run_option, no_wait_option, timeout_option
from ecscli.commands.compose.service.options import DEFAULT_TIMEOUT
from ecscli.commands.compose.service.scale import change_count
from ecscli.commands.compose.translation import translate
from ecscli.commands.options import EcsCommand, config_options, output_option

if TYPE_CHECKING:
    from ecscli.commands.context import App


@click.command(cls=EcsCommand, name="stop")
@config_options
@timeout_option(DEFAULT_TIMEOUT)
@no_wait_option
@dry_run_option
@output_option
@click.pass_obj
def command(app: App, /, **given: Any) -> int:
    """Stop all tasks of the service by a count of zero."""
    return change_count(app, translate(app), 0, given)

"""`ecscli compose service plan`: what `service up` would change, as text or JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from ecscli.commands.compose.options import (
    force_deployment_option,
    launch_options,
    log_group_options,
    managed_tags_option,
    service_options,
    show_values_option,
    tags_option,
)
from ecscli.commands.compose.running import show_plan
from ecscli.commands.compose.service.up import desired_count_option, plan_up
from ecscli.commands.options import EcsCommand, config_options, launch_type_option, output_option

if TYPE_CHECKING:
    from ecscli.commands.context import App


@click.command(cls=EcsCommand, name="plan")
@config_options
@launch_type_option
@log_group_options
@desired_count_option
@force_deployment_option
@service_options
@click.option(
    "--update-service-discovery",
    is_flag=True,
    help="Change TTL and threshold of service discovery.",
)
@tags_option
@managed_tags_option
@launch_options
@show_values_option
@output_option
@click.pass_obj
def command(app: App, /, output: str, **given: Any) -> int:
    """Show what `service up` would change against what is live. Exit code 0: nothing; 3:
    something."""
    return show_plan(app, plan_up(app, given), output)

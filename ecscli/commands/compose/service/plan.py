"""`ecscli compose service plan`: what `service up` would change, as text or JSON."""

from __future__ import annotations

from typing import Any

import click

from ecscli.commands.compose.flags import project_request
from ecscli.commands.compose.options import (
    deployment_options,
    future_build_option,
    show_values_option,
)
from ecscli.commands.compose.printing import Answer, show_plan
from ecscli.commands.context import App
from ecscli.commands.options import EcsCommand, config_options, output_option, take


@click.command(cls=EcsCommand, name="plan")
@config_options
@future_build_option
@deployment_options
@show_values_option
@output_option
@click.pass_obj
def command(app: App, /, **given: Any) -> int:
    """Show what `service up` would change against what is live. Exit code 0: nothing; 3:
    something."""

    from ecscli.workflows.service import up
    from ecscli.workflows.service.request import ServiceRequest

    answer = take(Answer, given)
    request = ServiceRequest(project_request(app), dry_run=True, **given)
    return show_plan(app, app.report(up.plan(app.aws, request)).plan, answer)

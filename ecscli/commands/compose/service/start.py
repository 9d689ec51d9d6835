"""`ecscli compose service start`: one task again after a stop."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from ecscli.commands.compose.options import (
    dry_run_option,
    force_deployment_option,
    log_group_options,
    no_wait_option,
    timeout_option,
)
from ecscli.commands.compose.running import carry_out, names_of, refuse, show_plan
from ecscli.commands.compose.service.options import DEFAULT_TIMEOUT, finish, update_fields
from ecscli.commands.compose.translation import tell, translate
from ecscli.commands.options import EcsCommand, config_options, output_option

if TYPE_CHECKING:
    from ecscli.commands.context import App


@click.command(cls=EcsCommand, name="start")
@config_options
@log_group_options
@force_deployment_option
@timeout_option(DEFAULT_TIMEOUT)
@no_wait_option
@dry_run_option
@output_option
@click.pass_obj
def command(app: App, /, no_wait: bool, dry_run: bool, output: str, **given: Any) -> int:
    """Start one task where the service has none; its task definition stays as it is."""
    from ecscli.up.model import Plan
    from ecscli.up.service.live import existing_groups, need_service
    from ecscli.up.service.log_groups import log_groups
    from ecscli.up.service.plan import plan_start

    translation = translate(app)
    names, aws, fields = (
        names_of(app, translation.project),
        app.aws(),
        update_fields(translation, given),
    )
    groups, wrong = log_groups(translation.definition.request, aws.region, given["log_retention"])
    wanted_groups = groups if given["create_log_groups"] else []
    refuse(wrong if given["create_log_groups"] else [])
    tell(app, translation)
    service, there = aws.together(
        lambda: need_service(aws, names), lambda: existing_groups(aws, wanted_groups)
    )
    new = [group for group in wanted_groups if (group.subject, group.region) not in there]
    plan = plan_start(names, service, fields, given["force_deployment"])
    plan = Plan((*new, *plan.actions), plan.notices)
    if dry_run:
        return show_plan(app, plan, output)
    if not plan:
        app.console.say(
            f"ECS Service is already running  desiredCount={service.get('desiredCount')}", "done"
        )
    applied = carry_out(app, plan, f"service {names.service}")
    return finish(
        app, names, applied.service or service, bool(plan), (given["timeout"], no_wait, output)
    )

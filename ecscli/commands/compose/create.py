"""`ecscli compose create`: the task definition and its log groups."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from ecscli.commands.compose.building import build_option
from ecscli.commands.compose.options import dry_run_option, log_group_options, tags_option
from ecscli.commands.compose.running import answer, carry_out, show_plan
from ecscli.commands.compose.tasks import TaskFlags, wanted_tasks
from ecscli.commands.options import EcsCommand, config_options, launch_type_option, output_option

if TYPE_CHECKING:
    from ecscli.commands.context import App


@click.command(cls=EcsCommand, name="create")
@config_options
@build_option
@launch_type_option
@log_group_options
@tags_option
@dry_run_option
@output_option
@click.pass_obj
def command(app: App, /, dry_run: bool, output: str, **given: Any) -> int:
    """Register the task definition, where it differs from the newest revision."""
    from ecscli.up.service.live import LiveProject, existing_groups
    from ecscli.up.service.revisions import newest_definition
    from ecscli.up.service.task_definition import definition_id
    from ecscli.up.tasks.plan import plan_definition

    wanted, _ = wanted_tasks(app, TaskFlags(**given), "never")
    aws = app.aws()
    newest, groups = aws.together(
        lambda: newest_definition(aws, wanted.names.family),
        lambda: existing_groups(aws, wanted.log_groups),
    )
    live = LiveProject(definition=newest, log_groups=groups)
    plan = plan_definition(wanted, live)
    if dry_run:
        return show_plan(app, plan, output)
    applied = carry_out(app, plan, f"task definition {wanted.names.family}")
    name = applied.values.get("taskDefinition") or definition_id(wanted.definition, live)
    if "taskDefinition" not in applied.values:
        app.console.say(f"Using ECS task definition  TaskDefinition={name}")
    answer(app, output, {"taskDefinition": name, "changed": bool(plan)})
    return 0

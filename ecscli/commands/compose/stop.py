"""`ecscli compose stop` (or `down`): stop the project's tasks."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from ecscli.commands.compose.options import dry_run_option, no_wait_option, timeout_option
from ecscli.commands.compose.project import load_project
from ecscli.commands.compose.running import (
    answer,
    carry_out,
    check_timeout,
    names_of,
    refuse,
    show_plan,
)
from ecscli.commands.compose.tasks import DEFAULT_TIMEOUT, follow, task_document
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
def command(app: App, timeout: float, no_wait: bool, dry_run: bool, output: str) -> int:
    """Stop every task of the project, and wait until they have stopped. Tasks of a service are not
    touched."""
    from ecscli.up.tasks.live import project_tasks
    from ecscli.up.tasks.plan import plan_stop

    names = names_of(app, load_project(app))
    refuse(check_timeout(timeout))
    plan = plan_stop(names, project_tasks(app.aws(), names, "RUNNING"))
    if dry_run:
        return show_plan(app, plan, output)
    applied = carry_out(app, plan, f"the tasks of {names.project}")
    ended = (
        applied.stopped
        if no_wait
        else follow(app, names, applied.stopped, timeout, until="STOPPED")
    )
    if not plan:
        app.console.say(f"No task of {names.project} runs.")
    answer(app, output, {"changed": bool(plan), "tasks": [task_document(task) for task in ended]})
    return 0

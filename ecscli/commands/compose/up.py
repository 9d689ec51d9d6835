"""`ecscli compose up`: the project as a task, replaced where its definition has changed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from ecscli.commands.compose.building import build_option
from ecscli.commands.compose.options import (
    dry_run_option,
    launch_options,
    log_group_options,
    managed_tags_option,
    no_wait_option,
    tags_option,
    timeout_option,
)
from ecscli.commands.compose.running import answer, show_plan
from ecscli.commands.compose.tasks import (
    DEFAULT_TIMEOUT,
    TaskFlags,
    carry_out_once,
    check_ends,
    check_placed,
    follow,
    task_document,
    wanted_tasks,
)
from ecscli.commands.options import EcsCommand, config_options, launch_type_option, output_option

if TYPE_CHECKING:
    from ecscli.commands.context import App


@click.command(cls=EcsCommand, name="up")
@config_options
@build_option
@launch_type_option
@log_group_options
@click.option("--force-update", "-u", is_flag=True, help="Replace every task, changed or not.")
@tags_option
@managed_tags_option
@launch_options
@timeout_option(DEFAULT_TIMEOUT)
@no_wait_option
@dry_run_option
@output_option
@click.pass_obj
def command(
    app: App, /, force_update: bool, no_wait: bool, dry_run: bool, output: str, **given: Any
) -> int:
    """Run the project as a task; where it runs, replace the tasks of other revisions.

    Fails, with reasons, when a task cannot be placed or stops with an exit code other than 0.
    """
    return bring_up(app, TaskFlags(**given), (force_update, no_wait, dry_run), output)


def bring_up(app: App, flags: TaskFlags, switches: tuple[bool, bool, bool], output: str) -> int:
    """`up`, `start` and `plan`: plan, show or carry out, follow. `switches`: force, do not wait,
    only show."""
    from ecscli.up.service.live import read_tasks
    from ecscli.up.tasks.plan import plan_tasks

    force, no_wait, dry_run = switches
    wanted, _ = wanted_tasks(app, flags)
    names = wanted.names
    live = read_tasks(app.aws(), names, wanted.log_groups, wanted.managed_tags)
    plan = plan_tasks(wanted, live, force)
    if dry_run:
        return show_plan(app, plan, output)
    if live.tasks:
        app.console.say(
            f"Found existing ECS tasks for project  CountOfTasks={len(live.tasks)}"
            f" ProjectName={names.project}"
        )
    applied = carry_out_once(app, names, plan, live, max(1, len(live.tasks)))
    changed = [*applied.stopped, *applied.started]
    ended = changed if no_wait else follow(app, names, changed, flags.timeout)
    ours = {task["taskArn"] for task in applied.started}
    started = [task for task in ended if task["taskArn"] in ours]
    kept = [
        task
        for task in live.tasks
        if task["taskArn"] not in {task["taskArn"] for task in applied.stopped}
    ]
    if not plan:
        app.console.say("Nothing to change: the tasks that run are what is wanted.", "done")
    answer(
        app,
        output,
        {"changed": bool(plan), "tasks": [task_document(task) for task in [*kept, *started]]},
    )
    check_placed(app, wanted, live, applied)
    if not no_wait and flags.timeout:
        check_ends(app, names, started)
    return 0

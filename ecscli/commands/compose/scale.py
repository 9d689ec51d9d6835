"""`ecscli compose scale COUNT`: that many tasks of the project."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from ecscli.commands.compose.options import (
    dry_run_option,
    launch_options,
    managed_tags_option,
    no_wait_option,
    tags_option,
    timeout_option,
)
from ecscli.commands.compose.running import answer, one_count, show_plan
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


@click.command(cls=EcsCommand, name="scale")
@config_options
@launch_type_option
@tags_option
@managed_tags_option
@launch_options
@timeout_option(DEFAULT_TIMEOUT)
@no_wait_option
@dry_run_option
@output_option
@click.argument("count", nargs=-1)
@click.pass_obj
def command(
    app: App, /, count: tuple[str, ...], no_wait: bool, dry_run: bool, output: str, **given: Any
) -> int:
    """Start or stop tasks until COUNT of them run.

    New tasks are like the first one that runs; the files count only where none does.
    """
    from ecscli.up.service.live import read_tasks
    from ecscli.up.tasks.plan import plan_tasks_scale

    flags = TaskFlags(**given)
    number, (wanted, _) = one_count(
        count, "ecscli compose scale COUNT", lambda: wanted_tasks(app, flags)
    )
    names = wanted.names
    live = read_tasks(app.aws(), names, (), wanted.managed_tags)
    plan = plan_tasks_scale(wanted, live, number)
    if dry_run:
        return show_plan(app, plan, output)
    if not plan:
        app.console.say(f"Tasks are already running  countOfRunningTasks={len(live.tasks)}", "done")
    applied = carry_out_once(app, names, plan, live, number)
    changed = [*applied.stopped, *applied.started]
    ended = changed if no_wait else follow(app, names, changed, flags.timeout)
    started = [
        task for task in ended if task["taskArn"] in {one["taskArn"] for one in applied.started}
    ]
    answer(app, output, {"changed": bool(plan), "tasks": [task_document(task) for task in ended]})
    check_placed(app, wanted, live, applied)
    if not no_wait and flags.timeout:
        check_ends(app, names, started)
    return 0

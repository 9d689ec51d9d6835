"""`ecscli compose wait`: until the project's tasks run, or have stopped."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from ecscli.commands.compose.options import timeout_option
from ecscli.commands.compose.project import load_project
from ecscli.commands.compose.running import answer, check_timeout, names_of, refuse
from ecscli.commands.compose.tasks import DEFAULT_TIMEOUT, check_ends, follow, task_document
from ecscli.commands.options import EcsCommand, config_options, output_option

if TYPE_CHECKING:
    from ecscli.commands.context import App


@click.command(cls=EcsCommand, name="wait")
@config_options
@click.option("--until-stopped", is_flag=True, help="Wait until every task has stopped by itself.")
@timeout_option(DEFAULT_TIMEOUT)
@output_option
@click.pass_obj
def command(app: App, until_stopped: bool, timeout: float, output: str) -> None:
    """Wait until the project's tasks run; exit code 5 when one stops otherwise than with exit code
    0."""
    from ecscli.up.tasks.live import project_tasks

    names = names_of(app, load_project(app))
    refuse(check_timeout(timeout))
    tasks = project_tasks(app.aws(), names, "RUNNING")
    ended = follow(app, names, tasks, timeout, "STOPPED" if until_stopped else "")
    if not tasks:
        app.console.say(f"No task of {names.project} runs.")
    answer(app, output, {"tasks": [task_document(task) for task in ended]})
    check_ends(app, names, ended)

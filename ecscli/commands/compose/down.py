"""`ecscli compose down`: stop the project's tasks, and delete its support stack."""

from __future__ import annotations

import click

from ecscli.commands.compose.flags import project_request
from ecscli.commands.compose.options import TASK_MINUTES, change_options
from ecscli.commands.compose.printing import AnswerForm, show_plan, show_tasks
from ecscli.commands.context import App
from ecscli.commands.options import EcsCommand, config_options, take
from ecscli.workflows.tasks import down


@click.command(cls=EcsCommand, name="down")
@config_options
@change_options(TASK_MINUTES)
@click.pass_obj
def command(app: App, /, timeout: float, no_wait: bool, **given: object) -> int:
    """Stop every task of the project, wait until they have stopped, then delete the project's
    support stack. Tasks of a service are not touched, and while there is one the stack stays.

    With --no-wait the stack stays as well.
    """
    answer = take(AnswerForm, given)
    planned = down.plan(app.aws, project_request(app), timeout, no_wait)
    if answer.dry_run:
        return show_plan(app, planned.whole, answer)
    return show_tasks(app, app.report(down.apply(app.aws(), planned)), answer)

"""`ecscli compose stop`: stop the project's tasks."""

from __future__ import annotations

import click

from ecscli.commands.compose.flags import project_request
from ecscli.commands.compose.options import TASK_MINUTES, change_options, down_secrets_options
from ecscli.commands.compose.printing import AnswerForm, show_plan, show_tasks
from ecscli.commands.compose.removing import DownSecrets, joined
from ecscli.commands.context import App
from ecscli.commands.options import EcsCommand, config_options, take
from ecscli.workflows.tasks import stop


@click.command(cls=EcsCommand, name="stop")
@config_options
@down_secrets_options
@change_options(TASK_MINUTES)
@click.pass_obj
def command(app: App, /, timeout: float, no_wait: bool, **given: object) -> int:
    """Stop every task of the project, and wait until they have stopped. Tasks of a service are not
    touched."""
    answer, secrets = take(AnswerForm, given), take(DownSecrets, given)
    removal = secrets.plan(app)
    planned = stop.plan(app.aws, project_request(app), timeout, no_wait)
    if answer.dry_run:
        return show_plan(app, joined(planned.plan, removal), answer)
    secrets.confirm(app, removal)
    done = app.report(stop.apply(app.aws(), planned))
    secrets.delete(app, removal)
    return show_tasks(app, done, answer)

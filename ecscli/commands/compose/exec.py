"""`compose exec`: a program, or a shell, in a running container."""

from __future__ import annotations

import click

from ecscli.commands.compose.flags import layout_option, project_request
from ecscli.commands.context import App
from ecscli.commands.options import EcsCommand, completions_of, config_options
from ecscli.ops.plugin import hand_over
from ecscli.workflows.containers import sessions


@click.command(cls=EcsCommand, name="exec", context_settings={"allow_interspersed_args": False})
@config_options
@layout_option
@click.option(
    "--task", metavar="TASK", help="Id or ARN of the task; the newest running one by default."
)
@click.argument("service", shell_complete=completions_of("services"))
@click.argument("words", metavar="[COMMAND [ARGUMENT]...]", nargs=-1, type=click.UNPROCESSED)
@click.pass_obj
def command(app: App, task: str | None, service: str, words: tuple[str, ...]) -> int:
    """Run a command in the container of SERVICE; /bin/sh without one. Its exit code becomes
    ours."""
    opened = app.report(sessions.open_shell(app.aws, project_request(app), service, task, words))
    app.console.flush()
    return hand_over(opened.arguments, app.environment, opened.variables)

"""`compose exec`: a program, or a shell, in a running container."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from ecscli.commands.compose.project import load_project
from ecscli.commands.compose.running import names_of
from ecscli.commands.options import EcsCommand, config_options
from ecscli.commands.options import names_of as completed

if TYPE_CHECKING:
    from ecscli.commands.context import App


@click.command(cls=EcsCommand, name="exec", context_settings={"allow_interspersed_args": False})
@config_options
@click.option(
    "--task", metavar="TASK", help="Id or ARN of the task; the newest running one by default."
)
@click.argument("service", shell_complete=completed("services"))
@click.argument("words", metavar="[COMMAND [ARGUMENT]...]", nargs=-1, type=click.UNPROCESSED)
@click.pass_obj
def command(app: App, task: str | None, service: str, words: tuple[str, ...]) -> int:
    """Run a command in the container of SERVICE; /bin/sh without one. Its exit code becomes
    ours."""
    from ecscli.ops import sessions
    from ecscli.ops.places import find_place
    from ecscli.ops.plugin import find_plugin, hand_over, invocation

    plugin = find_plugin(app.environment)
    aws = app.aws()
    place, tasks = find_place(aws, names_of(app, load_project(app)), service, task)
    more = f", the newest of {tasks} tasks" if tasks > 1 and not task else ""
    app.console.say(f"Container {service} of task {place.task.rsplit('/', 1)[-1]}{more}")
    session = sessions.execute(aws, place, words or ("/bin/sh",))
    arguments, variables = invocation(plugin, aws, place, session)
    app.console.flush()
    return hand_over(arguments, app.environment, variables)

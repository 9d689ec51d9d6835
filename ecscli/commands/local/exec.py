"""`ecscli local exec`: a program, or a shell, in a container on this machine."""

from __future__ import annotations

import click

from ecscli.commands.context import App
from ecscli.commands.options import EcsCommand, region_options
from ecscli.local import compose_program
from ecscli.workflows.local import inside, running


@click.command(cls=EcsCommand, name="exec", context_settings={"allow_interspersed_args": False})
@region_options
@click.argument("service")
@click.argument("words", metavar="[COMMAND [ARGUMENT]...]", nargs=-1, type=click.UNPROCESSED)
@click.pass_obj
def command(app: App, service: str, words: tuple[str, ...]) -> int:
    """Run a command in the container of SERVICE that was started in this directory; /bin/sh without
    one. Its exit code becomes ours."""
    meant = running.choose(app.directory, None, None, every=False)
    found = inside.find(app.environment, meant, service)
    app.console.flush()
    return compose_program.execute(
        found.id, words or ("/bin/sh",), app.console.interactive, app.environment
    )

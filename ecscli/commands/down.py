"""`ecscli down`: the cluster and all that `up` made, deleted."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from ecscli.base.errors import InputError
from ecscli.commands.context import App
from ecscli.commands.infra import follow, open_own_aws
from ecscli.commands.options import MINUTES, EcsCommand, config_options, output_option

if TYPE_CHECKING:
    from ecscli.up.stack.teardown import Remains

TIMEOUT = 30.0  # minutes


@click.command("down", cls=EcsCommand)
@config_options
@click.option(
    "--force",
    "-f",
    is_flag=True,
    help="Do not ask: remove services and tasks too, then all the rest.",
)
@click.option(
    "--timeout",
    type=MINUTES,
    default=TIMEOUT,
    show_default=True,
    help="Minutes to wait for each step.",
)
@output_option
@click.pass_obj
def command(app: App, force: bool, timeout: float, output: str) -> None:
    """Delete the cluster: its services and tasks, its stack with instances and network, then the
    cluster itself."""
    from ecscli.up.stack import teardown

    aws = open_own_aws(app)
    cluster, stack = aws.settings.need_cluster(), aws.settings.stack_name.value or ""
    remains = teardown.read(aws, cluster, stack)
    if remains.nothing:
        app.console.say(
            f"There is no cluster {cluster} and no stack {stack} in {aws.region}: nothing to do."
        )
    else:
        _agree(app, remains, force)
        goes_on = f"What was begun to be deleted of cluster {cluster} goes on being deleted."
        with follow(app, goes_on, "run `ecscli down` again to delete the rest") as show:
            show(teardown.delete(aws, remains, timeout * 60))
    if output == "json":
        app.console.data({"cluster": cluster, "stack": stack, "deleted": not remains.nothing})


def _agree(app: App, remains: Remains, force: bool) -> None:
    """Say what will be deleted and what still runs; ask unless told not to."""
    from ecscli.up.stack import teardown

    for line in teardown.lines(remains):
        app.console.say(line)
    if not force and not app.console.confirm("Delete all of it?", "--force", piped=True):
        raise InputError("nothing was deleted", hint="say yes, or use --force")

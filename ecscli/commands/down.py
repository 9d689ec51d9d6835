"""`ecscli down`: the cluster and all that `up` made, deleted."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from ecscli.base.errors import InputError
from ecscli.commands.infra import existing_request, step_timeout_option
from ecscli.commands.options import EcsCommand, config_options, output_option
from ecscli.up.stack.removal.plan import lines
from ecscli.workflows.cluster.down import down, read

if TYPE_CHECKING:
    from ecscli.commands.context import App
    from ecscli.up.stack.removal.remains import Remains


@click.command("down", cls=EcsCommand)
@config_options
@click.option(
    "--force",
    "-f",
    is_flag=True,
    help="Do not ask: delete services and tasks too, then everything else.",
)
@step_timeout_option
@output_option
@click.pass_obj
def command(app: App, force: bool, timeout: float, output: str) -> None:
    """Delete the cluster: its services and tasks, its stack with instances and network, then the
    cluster itself."""
    doomed = read(existing_request(app))
    cluster, stack = doomed.cluster, doomed.stack
    if doomed.remains.nothing:
        place = doomed.aws.region
        app.console.say(
            f"There is no cluster {cluster} and no stack {stack} in {place}: nothing to do."
        )
    else:
        _agree(app, cluster, doomed.remains, force)
        app.report(down(doomed, timeout))
    if output == "json":
        deleted = not doomed.remains.nothing
        app.console.data({"cluster": cluster, "stack": stack, "deleted": deleted})


def _agree(app: App, cluster: str, remains: Remains, force: bool) -> None:
    """Print what will be deleted and what still runs; ask, unless with `force`: then nobody reads
    each resource of a stack before it goes."""
    every = not force or app.console.classic or app.console.verbose
    for line in lines(remains, every=every):
        app.console.say(line)
    question = f"Delete cluster {cluster} with all of this?"
    if not force and not app.console.confirm(question, "--force", piped=True):
        raise InputError("nothing was deleted", hint="answer yes, or use --force")

"""`ecscli watch`: what goes on in the cluster, live."""

from __future__ import annotations

import click

from ecscli.commands.context import App
from ecscli.commands.options import EcsCommand, completions_of, config_options
from ecscli.commands.watching import WatchForm, show, watch_options
from ecscli.workflows.watch import watch_cluster


@click.command("watch", cls=EcsCommand)
@config_options
@watch_options
@click.argument(
    "services",
    metavar="[SERVICE]...",
    nargs=-1,
    shell_complete=completions_of("services_of_cluster"),
)
@click.pass_obj
def command(
    app: App, every: float | None, once: bool, output: str, services: tuple[str, ...]
) -> int:
    """Show deployments, services, tasks, instances and events of the cluster, and go on with it.

    On a terminal the picture redraws itself: q leaves it, p holds it, / filters, arrows choose a
    service, Enter says why it is not steady and l shows its logs. Elsewhere, and with `--output
    json`, each change is a line. With `--once` it ends with exit code 5 where a deployment has
    failed.
    """
    watching = watch_cluster(app.aws(), services, every)
    return show(app, watching, WatchForm(once, output))

"""`ecscli local down`: the containers of task definitions stopped and removed."""

from __future__ import annotations

import click

from ecscli.commands.context import App
from ecscli.commands.local.options import choice, choice_options, network_option
from ecscli.commands.options import EcsCommand, output_option, region_options
from ecscli.workflows.local import running


@click.command(cls=EcsCommand, name="down")
@region_options
@choice_options
@network_option
@output_option
@click.pass_obj
def command(
    app: App, file: str | None, remote: str | None, all: bool, network: str, output: str
) -> None:
    """Stop and remove the containers of a definition, and the network once it is empty; without a
    flag those that were started in this directory. Volumes stay."""
    meant = choice(app, file, remote, all)
    removed = app.report(running.remove(app.environment, meant, network))
    if output == "json":
        app.console.data({"removed": removed})

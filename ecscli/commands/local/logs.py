"""`ecscli local logs`: what containers on this machine have written."""

from __future__ import annotations

import click

from ecscli.commands.answering import line_output_option
from ecscli.commands.context import App
from ecscli.commands.options import EcsCommand, region_options
from ecscli.documents.keys import as_document
from ecscli.workflows.local import inside, running


@click.command(cls=EcsCommand, name="logs")
@region_options
@click.option("--follow", is_flag=True, help="Go on until the containers have ended.")
@line_output_option
@click.argument("services", metavar="[SERVICE]...", nargs=-1)
@click.pass_obj
def command(app: App, follow: bool, output: str, services: tuple[str, ...]) -> None:
    """Print what the containers have written that were started in this directory."""
    meant = running.choose(app.directory, None, None, every=False)
    for line in inside.output(app.environment, meant, services, follow):
        if output == "json":
            app.console.item(as_document(line))
        else:
            app.console.log(line.message.removesuffix("\r"), line.container)
        if follow:
            app.console.flush()

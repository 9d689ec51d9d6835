"""`configure show`: each effective setting and where it comes from."""

from __future__ import annotations

import click

from ecscli.commands.context import App
from ecscli.commands.options import EcsCommand, config_options, launch_type_option, output_option
from ecscli.documents.keys import camel
from ecscli.workflows.configure.show import effective


@click.command(cls=EcsCommand, name="show")
@config_options
@launch_type_option
@output_option
@click.pass_obj
def command(app: App, output: str) -> None:
    """Print each setting that is in force and where it comes from; secrets stay hidden."""
    settings = effective(app.settings(), app.aws)
    if output == "json":
        app.console.data(
            {
                camel(name): {"value": one.value, "source": one.source}
                for name, one in settings.items()
            }
        )
    else:
        rows = [(name, one.value or "-", one.source) for name, one in settings.items()]
        app.console.table(("SETTING", "VALUE", "SOURCE"), rows)

"""`ecscli compose secrets ls`: the secrets of this machine beside those in AWS."""

from __future__ import annotations

import click

from ecscli.commands.compose.flags import project_request
from ecscli.commands.context import App
from ecscli.commands.options import EcsCommand, config_options, output_option
from ecscli.documents.keys import as_document
from ecscli.workflows.secrets.stored import list_secrets

COLUMNS = ("SECRET", "STORED AS", "STATE", "FROM", "BYTES", "SERVICES")


@click.command(cls=EcsCommand, name="ls")
@config_options
@output_option
@click.pass_obj
def command(app: App, output: str) -> None:
    """List the secrets with file: or environment: that services use: where each is stored, and
    whether it is missing there, the same, or differs."""
    found = list_secrets(app.aws, project_request(app))
    if output == "json":
        app.console.data([as_document(row) for row in found])
        return
    rows = [
        (row.secret, row.stored, row.state, row.source, row.size, ", ".join(row.services))
        for row in found
    ]
    app.console.table(COLUMNS, rows)

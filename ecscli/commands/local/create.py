"""`ecscli local create`: a task definition as Compose files."""

from __future__ import annotations

import click

from ecscli.commands.context import App
from ecscli.commands.local.options import (
    definition_options,
    definition_request,
    write_files,
    writing_options,
)
from ecscli.commands.options import EcsCommand, region_options
from ecscli.workflows.local import create


@click.command(cls=EcsCommand, name="create")
@region_options
@definition_options
@writing_options
@click.option(
    "--use-role",
    is_flag=True,
    help="Needless: the file names the task role in any case, and `local up` uses it.",
)
@click.pass_obj
def command(
    app: App,
    file: str | None,
    remote: str | None,
    output_file: str | None,
    force: bool,
    yes: bool,
    use_role: bool,
) -> None:
    """Write a task definition as a Compose file, and a second file that overrides it and is yours
    to change."""
    if file and remote:
        message = "cannot specify both --task-def-remote and --task-def-file flags"
        raise click.UsageError(message)
    request = definition_request(app, file, remote)
    write_files(app, create.prepare(app.aws, request, output_file), force, yes)

"""`registry-creds up`: credentials of private registries into secrets, and a role that may read
them."""

from __future__ import annotations

from datetime import UTC, datetime

import click

from ecscli.commands.context import App
from ecscli.commands.options import EcsCommand, fill, output_option, region_options
from ecscli.terminal.masking import PASSWORD_LENGTH
from ecscli.workflows.images.credentials import CredentialsRequest, read, store

LAST = "If your input file contains sensitive information, make sure that you delete it after use."


@click.command(cls=EcsCommand, name="up")
@click.argument("files", metavar="FILE", nargs=-1)
@region_options
@click.option(
    "--update-existing-secrets",
    is_flag=True,
    help="Write user and password into secrets that exist.",
)
@click.option("--role-name", metavar="ROLE", help="Task execution role to make or to extend.")
@click.option("--no-role", is_flag=True, help="Make no role.")
@click.option("--no-output-file", is_flag=True, help="Write no file for compose.")
@click.option(
    "--output-dir",
    metavar="DIRECTORY",
    help="Where that file is written; the working directory by default.",
)
@click.option("--tags", metavar="NAME=VALUE,...", help="Tags for the secrets and for a new role.")
@output_option
@click.pass_obj
def command(app: App, /, output: str, **given: object) -> None:
    """Store the credentials of private registries, and let a role's tasks pull with them.

    FILE names the registries; a password may be ${VARIABLE}. Prints the path of the file that
    compose finds.
    """
    place = {"directory": app.directory, "environment": app.environment}
    credentials = read(fill(CredentialsRequest, given, **place))
    app.console.mask.add(credentials.passwords, PASSWORD_LENGTH)
    path = app.report(store(app.aws, credentials, datetime.now(UTC)))
    if output == "json":
        role = credentials.request.role_name
        app.console.data({"file": str(path) if path else None, "role": role or None})
    elif path:
        app.console.line(str(path))
    app.console.say(LAST)

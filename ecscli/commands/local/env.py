"""`ecscli local env`: the variables that a container gets."""

from __future__ import annotations

import click

from ecscli.commands.context import App
from ecscli.commands.local.options import chosen_stack, stack_options, up_request
from ecscli.commands.options import EcsCommand, output_option, region_options
from ecscli.workflows.local import environment

HIDDEN = "***"


@click.command(cls=EcsCommand, name="env")
@region_options
@stack_options
@click.option(
    "--format",
    "form",
    type=click.Choice(["env", "shell"]),
    default="env",
    show_default=True,
    help="Lines of NAME=VALUE, or of a shell's export.",
)
@click.option("--reveal", is_flag=True, help="Print the values of secrets too.")
@output_option
@click.argument("service")
@click.pass_obj
def command(
    app: App,
    compose: tuple[str, ...],
    file: str | None,
    remote: str | None,
    form: str,
    reveal: bool,
    output: str,
    service: str,
) -> None:
    """Print the variables that `local up` adds to the container of SERVICE; secrets as ***. Those
    of the endpoint are there while it runs."""
    stack = chosen_stack(app, compose, file, remote)
    found = app.report(environment.added(app.aws, up_request(app), stack, service, reveal))
    if output == "json":
        app.console.data({"service": service, "variables": found})
        return
    prefix = "export " if form == "shell" else ""
    for name, value in found.items():
        text = HIDDEN if value is None else value
        app.console.line(f"{prefix}{name}={environment.shell_word(text) if prefix else text}")

"""`ecscli console`: clusters live in the browser."""

from __future__ import annotations

import click

from ecscli.base.units import HIGHEST_PORT
from ecscli.commands.answering import line_output_option
from ecscli.commands.consoling import ConsoleForm, serve_console
from ecscli.commands.context import App
from ecscli.commands.options import EcsCommand, config_options, take
from ecscli.commands.watching import duration
from ecscli.console.policy import policy_of


@click.command("console", cls=EcsCommand)
@config_options
@click.option(
    "--port",
    type=click.IntRange(0, HIGHEST_PORT),
    default=0,
    help="Port on 127.0.0.1; any free one by default.",
)
@click.option(
    "--allow-actions/--no-allow-actions",
    default=None,
    help="Let the page run and stop tasks and change services, each after a question; only in the"
    " sandbox by default.",
)
@click.option("--no-open", is_flag=True, help="Print the address, and open no browser.")
@click.option(
    "--idle",
    callback=duration,
    default="30m",
    show_default=True,
    metavar="DURATION",
    help="End after this time without a request.",
)
@click.option(
    "--policy",
    is_flag=True,
    help="Print the IAM policy that the console needs, and end; with --allow-actions that of the"
    " actions too.",
)
@line_output_option
@click.pass_obj
def command(app: App, /, policy: bool, output: str, **given: object) -> int:
    """Show clusters, services, deployments, tasks, instances, events and logs live in the browser.

    On AWS it only reads, unless --allow-actions is given. It answers this machine's browser alone:
    its address holds a token that is another one after each start. It stays until Ctrl-C, or until
    nobody looks any more.
    """
    form = take(ConsoleForm, given)
    if policy:
        app.console.data(policy_of(has_actions=bool(form.allow_actions)))
        return 0

    def tell(address: str) -> None:
        if output == "json":
            app.console.item({"url": address})
        else:
            app.console.line(address)

    return serve_console(app, form, tell)

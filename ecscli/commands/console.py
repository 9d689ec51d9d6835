"""`ecscli console`: clusters live in the browser."""

from __future__ import annotations

import gc
from urllib.parse import quote

import click

from ecscli.base.units import HIGHEST_PORT
from ecscli.commands.answering import line_output_option
from ecscli.commands.context import App
from ecscli.commands.options import EcsCommand, config_options, given_flags
from ecscli.commands.watching import duration
from ecscli.console.api import Api
from ecscli.console.server import Server
from ecscli.ops.browser import open_page

ACCOUNT = ("ecs_profile", "aws_profile", "cluster_config")  # flags that name one


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
@line_output_option
@click.pass_obj
def command(
    app: App, port: int, allow_actions: bool | None, no_open: bool, idle: float, output: str
) -> int:
    """Show clusters, services, deployments, tasks, instances, events and logs live in the browser.

    On AWS it only reads, unless --allow-actions is given. It answers this machine's browser alone:
    its address holds a token that is another one after each start. It stays until Ctrl-C, or until
    nobody looks any more.
    """
    aws = app.aws()
    given = given_flags(click.get_current_context())
    flags = {name.replace("_", "-"): given[name] for name in ACCOUNT if name in given}
    is_sandbox = aws.settings.sandbox_url is not None
    has_actions = is_sandbox if allow_actions is None else allow_actions
    server = Server(port, Api(aws, flags, has_actions=has_actions), app.console.mask)
    cluster = aws.settings.cluster.value
    path = f"/clusters/{quote(cluster, safe='')}" if cluster else "/"
    address = server.address(path)
    if output == "json":
        app.console.item({"url": address})
    else:
        app.console.line(address)
    app.console.flush()
    gc.enable()  # it stays for hours
    server.start()
    try:
        if not no_open and not _is_opened(app, server, path):
            app.console.say("No browser could be started here: open the address yourself.")
        app.console.say("Ctrl-C ends the console.")
        server.serve(idle)
    except KeyboardInterrupt:  # the way to end it
        return 0
    app.console.say("Nobody has looked for a while: the console has ended.")
    return 0


def _is_opened(app: App, server: Server, path: str) -> bool:
    """Whether a browser took the page."""
    return open_page(server.address(path, server.guard.token_for_once()), app.environment)

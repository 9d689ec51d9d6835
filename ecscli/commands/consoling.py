"""What `console` and `sandbox start --console` share: the console served until it is left."""

from __future__ import annotations

import gc
from collections.abc import Callable
from urllib.parse import quote

import click

from ecscli.base.records import record
from ecscli.commands.context import App
from ecscli.commands.options import given_flags
from ecscli.console.api import Api
from ecscli.console.server import Server
from ecscli.ops.browser import open_page

ACCOUNT = ("ecs_profile", "aws_profile", "cluster_config")  # flags that name one
IDLE = 30 * 60.0  # seconds without a request


@record
class ConsoleForm:
    """How the console is served: `allow_actions` None is yes in the sandbox alone; `idle` in
    seconds."""

    port: int = 0
    allow_actions: bool | None = None
    no_open: bool = False
    idle: float = IDLE


def serve_console(app: App, form: ConsoleForm, tell: Callable[[str], None]) -> int:
    """Tell the address, open it, and answer until Ctrl-C or until nobody looks any more; the exit
    code."""
    aws = app.aws()
    given = given_flags(click.get_current_context())
    flags = {name.replace("_", "-"): given[name] for name in ACCOUNT if name in given}
    is_sandbox = aws.settings.sandbox_url is not None
    has_actions = is_sandbox if form.allow_actions is None else form.allow_actions
    server = Server(form.port, Api(aws, flags, has_actions=has_actions), app.console.mask)
    cluster = aws.settings.cluster.value
    path = f"/clusters/{quote(cluster, safe='')}" if cluster else "/"
    tell(server.address(path))
    app.console.flush()
    gc.enable()  # it stays for hours
    server.start()
    try:
        if not form.no_open and not _is_opened(app, server, path):
            app.console.say("No browser could be started here: open the address yourself.")
        app.console.say("Ctrl-C ends the console.")
        server.serve(form.idle)
    except KeyboardInterrupt:  # the way to end it
        return 0
    app.console.say("Nobody has looked for a while: the console has ended.")
    return 0


def _is_opened(app: App, server: Server, path: str) -> bool:
    """Whether a browser took the page."""
    return open_page(server.address(path, server.guard.token_for_once()), app.environment)

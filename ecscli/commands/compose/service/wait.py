"""`ecscli compose service wait`: follow the deployment that is going on."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from ecscli.commands.compose.options import timeout_option
from ecscli.commands.compose.project import load_project
from ecscli.commands.compose.running import check_timeout, names_of, refuse
from ecscli.commands.compose.service.options import DEFAULT_TIMEOUT, finish
from ecscli.commands.options import EcsCommand, config_options, output_option

if TYPE_CHECKING:
    from ecscli.commands.context import App


@click.command(cls=EcsCommand, name="wait")
@config_options
@timeout_option(DEFAULT_TIMEOUT)
@output_option
@click.pass_obj
def command(app: App, timeout: float, output: str) -> int:
    """Follow the newest deployment of the service to its end; exit code 5, with reasons, where it
    fails."""
    from ecscli.up.service.live import need_service

    names = names_of(app, load_project(app))
    refuse(check_timeout(timeout))
    return finish(app, names, need_service(app.aws(), names), False, (timeout, False, output))

"""`ecscli compose service ps`: the containers of the service's tasks."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from ecscli.base.errors import AwsError
from ecscli.commands.compose.options import desired_status_option, quiet_option
from ecscli.commands.compose.project import load_project
from ecscli.commands.compose.ps import show, statuses
from ecscli.commands.compose.running import names_of
from ecscli.commands.options import EcsCommand, config_options, output_option

if TYPE_CHECKING:
    from ecscli.commands.context import App


@click.command(cls=EcsCommand, name="ps")
@config_options
@desired_status_option
@quiet_option
@output_option
@click.pass_obj
def command(app: App, desired_status: str | None, quiet: bool, output: str) -> None:
    """List the containers of the service's tasks, running and lately stopped."""
    from ecscli.up.service.live import no_service
    from ecscli.up.tasks.surroundings import collect

    wanted = statuses(desired_status)
    names = names_of(app, load_project(app))
    try:
        found = collect(app.aws(), names.cluster, wanted, serviceName=names.service)
    except AwsError as error:
        raise (no_service(names) if error.code == "ServiceNotFoundException" else error) from error
    show(app, found, quiet, output)

"""`ecscli compose ps`: the containers of the project's tasks."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from ecscli.commands.compose.containers import show_containers
from ecscli.commands.compose.flags import layout_option, project_request
from ecscli.commands.compose.options import desired_status_option, quiet_option
from ecscli.commands.compose.printing import AnswerForm
from ecscli.commands.compose.services import (
    ProjectFlags,
    refuse_flags,
    services_argument,
    show_listing,
)
from ecscli.commands.options import EcsCommand, config_options, output_option
from ecscli.workflows.containers import ps
from ecscli.workflows.project import has_services

if TYPE_CHECKING:
    from ecscli.commands.context import App


@click.command(cls=EcsCommand, name="ps")
@config_options
@desired_status_option
@quiet_option
@output_option
@layout_option
@services_argument
@click.pass_obj
def command(
    app: App, desired_status: str | None, quiet: bool, output: str, services: tuple[str, ...]
) -> None:
    """List the containers of the project's tasks, running and lately stopped; with layout services
    those of all its services and jobs."""
    project = project_request(app)
    if has_services(project):
        from ecscli.workflows.services.ps import of_project as ps_of_services

        listing = ps_of_services(app.aws, project, services, desired_status)
        show_listing(app, listing, quiet, AnswerForm(output))
        return
    refuse_flags(ProjectFlags(services))
    found = ps.of_tasks(app.aws, project, desired_status)
    show_containers(app, found, quiet, AnswerForm(output))

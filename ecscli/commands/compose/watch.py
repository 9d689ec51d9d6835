"""`ecscli compose watch`: what goes on with the project, live."""

from __future__ import annotations

import click

from ecscli.commands.compose.flags import layout_option, project_request
from ecscli.commands.compose.services import ProjectFlags, refuse_flags, services_argument
from ecscli.commands.context import App
from ecscli.commands.options import EcsCommand, config_options
from ecscli.commands.watching import WatchForm, show, watch_options
from ecscli.workflows.project import has_services
from ecscli.workflows.watch import watch_project


@click.command("watch", cls=EcsCommand)
@config_options
@watch_options
@layout_option
@services_argument
@click.pass_obj
def command(
    app: App, every: float | None, once: bool, output: str, services: tuple[str, ...]
) -> int:
    """Show deployments, services, tasks and events of the project, and go on with it; with layout
    services also those of some services alone. Keys and forms are those of `ecscli watch`."""
    project = project_request(app)
    if not has_services(project):
        refuse_flags(ProjectFlags(services))
    watching = watch_project(app.aws, project, services, every)
    return show(app, watching, WatchForm(once, output))

"""`ecscli compose service wait`: follow the deployment that is going on."""

from __future__ import annotations

import click

from ecscli.commands.compose.flags import layout_option, project_request
from ecscli.commands.compose.options import SERVICE_MINUTES, timeout_option
from ecscli.commands.compose.printing import AnswerForm, show_service
from ecscli.commands.compose.services import (
    ProjectFlags,
    refuse_flags,
    services_argument,
    show_project,
)
from ecscli.commands.context import App
from ecscli.commands.options import EcsCommand, config_options, output_option
from ecscli.workflows.project import has_services
from ecscli.workflows.service import wait


@click.command(cls=EcsCommand, name="wait")
@config_options
@timeout_option(SERVICE_MINUTES)
@output_option
@layout_option
@services_argument
@click.pass_obj
def command(app: App, timeout: float, output: str, services: tuple[str, ...]) -> int:
    """Follow the newest deployment of the service to its end; exit code 5, with reasons, where it
    fails. With layout services those of all services or of the named ones, as `compose wait`."""
    project = project_request(app)
    if has_services(project):
        from ecscli.workflows.services.wait import wait as wait_for_services

        found = app.report(wait_for_services(app.aws, project, services, timeout))
        return show_project(app, found, AnswerForm(output), changed=False)
    refuse_flags(ProjectFlags(services))
    done = app.report(wait.wait(app.aws, project, timeout))
    return show_service(app, done, AnswerForm(output))

"""`compose images`: what the services of a project have in ECR."""

from __future__ import annotations

import click

from ecscli.commands.compose.flags import layout_option, project_request
from ecscli.commands.compose.printing import AnswerForm, show_service_images
from ecscli.commands.context import App
from ecscli.commands.options import EcsCommand, config_options, launch_type_option, output_option


@click.command(cls=EcsCommand, name="images")
@config_options
@layout_option
@launch_type_option
@output_option
@click.pass_obj
def command(app: App, output: str) -> None:
    """List the image of each service, with what ECR has of those that are built: digest, age,
    size, deployments that use it, and findings of a scan."""

    from ecscli.workflows.images.list import list_images

    found = app.report(list_images(app.aws, project_request(app)))
    show_service_images(app, found, AnswerForm(output))

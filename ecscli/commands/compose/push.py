"""`compose push`: images that `compose build` made, into ECR."""

from __future__ import annotations

import click

from ecscli.commands.compose.flags import project_request
from ecscli.commands.compose.printing import AnswerForm, show_images
from ecscli.commands.context import App
from ecscli.commands.options import EcsCommand, completions_of, config_options, output_option


@click.command(cls=EcsCommand, name="push")
@config_options
@output_option
@click.argument(
    "services", metavar="[SERVICE]...", nargs=-1, shell_complete=completions_of("services")
)
@click.pass_obj
def command(app: App, output: str, services: tuple[str, ...]) -> None:
    """Push the built images to ECR, whose repositories are made on demand. Prints each by its
    digest."""

    from ecscli.workflows.images import build

    pushed = app.report(build.push_built(app.aws, project_request(app), services))
    if not pushed:
        app.console.say("Nothing to push: no service has build:")
        return
    show_images(app, pushed, AnswerForm(output))

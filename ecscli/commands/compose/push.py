"""`compose push`: images that `compose build` made, into ECR."""

from __future__ import annotations

import click

from ecscli.commands.compose.flags import layout_option, project_request
from ecscli.commands.compose.options import build_arg_option
from ecscli.commands.compose.printing import AnswerForm, show_images
from ecscli.commands.context import App
from ecscli.commands.options import (
    EcsCommand,
    completions_of,
    config_options,
    fill,
    launch_type_option,
    output_option,
    take,
)
from ecscli.workflows.images import build
from ecscli.workflows.images.build import BuildRequest


@click.command(cls=EcsCommand, name="push")
@config_options
@layout_option
@launch_type_option
@build_arg_option
@output_option
@click.argument(
    "services", metavar="[SERVICE]...", nargs=-1, shell_complete=completions_of("services")
)
@click.pass_obj
def command(app: App, /, **given: object) -> None:
    """Push the built images that ECR does not have, whose repositories are made on demand. Prints
    each by its digest."""

    answer = take(AnswerForm, given)
    request = fill(BuildRequest, given, project=project_request(app))
    pushed = app.report(build.push(app.aws, request))
    if not pushed:
        app.console.say("Nothing to push: no service has build:")
    show_images(app, pushed, answer)

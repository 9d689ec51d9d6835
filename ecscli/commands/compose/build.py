"""`compose build`: the images of services with `build:`."""

from __future__ import annotations

import click

from ecscli.commands.compose.flags import project_request
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


@click.command(cls=EcsCommand, name="build")
@config_options
@launch_type_option
@click.option(
    "--build-arg",
    "build_args",
    multiple=True,
    metavar="NAME=VALUE",
    help="Argument of the build; repeatable.",
)
@click.option("--no-cache", is_flag=True, help="Build every layer again.")
@click.option("--pull", is_flag=True, help="Look for newer base images.")
@output_option
@click.argument(
    "services", metavar="[SERVICE]...", nargs=-1, shell_complete=completions_of("services")
)
@click.pass_obj
def command(app: App, /, **given: object) -> None:
    """Build the images of services with build:, for the platform of the task, tagged with the git
    commit."""

    from ecscli.workflows.images import build
    from ecscli.workflows.images.build import BuildRequest

    answer = take(AnswerForm, given)
    built = app.report(build.build(fill(BuildRequest, given, project=project_request(app))))
    if not built:
        app.console.say("Nothing to build: no service has build:")
        return
    show_images(app, built, answer)

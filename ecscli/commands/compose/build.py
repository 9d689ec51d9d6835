"""`compose build`: the images of services with `build:`."""

from __future__ import annotations

from pathlib import Path

import click

from ecscli.commands.compose.flags import layout_option, project_request
from ecscli.commands.compose.options import build_arg_option, builder_option
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


@click.command(cls=EcsCommand, name="build")
@config_options
@layout_option
@launch_type_option
@build_arg_option
@click.option("--no-cache", is_flag=True, help="Build every layer again.")
@click.option("--pull", is_flag=True, help="Look for newer base images.")
@click.option("--push", is_flag=True, help="Push to ECR what it does not have yet.")
@click.option("--metadata", metavar="FILE", help="Write the images by service, for --images.")
@click.option(
    "--print",
    "shows",
    is_flag=True,
    help="Print what `docker buildx bake` would get, and build nothing.",
)
@builder_option
@output_option
@click.argument(
    "services", metavar="[SERVICE]...", nargs=-1, shell_complete=completions_of("services")
)
@click.pass_obj
def command(app: App, /, metadata: str | None, shows: bool, **given: object) -> None:
    """Build the images of services with build:, and those that mounted files are baked into, for
    the platform of the task, tagged by their content."""

    answer = take(AnswerForm, given)
    request = fill(BuildRequest, given, project=project_request(app))
    if shows:
        app.console.data(app.report(build.show(request)))
        return
    built = app.report(build.build(app.aws, request))
    if metadata is not None:
        build.write_metadata(Path(app.directory, metadata), built)
    if not built:
        app.console.say("Nothing to build: no service has build:, or files to bake")
    show_images(app, built, answer)

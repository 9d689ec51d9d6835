"""`push`: an image of this machine into ECR."""

from __future__ import annotations

import click

from ecscli.commands.context import App
from ecscli.commands.options import EcsCommand, output_option, region_options, registry_options
from ecscli.workflows.images.ecr import ImageRequest, push


@click.command(cls=EcsCommand, name="push")
@click.argument("image", metavar="ECR_REPOSITORY[:TAG]", nargs=-1)
@region_options
@click.option("--tags", metavar="KEY=VALUE,...", help="Tags for the repository.")
@registry_options
@output_option
@click.pass_obj
def command(
    app: App,
    image: tuple[str, ...],
    registry_id: str | None,
    tags: str | None,
    fips: bool,
    output: str,
) -> None:
    """Push an image to ECR; its repository is made when it does not exist. Prints the image by its
    digest."""
    request = ImageRequest(image, app.environment, app.aws, registry_id, fips)
    pushed = app.report(push(request, tags))
    if output == "json":
        app.console.data({"image": pushed})
    else:
        app.console.line(pushed)

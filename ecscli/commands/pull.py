"""`pull`: an image from ECR to this machine."""

from __future__ import annotations

import click

from ecscli.commands.context import App
from ecscli.commands.options import EcsCommand, output_option, region_options, registry_options
from ecscli.workflows.images.ecr import ImageRequest, pull


@click.command(cls=EcsCommand, name="pull")
@click.argument("image", metavar="ECR_REPOSITORY[:TAG|@DIGEST]", nargs=-1)
@region_options
@registry_options
@output_option
@click.pass_obj
def command(
    app: App,
    image: tuple[str, ...],
    registry_id: str | None,
    fips: bool,
    output: str,
) -> None:
    """Pull an image from ECR."""
    request = ImageRequest(image, app.environment, app.aws, registry_id, fips)
    pulled = app.report(pull(request))
    if output == "json":
        app.console.data({"image": pulled})

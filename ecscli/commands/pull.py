"""`pull`: an image from ECR to this machine."""

from __future__ import annotations

import click

from ecscli.commands.context import App
from ecscli.commands.options import EcsCommand, region_options, registry_options
from ecscli.workflows.images.ecr import ImageRequest, pull


@click.command(cls=EcsCommand, name="pull")
@click.argument("image", metavar="ECR_REPOSITORY[:TAG|@DIGEST]", nargs=-1)
@region_options
@registry_options
@click.pass_obj
def command(app: App, image: tuple[str, ...], registry_id: str | None, fips: bool) -> None:
    """Pull an image from ECR."""
    app.report(pull(ImageRequest(image, app.environment, app.aws, registry_id, fips)))

"""`push`: an image of this machine into ECR."""

from __future__ import annotations

import click

from ecscli.commands.context import App
from ecscli.commands.options import EcsCommand, region_options


@click.command(cls=EcsCommand, name="push")
@click.argument("image", metavar="ECR_REPOSITORY[:TAG]", nargs=-1)
@region_options
@click.option(
    "--registry-id", metavar="ACCOUNT", help="Account of the registry; your own by default."
)
@click.option("--tags", metavar="KEY=VALUE,...", help="Tags for the repository.")
@click.option("--use-fips", "--fips", "fips", is_flag=True, help="Use ECR's FIPS endpoint.")
@click.option("--verbose", "--debug", is_flag=True, help="Say more of what is done.")
@click.pass_obj
def command(
    app: App,
    image: tuple[str, ...],
    registry_id: str | None,
    tags: str | None,
    fips: bool,
    verbose: bool,
) -> None:
    """Push an image to ECR; its repository is made when it does not exist. Prints the image by its
    digest."""
    from ecscli.workflows.images.ecr import ImageRequest, push

    request = ImageRequest(image, app.environment, app.aws, registry_id, fips)
    app.console.line(app.report(push(request, tags)))

"""`images`: what is in ECR."""

from __future__ import annotations

import time

import click

from ecscli.base.records import values_of
from ecscli.commands.context import App
from ecscli.commands.options import EcsCommand, output_option, region_options
from ecscli.registry.words import age, size


@click.command(cls=EcsCommand, name="images")
@click.argument("repositories", metavar="[ECR_REPOSITORY]...", nargs=-1)
@region_options
@click.option("--tagged", is_flag=True, help="Only images with a tag.")
@click.option("--untagged", is_flag=True, help="Only images without a tag.")
@click.option(
    "--registry-id", metavar="ACCOUNT", help="Account of the registry; your own by default."
)
@click.option("--use-fips", "--fips", "fips", is_flag=True, help="Use ECR's FIPS endpoint.")
@click.option("--verbose", "--debug", is_flag=True, help="Say more of what is done.")
@output_option
@click.pass_obj
def command(
    app: App,
    repositories: tuple[str, ...],
    tagged: bool,
    untagged: bool,
    registry_id: str | None,
    fips: bool,
    verbose: bool,
    output: str,
) -> None:
    """List the images of these repositories of ECR, or of all."""
    from ecscli.workflows.images.ecr import ImagesRequest, images

    request = ImagesRequest(repositories, tagged, untagged, registry_id, fips)
    found = images(app.aws(), request)
    if output == "json":
        app.console.data([values_of(image) for image in found])
        return
    now = time.time()
    app.console.table(
        ("REPOSITORY NAME", "TAG", "IMAGE DIGEST", "PUSHED AT", "SIZE"),
        [
            (
                image.repository,
                image.tag or "<none>",
                image.digest,
                age(now - image.pushed.timestamp()) if image.pushed else "-",
                size(image.size) if image.size is not None else "-",
            )
            for image in found
        ],
    )

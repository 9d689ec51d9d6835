"""`images`: what is in ECR."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import click

from ecscli.commands.context import App
from ecscli.commands.options import (
    EcsCommand,
    fill,
    output_option,
    region_options,
    registry_options,
)
from ecscli.documents.keys import as_document
from ecscli.registry.words import age, size
from ecscli.workflows.images.ecr import ImagesRequest, images

if TYPE_CHECKING:
    from ecscli.registry.repositories import Image

COLUMNS = ("REPOSITORY NAME", "TAG", "IMAGE DIGEST", "PUSHED AT", "SIZE")


@click.command(cls=EcsCommand, name="images")
@click.argument("names", metavar="[ECR_REPOSITORY]...", nargs=-1)
@region_options
@click.option("--tagged", is_flag=True, help="Only images with a tag.")
@click.option("--untagged", is_flag=True, help="Only images without a tag.")
@registry_options
@output_option
@click.pass_obj
def command(app: App, /, output: str, **given: object) -> None:
    """List the images of these repositories of ECR, or of all."""
    found = images(app.aws(), fill(ImagesRequest, given))
    if output == "json":
        app.console.data([as_document(image) for image in found])
    else:
        now = time.time()
        app.console.table(COLUMNS, [_row(image, now) for image in found])


def _row(image: Image, now: float) -> tuple[object, ...]:
    pushed = age(now - image.pushed.timestamp()) if image.pushed else "-"
    bytes_ = size(image.size) if image.size is not None else "-"
    return image.repository, image.tag or "<none>", image.digest, pushed, bytes_

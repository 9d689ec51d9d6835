"""`push`: an image of this machine into ECR."""

from __future__ import annotations

import click

from ecscli.base.errors import InputError
from ecscli.base.image_reference import parse_reference
from ecscli.base.tags import unique_tags
from ecscli.commands.context import App
from ecscli.commands.options import EcsCommand, region_options
from ecscli.registry.engine import Engine
from ecscli.registry.transfer import find_repository, push


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
    if len(image) != 1:
        raise InputError("push needs exactly one image", hint="for example `ecscli push app:v1`")
    reference, wanted = parse_reference(image[0]), unique_tags(tags)
    source = image[0] if reference.tag else f"{image[0]}:latest"
    digest = None
    with Engine(app.environment) as engine:
        target = find_repository(app.aws(), reference, registry_id, fips)
        for event in push(engine, target, source, reference, wanted):
            app.console.event(event)
            digest = event.fields.get("digest", digest)
    app.console.line(
        f"{target.name}@{digest}" if digest else f"{target.name}:{reference.tag or 'latest'}"
    )

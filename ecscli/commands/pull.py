"""`pull`: an image from ECR to this machine."""

from __future__ import annotations

import click

from ecscli.base.errors import InputError
from ecscli.base.image_reference import parse_reference
from ecscli.commands.context import App
from ecscli.commands.options import EcsCommand, region_options
from ecscli.registry.engine import Engine
from ecscli.registry.transfer import find_repository, pull


@click.command(cls=EcsCommand, name="pull")
@click.argument("image", metavar="ECR_REPOSITORY[:TAG|@DIGEST]", nargs=-1)
@region_options
@click.option(
    "--registry-id", metavar="ACCOUNT", help="Account of the registry; your own by default."
)
@click.option("--use-fips", "--fips", "fips", is_flag=True, help="Use ECR's FIPS endpoint.")
@click.option("--verbose", "--debug", is_flag=True, help="Say more of what is done.")
@click.pass_obj
def command(
    app: App, image: tuple[str, ...], registry_id: str | None, fips: bool, verbose: bool
) -> None:
    """Pull an image from ECR."""
    if len(image) != 1:
        raise InputError("pull needs exactly one image", hint="for example `ecscli pull app:v1`")
    reference = parse_reference(image[0], digest_allowed=True)
    with Engine(app.environment) as engine:
        for event in pull(
            engine, find_repository(app.aws(), reference, registry_id, fips), reference
        ):
            app.console.event(event)

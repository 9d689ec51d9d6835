"""`compose build`: the images of services with `build:`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from ecscli.base.errors import InputError
from ecscli.commands.compose.building import build_all, expected, tagger
from ecscli.commands.compose.project import load_project
from ecscli.commands.compose.translation import translate
from ecscli.commands.options import EcsCommand, config_options, launch_type_option, output_option
from ecscli.commands.options import names_of as completed

if TYPE_CHECKING:
    from ecscli.commands.context import App


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
@click.argument("services", metavar="[SERVICE]...", nargs=-1, shell_complete=completed("services"))
@click.pass_obj
def command(
    app: App,
    build_args: tuple[str, ...],
    no_cache: bool,
    pull: bool,
    output: str,
    services: tuple[str, ...],
) -> None:
    """Build the images of services with build:, for the platform of the task, tagged with the git
    commit."""
    from ecscli.registry.builds.recipes import platform_of, recipes
    from ecscli.registry.engine import Engine

    wrong = [text for text in build_args if "=" not in text]
    if wrong:
        raise InputError(f'"{wrong[0]}" is not NAME=VALUE', "--build-arg")
    translation = translate(app, images=expected(load_project(app)))
    project, platform = translation.project, platform_of(translation.definition.request)
    arguments = {text.partition("=")[0]: text.partition("=")[2] for text in build_args}
    more = {"buildargs": arguments, "nocache": no_cache, "pull": pull}
    found = recipes(project, platform, tagger(app, project), services, more)
    if not found:
        app.console.say("Nothing to build: no service has build:")
        return
    with Engine(app.environment) as engine:
        build_all(app, engine, found)
    if output == "json":
        app.console.data({recipe.service: recipe.name for recipe in found})
    else:
        app.console.table(("SERVICE", "IMAGE"), [(recipe.service, recipe.name) for recipe in found])

"""`compose push`: images that `compose build` made, into ECR."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from ecscli.base.errors import EcsCliError
from ecscli.commands.compose.building import push_all, tagger
from ecscli.commands.compose.project import load_project
from ecscli.commands.options import EcsCommand, config_options, output_option
from ecscli.commands.options import names_of as completed

if TYPE_CHECKING:
    from ecscli.commands.context import App


@click.command(cls=EcsCommand, name="push")
@config_options
@output_option
@click.argument("services", metavar="[SERVICE]...", nargs=-1, shell_complete=completed("services"))
@click.pass_obj
def command(app: App, output: str, services: tuple[str, ...]) -> None:
    """Push the built images to ECR, whose repositories are made on demand. Prints each by its
    digest."""
    from ecscli.registry.builds.recipes import recipes
    from ecscli.registry.engine import Engine

    project = load_project(app)
    found = recipes(project, None, tagger(app, project), services)
    if not found:
        app.console.say("Nothing to push: no service has build:")
        return
    with Engine(app.environment) as engine:
        absent = [recipe for recipe in found if not engine.has(recipe.name)]
        if absent:
            hint = (
                "build it with `ecscli compose build`; a change in git since then gives it"
                " another tag"
            )
            raise EcsCliError(
                f"this machine has no image {absent[0].name} for {absent[0].service}", hint=hint
            )
        digests = push_all(app, engine, found)
    if output == "json":
        app.console.data(digests)
    else:
        app.console.table(("SERVICE", "IMAGE"), list(digests.items()))

"""`ecscli compose config`: the project as it is understood, without AWS."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from ecscli.commands.compose.project import load_project
from ecscli.commands.options import EcsCommand, config_options

if TYPE_CHECKING:
    from ecscli.commands.context import App
    from ecscli.compose.project.model import Project


def _listed(project: Project, what: str) -> list[str]:
    from ecscli.compose.project import config

    match what:
        case "services":
            return [service.name for service in project.services]
        case "volumes":
            return list(project.volumes)
        case "profiles":
            return config.profiles(project)
        case _:
            return config.images(project)


@click.command(cls=EcsCommand, name="config")
@config_options
@click.option(
    "--format",
    "form",
    type=click.Choice(["yaml", "json"]),
    default="yaml",
    show_default=True,
    help="How.",
)
@click.option("--services", "what", flag_value="services", help="Only the names of the services.")
@click.option("--volumes", "what", flag_value="volumes", help="Only the names of the volumes.")
@click.option("--images", "what", flag_value="images", help="Only the images.")
@click.option("--profiles", "what", flag_value="profiles", help="Only the names of the profiles.")
@click.option(
    "--quiet", "-q", is_flag=True, help="Print nothing: only say whether the files are right."
)
@click.argument("services", nargs=-1, metavar="[SERVICE]...")
@click.pass_obj
def command(app: App, form: str, what: str | None, quiet: bool, services: tuple[str, ...]) -> None:
    """Print the project as ecscli understands it: merged, variables replaced, short forms written
    out."""
    from ecscli.base import yamlio
    from ecscli.compose.project import config

    project = load_project(app, services)
    for warning in project.warnings:
        app.console.warn(warning)
    if quiet:
        return
    if what:
        _print_list(app, _listed(project, what), form)
        return
    data = config.configuration(project)
    if form == "json":
        app.console.data(data)
    else:
        app.console.text(yamlio.dump(data, ascii_only=not app.console.unicode))


def _print_list(app: App, names: list[str], form: str) -> None:
    if form == "json":
        app.console.data(names)
        return
    for name in names:
        app.console.line(name)

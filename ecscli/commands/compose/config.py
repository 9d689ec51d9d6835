"""`ecscli compose config`: the project as it is understood, without AWS."""

from __future__ import annotations

import click

from ecscli.base.yaml import yamlio
from ecscli.commands.compose.flags import layout_option, load_options
from ecscli.commands.context import App
from ecscli.commands.options import EcsCommand, config_options, output_option
from ecscli.compose.load import load_project
from ecscli.compose.project import config


@click.command(cls=EcsCommand, name="config")
@config_options
@layout_option
@click.option(
    "--format",
    "form",
    type=click.Choice(["yaml", "json"]),
    default="yaml",
    show_default=True,
    help="How; --output json stands for json.",
)
@output_option
@click.option("--services", "what", flag_value="services", help="Only the names of the services.")
@click.option("--volumes", "what", flag_value="volumes", help="Only the names of the volumes.")
@click.option("--images", "what", flag_value="images", help="Only the images.")
@click.option("--profiles", "what", flag_value="profiles", help="Only the names of the profiles.")
@click.option(
    "--quiet",
    "-q",
    is_flag=True,
    help="Print nothing; the exit code says whether the files are valid.",
)
@click.argument("services", nargs=-1, metavar="[SERVICE]...")
@click.pass_obj
def command(
    app: App, output: str, form: str, what: str | None, quiet: bool, services: tuple[str, ...]
) -> None:
    """Print the project as ecscli understands it: merged, variables replaced, short forms written
    out."""
    form = "json" if output == "json" else form
    project = load_project(load_options(app, services))
    for warning in project.warnings:
        app.console.warn(warning)
    if quiet:
        return
    if what:
        show_names(app, config.names(project, what), form)
        return
    data = config.configuration(project)
    if form == "json":
        app.console.data(data)
    else:
        app.console.text(yamlio.dump(data, ascii_only=not app.console.unicode))


def show_names(app: App, names: list[str], form: str) -> None:
    """One name a line, or a JSON list."""
    if form == "json":
        app.console.data(names)
        return
    for name in names:
        app.console.line(name)

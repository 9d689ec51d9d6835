"""`ecscli compose render`: the task definition that `up` would register, without AWS."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from ecscli.base.yaml import yamlio
from ecscli.commands.compose.flags import balancer_option, layout_option, project_request
from ecscli.commands.compose.options import future_build_options, ship_option, tags_option
from ecscli.commands.options import (
    EcsCommand,
    config_options,
    fill,
    launch_type_option,
    output_option,
)
from ecscli.workflows.definition import render
from ecscli.workflows.images.plan import BuildFlags

if TYPE_CHECKING:
    from ecscli.commands.context import App


@click.command(cls=EcsCommand, name="render")
@config_options
@layout_option
@balancer_option
@launch_type_option
@tags_option
@future_build_options
@ship_option
@click.option(
    "--format",
    "form",
    type=click.Choice(["json", "cloudformation"]),
    default="json",
    show_default=True,
    help="The RegisterTaskDefinition request, or a CloudFormation template in YAML.",
)
@output_option
@click.option(
    "--service",
    metavar="NAME",
    help="With layout services: print only the definition of this service.",
)
@click.pass_obj
def command(
    app: App,
    /,
    tags: str | None,
    output: str,
    form: str,
    service: str | None,
    ship_secrets: bool,
    **given: object,
) -> None:
    """Print the task definition as AWS would get it: no AWS call, no credentials, the same bytes
    each time. Images that are built, and secrets that are created, have the names that they will
    have in AWS. With layout services it is an object of all task definitions, by service."""

    request, builds = project_request(app, ship_secrets), fill(BuildFlags, given)
    if form == "json":
        app.console.data(app.report(render.render(request, tags, builds, service)))
        return
    template = app.report(render.render_template(request, tags, builds, service))
    if output == "json":
        app.console.data(template)
        return
    app.console.text(yamlio.dump(template, ascii_only=not app.console.unicode))

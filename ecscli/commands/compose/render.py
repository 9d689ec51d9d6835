"""`ecscli compose render`: the task definition that `up` would register, without AWS."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from ecscli.commands.compose.options import tags_option
from ecscli.commands.compose.translation import tell, translate
from ecscli.commands.options import EcsCommand, config_options, launch_type_option

if TYPE_CHECKING:
    from ecscli.commands.context import App


@click.command(cls=EcsCommand, name="render")
@config_options
@launch_type_option
@tags_option
@click.option(
    "--format",
    "form",
    type=click.Choice(["json", "cloudformation"]),
    default="json",
    show_default=True,
    help="The RegisterTaskDefinition request, or a CloudFormation template in YAML.",
)
@click.pass_obj
def command(app: App, tags: str | None, form: str) -> None:
    """Print the task definition as AWS would get it: no AWS call, no credentials, the same bytes
    each time."""
    from ecscli.base.errors import Finding, InputError
    from ecscli.base.tags import ecs_tags, parse_tags

    parsed, wrong = parse_tags(tags)
    if wrong:
        raise InputError.of(wrong)
    translation = translate(app, tags=ecs_tags(parsed))
    tell(app, translation)
    request = translation.definition.request
    if form == "json":
        app.console.data(request)
        return
    from ecscli.base import yamlio
    from ecscli.cluster import dynamic
    from ecscli.compose.task.cloudformation import template

    for path in dynamic.references(request):
        where = ".".join(map(str, path))
        app.console.warn(Finding(f"{where}: {dynamic.MESSAGE}", hint=dynamic.HINT))
    app.console.text(yamlio.dump(template(request), ascii_only=not app.console.unicode))

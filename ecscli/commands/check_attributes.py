"""`check-attributes`: whether container instances have what a task definition needs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from ecscli.base.documents import Draft
from ecscli.commands.context import App
from ecscli.commands.options import EcsCommand, config_options, output_option
from ecscli.workflows.cluster.attributes import missing_attributes

if TYPE_CHECKING:
    from ecscli.ops.attributes import Missing

COLUMNS = ("Container Instance", "Missing Attributes")


@click.command(cls=EcsCommand, name="check-attributes")
@config_options
@click.option("--task-def", metavar="NAME", help="Task definition: family, family:revision or ARN.")
@click.option(
    "--container-instances",
    metavar="IDS",
    help="Ids or ARNs, separated by commas; all of the cluster by default.",
)
@output_option
@click.pass_obj
def command(app: App, task_def: str | None, container_instances: str | None, output: str) -> None:
    """List the attributes that a task definition needs and container instances lack."""
    found = missing_attributes(app.aws, task_def, container_instances)
    if output == "json":
        app.console.data([_document(item) for item in found or ()])
    elif found is None:
        app.console.say("The given task definition does not have any attributes")
    else:
        app.console.table(COLUMNS, [_row(item) for item in found])


def _document(item: Missing) -> Draft:
    return {"instance": item.instance, "missing": list(item.attributes)}


def _row(item: Missing) -> tuple[str, str]:
    return item.instance, ", ".join(item.attributes) or "None"

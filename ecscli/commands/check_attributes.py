"""`check-attributes`: whether container instances have what a task definition needs."""

from __future__ import annotations

import click

from ecscli.base.errors import InputError
from ecscli.commands.context import App
from ecscli.commands.options import EcsCommand, config_options, output_option
from ecscli.ops.attributes import check


@click.command(cls=EcsCommand, name="check-attributes")
@config_options
@click.option("--task-def", metavar="NAME", help="Task definition: family, family:revision or ARN.")
@click.option(
    "--container-instances",
    metavar="IDS",
    help="Ids or ARNs with commas between; all of the cluster else.",
)
@output_option
@click.pass_obj
def command(app: App, task_def: str | None, container_instances: str | None, output: str) -> None:
    """List the attributes that a task definition needs and container instances lack."""
    if not task_def:
        raise InputError("--task-def is needed", hint="for example --task-def web:3")
    names = [name.strip() for name in (container_instances or "").split(",") if name.strip()]
    found = check(app.aws(), task_def, app.settings().need_cluster(), names)
    if output == "json":
        app.console.data(
            [{"instance": item.instance, "missing": list(item.attributes)} for item in found or ()]
        )
    elif found is None:
        app.console.say("The given task definition does not have any attributes")
    else:
        rows = [(item.instance, ", ".join(item.attributes) or "None") for item in found]
        app.console.table(("Container Instance", "Missing Attributes"), rows)

"""`ecscli scale`: more or fewer container instances."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from ecscli.commands.infra import existing_request, step_timeout_option
from ecscli.commands.options import EcsCommand, config_options, fill, output_option
from ecscli.workflows.cluster.scale import ScaleRequest, scale

if TYPE_CHECKING:
    from ecscli.commands.context import App


@click.command("scale", cls=EcsCommand)
@config_options
@click.option(
    "--capability-iam",
    is_flag=True,
    help="Allow updating the stack, which holds an IAM role.",
)
@click.option(
    "--size", metavar="N", help="Number of instances: both the maximum and the desired number."
)
@click.option("--min", "minimum", metavar="N", help="Fewest instances.")
@click.option("--max", "maximum", metavar="N", help="Most instances.")
@click.option("--no-wait", is_flag=True, help="Do not wait for instances to join or leave.")
@step_timeout_option
@output_option
@click.pass_obj
def command(app: App, /, output: str, **options: object) -> None:
    """Change the number of container instances, and nothing else; works on stacks of ecs-cli
    too."""
    scaled = app.report(scale(fill(ScaleRequest, options, cluster=existing_request(app))))
    if output == "json":
        app.console.data(
            {"cluster": scaled.cluster, "stack": scaled.stack, "parameters": scaled.parameters}
        )

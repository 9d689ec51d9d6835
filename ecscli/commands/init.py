"""`ecscli init`: the first files of a project."""

from __future__ import annotations

import click

from ecscli.base.limits import LAUNCH_TYPES
from ecscli.commands.context import App
from ecscli.commands.options import EcsCommand, config_options, confined_flag, output_option
from ecscli.compose.find.options import LoadOptions
from ecscli.workflows.init.run import InitRequest, init
from ecscli.workflows.init.texts import LAYOUTS, SERVICES

FARGATE = "FARGATE"


@click.command(cls=EcsCommand, name="init")
@config_options
@click.option(
    "--launch-type",
    type=click.Choice(LAUNCH_TYPES, case_sensitive=False),
    help="Where tasks run; FARGATE by default.",
)
@click.option(
    "--layout",
    type=click.Choice(tuple(LAYOUTS)),
    default=SERVICES,
    show_default=True,
    help="services: an ECS service for each Compose service; task: all in one task.",
)
@click.option("--force", is_flag=True, help="Write ecs-cluster.yml and ecs-params.yml anew.")
@output_option
@click.pass_obj
def command(app: App, launch_type: str | None, layout: str, force: bool, output: str) -> None:
    """Write the files that a project on ECS needs: ecs-cluster.yml, ecs-params.yml, their schemas
    for editors in .ecscli, and for a directory with a Dockerfile alone compose.yaml.

    Files that are here already stay as they are. Nothing is called, and nothing is made on AWS.
    """
    settings = app.settings(offline=True)
    request = InitRequest(
        source=LoadOptions(app.directory, app.environment, confined=confined_flag()),
        region=settings.need_region(),
        launch_type=(launch_type or settings.launch_type.value or FARGATE).upper(),
        layout=layout,
        cluster=settings.cluster.value,
        overwrite=force,
    )
    done = app.report(init(request))
    if output == "json":
        app.console.data({"written": list(done.written), "kept": list(done.kept)})
    else:
        app.console.say("Next: `ecscli compose check`, `ecscli up`, `ecscli compose up`.", "hint")

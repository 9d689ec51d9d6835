"""`configure`: store a cluster configuration; the group of what else concerns the stored files."""

from __future__ import annotations

import click

from ecscli.base.limits import LAUNCH_TYPES
from ecscli.commands.configure.required import missing_option, require
from ecscli.commands.context import App
from ecscli.commands.options import EcsGroup, output_option
from ecscli.workflows.configure.entries import CLUSTERS, store

ROWS = {
    "profile": ("configure.profile", "Store the keys of an ECS profile."),
    "default": ("configure.default", "Choose the default cluster configuration."),
    "list": ("configure.list", "List what is stored, and which of it is the default."),
    "migrate": ("configure.migrate", "Turn an old INI file into today's files."),
    "show": ("configure.show", "Print each effective setting and where it comes from."),
}


@click.group(cls=EcsGroup, name="configure", rows=ROWS, invoke_without_command=True)
@click.option(
    "--cluster", "-c", envvar="ECS_CLUSTER", show_envvar=True, metavar="NAME", help="ECS cluster."
)
@click.option(
    "--region", "-r", envvar="AWS_REGION", show_envvar=True, metavar="REGION", help="AWS region."
)
@click.option(
    "--config-name",
    default="default",
    show_default=True,
    metavar="NAME",
    help="Name of the configuration.",
)
@click.option(
    "--cfn-stack-name",
    metavar="NAME",
    help="Stack of the cluster; amazon-ecs-cli-setup-CLUSTER by default.",
)
@click.option(
    "--default-launch-type",
    type=click.Choice(LAUNCH_TYPES, case_sensitive=False),
    help="Launch type of commands that do not name one.",
)
@click.option(
    "--compose-service-name-prefix",
    metavar="PREFIX",
    help="Put in front of the names of services (deprecated).",
)
@output_option
@click.pass_context
def command(
    ctx: click.Context,
    cluster: str | None,
    region: str | None,
    config_name: str,
    cfn_stack_name: str | None,
    default_launch_type: str | None,
    compose_service_name_prefix: str | None,
    output: str,
) -> None:
    """Store a cluster configuration in ~/.ecs/config; the first one becomes the default."""
    if ctx.invoked_subcommand:
        return

    app = ctx.ensure_object(App)
    require(
        missing_option("--region", region, "or set AWS_REGION"),
        missing_option("--config-name", config_name),
        missing_option("--cluster", cluster, "or set ECS_CLUSTER"),
    )
    values = {
        "cluster": cluster,
        "region": region,
        "compose-service-name-prefix": compose_service_name_prefix or None,
        "cfn-stack-name": cfn_stack_name or None,
        "default_launch_type": default_launch_type or "",
    }
    is_default = app.report(store(app.stored_folder(), CLUSTERS, config_name, values))
    if output == "json":
        app.console.data({"name": config_name, "default": is_default})

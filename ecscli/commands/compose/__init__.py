"""`ecscli compose`: the group, its table of commands, and the flags that say which project."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

import click

from ecscli.commands.compose.flags import ComposeFlags, find_beside, keep_flags, layout_option
from ecscli.commands.options import EcsGroup, config_options, confined_option, fill
from ecscli.compose.text.withheld import FLAG

ROWS: Mapping[str, tuple[str, str]] = {
    "up": ("compose.up", "Run the project as a task; replace it where it changed."),
    "ps": ("compose.ps", "List the containers of the project's tasks."),
    "watch": ("compose.watch", "Show the project's services and tasks, live."),
    "run": ("compose.run", "Run one task, with commands of your own."),
    "scale": ("compose.scale", "Run that many tasks of the project."),
    "start": ("compose.start", "Run the project as a task; as up."),
    "stop": ("compose.stop", "Stop the project's tasks."),
    "restart": ("compose.restart", "Replace the tasks of services by new ones like them."),
    "down": ("compose.down", "Stop the project's tasks, and delete what was made for them."),
    "create": ("compose.create", "Register the task definition."),
    "service": ("compose.service", "Run the project as an ECS service."),
    "plan": ("compose.plan", "Show what `up` would change."),
    "why": ("compose.why", "Explain why tasks stop, are not placed or are not healthy."),
    "wait": ("compose.wait", "Wait until tasks run, or until they have stopped."),
    "config": ("compose.config", "Print the project as ecscli understands it."),
    "check": ("compose.check", "Find what is wrong with the files, without AWS."),
    "render": ("compose.render", "Print the task definition, without AWS."),
    "logs": ("compose.logs", "Print what the project's containers write."),
    "exec": ("compose.exec", "Run a command in a running container."),
    "open": ("compose.open", "Open the address of a running service in the browser."),
    "port-forward": ("compose.port_forward", "Reach a port of a running container from here."),
    "prune": ("compose.prune", "Deregister old revisions of the task definition."),
    "build": ("compose.build", "Build the images of services with build:."),
    "push": ("compose.push", "Push the built images to ECR."),
    "images": ("compose.images", "List the images of the services."),
    "secrets": ("compose.secrets", "Compare, create and delete secrets in AWS."),
    # for those who come from Docker Compose
    "ls": ("ps", ""),
    "pull": ("compose.pull", ""),
}
SECTIONS: Mapping[str, tuple[str, ...]] = {
    "Run": ("up", "run", "scale", "start", "stop", "restart", "down", "service"),
    "See": ("ps", "watch", "logs", "why", "wait", "open", "exec", "port-forward"),
    "Files": ("check", "config", "render", "plan", "create", "prune"),
    "Images and secrets": ("build", "push", "images", "secrets"),
}
ALIASES = {"list": "ps"}
FOREIGN = {"deploy": "service up", "status": "ps"}


@click.group(
    cls=EcsGroup,
    name="compose",
    rows=ROWS,
    aliases=ALIASES,
    foreign=FOREIGN,
    sections=SECTIONS,
)
@config_options
@click.option(
    "--file",
    "-f",
    "files",
    multiple=True,
    metavar="FILE",
    help="Compose file; repeat it to merge several.",
)
@click.option(
    "--project-name", "-p", metavar="NAME", help="Name of the project (also: COMPOSE_PROJECT_NAME)."
)
@click.option(
    "--compose-profile",
    "--profile",
    "profiles",
    multiple=True,
    metavar="NAME",
    help="Compose profile to enable.",
)
@click.option(
    "--env-file",
    "env_files",
    multiple=True,
    metavar="FILE",
    help="File of variables; .env by default.",
)
@click.option("--task-role-arn", metavar="ARN", help="Role of the containers.")
@click.option(
    "--ecs-params", metavar="FILE", help="Settings that only ECS has; ecs-params.yml by default."
)
@click.option(
    "--registry-creds",
    metavar="FILE",
    help="Output of registry-creds; the newest in the directory by default.",
)
@layout_option
@confined_option
@click.option(
    FLAG,
    is_flag=True,
    help="Let files name the variables that ecscli signs with, such as AWS_SECRET_ACCESS_KEY.",
)
@click.pass_context
def command(ctx: click.Context, /, **given: object) -> None:
    """Run a Compose project on ECS: as tasks (up, run, scale, stop) or as a service (compose
    service ...)."""
    flags = fill(ComposeFlags, given)
    keep_flags(ctx, flags)
    ctx.obj.find_beside = partial(find_beside, ctx.obj)

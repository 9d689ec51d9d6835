"""`ecscli local`: the group and its table of commands."""

from __future__ import annotations

from collections.abc import Mapping

import click

from ecscli.commands.options import EcsGroup, region_options

ROWS: Mapping[str, tuple[str, str]] = {
    "create": ("local.create", "Write a task definition as Compose files."),
    "up": ("local.up", "Run a task definition, or a project, with Docker Compose."),
    "env": ("local.env", "Print the variables that a container gets."),
    "exec": ("local.exec", "Run a command in a container."),
    "logs": ("local.logs", "Print what the containers have written."),
    "ps": ("local.ps", "List the containers."),
    "down": ("local.down", "Stop and remove the containers."),
}


@click.group(cls=EcsGroup, name="local", rows=ROWS)
@region_options
def command() -> None:
    """Run a task definition, or a Compose project, on this machine's Docker."""

"""`ecscli compose secrets`: the group and its table of commands."""

from __future__ import annotations

from collections.abc import Mapping

import click

from ecscli.commands.options import EcsGroup, config_options

ROWS: Mapping[str, tuple[str, str]] = {
    "ls": ("compose.secrets.ls", "Compare the secrets of this machine with those in AWS."),
    "push": ("compose.secrets.push", "Create and update secrets in AWS."),
    "rm": ("compose.secrets.rm", "Delete the secrets of the project in AWS."),
}
ALIASES = {"list": "ls", "delete": "rm"}


@click.group(cls=EcsGroup, name="secrets", rows=ROWS, aliases=ALIASES)
@config_options
def command() -> None:
    """Secrets with file: or environment: in Secrets Manager or SSM. No value is ever printed."""

"""`ecscli compose service`: the group and its table of commands."""

from __future__ import annotations

from collections.abc import Mapping

import click

from ecscli.commands.options import EcsGroup, config_options

ROWS: Mapping[str, tuple[str, str]] = {
    "up": ("compose.service.up", "Create or update the service and follow its deployment."),
    "ps": ("compose.service.ps", "List the containers of the service's tasks."),
    "scale": ("compose.service.scale", "Change the number of tasks."),
    "stop": ("compose.service.stop", "Stop all tasks: scale to zero."),
    "start": ("compose.service.start", "Start one task again after a stop."),
    "restart": ("compose.service.restart", "Replace the tasks by new ones like them."),
    "rm": ("compose.service.rm", "Delete the service."),
    "create": ("compose.service.create", "Create the service without tasks."),
    "plan": ("compose.service.plan", "Show what `service up` would change."),
    "wait": ("compose.service.wait", "Follow the deployment that is going on."),
    "rollback": ("compose.service.rollback", "Go back to an earlier revision."),
    "logs": ("compose.service.logs", "Print what the service's containers write."),
}
ALIASES = {"list": "ps", "delete": "rm", "down": "rm"}
FOREIGN = {"deploy": "up", "ls": "ps", "status": "ps", "update": "up"}


@click.group(cls=EcsGroup, name="service", rows=ROWS, aliases=ALIASES, foreign=FOREIGN)
@config_options
def command() -> None:
    """Run a Compose project as an ECS service, which keeps its tasks running."""

"""`registry-creds`: credentials of private registries for tasks."""

from __future__ import annotations

import click

from ecscli.commands.options import EcsGroup, region_options

ROWS = {"up": ("registry_creds.up", "Store credentials and let a role read them.")}


@click.group(cls=EcsGroup, name="registry-creds", rows=ROWS)
@region_options
def command() -> None:
    """Let tasks pull images from private registries."""

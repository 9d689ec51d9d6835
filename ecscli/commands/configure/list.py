"""`configure list`: what is stored in ~/.ecs, and which of it is the default."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from ecscli.base.documents import Draft
from ecscli.commands.context import App
from ecscli.commands.options import EcsCommand, output_option
from ecscli.workflows.configure.entries import CLUSTERS, PROFILES, entries

if TYPE_CHECKING:
    from ecscli.workflows.configure.entries import Listed

CLUSTER_KEYS = ("cluster", "region", "default_launch_type", "cfn-stack-name")
NAMES = {"default_launch_type": "launchType", "cfn-stack-name": "stackName"}
CLUSTER_COLUMNS = (
    "CLUSTER CONFIGURATION",
    "DEFAULT",
    "CLUSTER",
    "REGION",
    "LAUNCH TYPE",
    "STACK",
)


@click.command(cls=EcsCommand, name="list")
@output_option
@click.pass_obj
def command(app: App, output: str) -> None:
    """List the stored cluster configurations and ECS profiles, and which are the defaults."""
    folder = app.stored_folder()
    clusters, profiles = entries(folder, CLUSTERS), entries(folder, PROFILES)
    if output == "json":
        app.console.data(
            {
                "clusters": [_document(one, CLUSTER_KEYS) for one in clusters],
                "profiles": [_document(one, ()) for one in profiles],
            }
        )
    elif clusters or profiles:
        app.console.table(CLUSTER_COLUMNS, [_row(one, CLUSTER_KEYS) for one in clusters])
        app.console.table(("ECS PROFILE", "DEFAULT"), [_row(one, ()) for one in profiles])
    else:
        app.console.say(f"Nothing is stored in {folder}; `ecscli configure` stores a cluster.")


def _document(listed: Listed, keys: Sequence[str]) -> Draft:
    values = {NAMES.get(key, key): listed.entry.get(key) or None for key in keys}
    return {"name": listed.entry.name, "default": listed.default, **values}


def _row(listed: Listed, keys: Sequence[str]) -> list[str]:
    default = "yes" if listed.default else "-"
    return [listed.entry.name, default, *(listed.entry.get(key) or "-" for key in keys)]

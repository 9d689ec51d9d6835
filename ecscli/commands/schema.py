"""`ecscli schema`: the JSON Schemas of the files that ecscli reads, for editors and other tools."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import click

from ecscli.base.system import resources
from ecscli.commands.options import EcsCommand

if TYPE_CHECKING:
    from ecscli.commands.context import App

SCHEMAS: Mapping[str, str] = {
    "cluster": "cluster/schema/cluster.json",
    "ecs-params": "compose/schema/ecs-params.json",
}


@click.command(cls=EcsCommand, name="schema")
@click.argument("file", type=click.Choice(list(SCHEMAS)))
@click.pass_obj
def command(app: App, file: str) -> None:
    """Print the JSON Schema of the cluster file or of ecs-params.yml.

    Editors that speak YAML take it by a first line such as
    `# yaml-language-server: $schema=ecs-params.json`.
    """
    app.console.text(resources.read(SCHEMAS[file]))

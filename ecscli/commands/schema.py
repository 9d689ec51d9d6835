"""`ecscli schema`: the JSON Schemas of the files that ecscli reads and of the documents that its
commands print, for editors and other tools."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import click

from ecscli.base.system import resources
from ecscli.commands.options import EcsCommand, EcsGroup, output_option

if TYPE_CHECKING:
    from ecscli.commands.context import App

SCHEMAS: Mapping[str, str] = {
    "cluster": "cluster/schema/cluster.json",
    "ecs-params": "compose/schema/ecs-params.json",
}
OUTPUT = "output"


@click.command(cls=EcsCommand, name="schema")
@click.argument("subject", type=click.Choice([*SCHEMAS, OUTPUT]))
@click.argument("words", nargs=-1, metavar="[COMMAND]...")
@output_option
@click.pass_context
def command(ctx: click.Context, subject: str, words: tuple[str, ...], output: str) -> None:
    """Print the JSON Schema of the cluster file, of ecs-params.yml, or of what a command prints
    with --output json: `ecscli schema output compose up`. Without a command, `output` lists those
    that have one.

    Editors that speak YAML take it by a first line such as
    `# yaml-language-server: $schema=ecs-params.json`.
    """
    app: App = ctx.obj
    if subject != OUTPUT and words:
        raise click.UsageError("a command is named behind `schema output` alone", ctx)
    if subject != OUTPUT:
        _show_file(app, subject, output)
    elif words:
        _show_schema(app, _known(ctx, words))
    else:
        _show_commands(app, output)


def _show_file(app: App, subject: str, output: str) -> None:
    text = resources.read(SCHEMAS[subject])
    if output == "json":
        import json

        app.console.data(json.loads(text))
    else:
        app.console.text(text)


def _show_schema(app: App, name: str) -> None:
    from ecscli.documents.schemas.whole import schema_of

    app.console.data(schema_of(name))


def _show_commands(app: App, output: str) -> None:
    from ecscli.documents.schemas.whole import ANSWERS

    names = [name for name in ANSWERS if name]
    if output == "json":
        app.console.data(names)
        return
    for name in names:
        app.console.line(name)


def _known(ctx: click.Context, words: Sequence[str]) -> str:
    """The name of a command that has a document, in the place of its aliases. Raises UsageError for
    another word."""
    from ecscli.documents.schemas.whole import ANSWERS

    name = _without_aliases(ctx, words)
    if name in ("--version", "version"):
        return ""
    if not name or name not in ANSWERS:
        raise click.UsageError(
            f"{' '.join(words)} is not a command with a JSON document; `ecscli schema output` lists"
            " them",
            ctx,
        )
    return name


def _without_aliases(ctx: click.Context, words: Sequence[str]) -> str:
    group: click.Command | None = ctx.find_root().command
    names = []
    for word in words:
        name = group.aliases.get(word, word) if isinstance(group, EcsGroup) else word
        names.append(name)
        group = group.get_command(ctx, word) if isinstance(group, click.Group) else None
    return " ".join(names)

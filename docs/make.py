"""The pages that are made from the code: `make docs` writes them, tests/test_docs.py finds them out
of date."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import click

DOCS = Path(__file__).parent
sys.path.insert(0, str(DOCS.parent))

from ecscli.cli import group  # noqa: E402

WIDTH = 100


def commands(
    command: click.Command = group, parent: click.Context | None = None
) -> Iterator[click.Context]:
    """The context of every command, groups before their commands, in the order of the help."""
    settings = {**command.context_settings, "max_content_width": WIDTH, "terminal_width": WIDTH}
    ctx = click.Context(command, info_name=command.name, parent=parent, **settings)
    yield ctx
    if isinstance(command, click.Group):
        for name in command.list_commands(ctx):
            child = command.get_command(ctx, name)
            assert child is not None, name
            child.name = name
            yield from commands(child, ctx)


def commands_page() -> str:
    """Every command with its options, as `--help` tells them."""
    sections = [f"## `{ctx.command_path}`\n\n```\n{ctx.get_help()}\n```\n" for ctx in commands()]
    return "# Commands\n\nMade from the commands themselves by `make docs`.\n\n" + "\n".join(
        sections
    )


PAGES: Mapping[str, Callable[[], str]] = {"commands.md": commands_page}

if __name__ == "__main__":
    for name, page in PAGES.items():
        (DOCS / name).write_text(page(), encoding="utf-8")

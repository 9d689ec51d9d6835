"""The commands -> docs/commands.md: the help of each of them."""

from collections.abc import Iterator

import click

from ecscli.cli import group

WIDTH = 102  # columns of the terminal
HEAD = "# Commands\n\nThis page is made from the commands themselves by `make docs`.\n\n"


def commands(
    command: click.Command = group, parent: click.Context | None = None, width: int = WIDTH
) -> Iterator[click.Context]:
    """The context of every command, groups before their commands, in the order of the help."""
    settings = {**command.context_settings, "max_content_width": width, "terminal_width": width - 2}
    ctx = click.Context(command, info_name=command.name, parent=parent, **settings)
    yield ctx
    if isinstance(command, click.Group):
        for name in command.list_commands(ctx):
            child = command.get_command(ctx, name)
            assert child is not None, name
            child.name = name
            yield from commands(child, ctx, width)


def page() -> str:
    return HEAD + "\n".join(map(section, commands()))


def section(ctx: click.Context) -> str:
    return f"## `{ctx.command_path}`\n\n```\n{ctx.get_help()}\n```\n"

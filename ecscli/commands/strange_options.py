"""An option that a command does not have -> what to write instead, and which commands have it."""

from __future__ import annotations

from collections.abc import Iterator

import click

from ecscli.commands.habits import instead_of_option

MOST_NAMED = 3  # commands that a hint names


def explain(error: click.NoSuchOption, ctx: click.Context) -> tuple[str, str | None]:
    """The message, and the hint where something is known about the option."""
    option = error.option_name
    habit = instead_of_option(ctx.command_path, option)
    if habit:
        return f"{ctx.command_path} has no option {option}", habit
    if error.possibilities:
        return error.format_message(), None
    owners = list(_owners(ctx.find_root(), option))
    if not owners:
        return f"{ctx.command_path} has no option {option}", None
    named = ", ".join(f"`{owner}`" for owner in owners[:MOST_NAMED])
    more = f" and {len(owners) - MOST_NAMED} more" if len(owners) > MOST_NAMED else ""
    return f"{ctx.command_path} has no option {option}", f"it is an option of {named}{more}"


def _owners(ctx: click.Context, option: str) -> Iterator[str]:
    """The commands below this one, itself included, that have the option."""
    command = ctx.command
    if any(option in param.opts for param in command.get_params(ctx)):
        yield ctx.command_path
    if isinstance(command, click.Group):
        for name in command.list_commands(ctx):
            found = command.get_command(ctx, name)
            if found is not None:
                yield from _owners(click.Context(found, ctx, name), option)

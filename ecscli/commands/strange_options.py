"""An option that a command does not have -> what to write instead, and which commands have it."""

from __future__ import annotations

from collections.abc import Iterator

import click

from ecscli.commands.habits import instead_of_option

MOST_NAMED = 3  # commands that a hint names


def explain(error: click.NoSuchOption, ctx: click.Context) -> tuple[str, str | None]:
    """The message, and the hint where something is known about the option."""
    option = error.option_name
    message = f"{ctx.command_path} has no option {option}"
    habit = instead_of_option(ctx.command_path, option)
    if habit:
        return message, habit
    owners = list(_owners(ctx.find_root(), option))
    if owners:
        named = ", ".join(f"`{owner}`" for owner in owners[:MOST_NAMED])
        more = f" and {len(owners) - MOST_NAMED} more" if len(owners) > MOST_NAMED else ""
        return message, f"it is an option of {named}{more}"
    near = [name for name in error.possibilities or () if name in _listed(ctx.command, ctx)]
    return message, f"did you mean {near[0]}?" if near else None


def _listed(command: click.Command, ctx: click.Context) -> set[str]:
    """The names of the options that the help lists."""
    params = command.get_params(ctx)
    return {name for param in params if not getattr(param, "hidden", False) for name in param.opts}


def _owners(ctx: click.Context, option: str) -> Iterator[str]:
    """The commands below this one, itself included, that have the option."""
    command = ctx.command
    if option in _listed(command, ctx):
        yield ctx.command_path
    if isinstance(command, click.Group):
        for name in command.list_commands(ctx):
            found = command.get_command(ctx, name)
            if found is not None:
                yield from _owners(click.Context(found, ctx, name), option)

"""`ecscli permissions`: which actions of AWS a command needs, and the IAM policy for them."""

from __future__ import annotations

from collections.abc import Sequence

import click

from ecscli.commands.context import App
from ecscli.commands.options import EcsCommand, output_option
from ecscli.ops.permissions import Needed, commands, needed_by, policy_of


@click.command(cls=EcsCommand, name="permissions")
@click.argument("words", nargs=-1, metavar="[COMMAND]...")
@click.option("--policy", is_flag=True, help="Print the policy of IAM.")
@click.option("--all", "everything", is_flag=True, help="With what is called in other cases only.")
@output_option
@click.pass_context
def command(
    ctx: click.Context, words: tuple[str, ...], policy: bool, everything: bool, output: str
) -> None:
    """Print the AWS actions that a command needs: `ecscli permissions compose up`. Without a
    command, those that are known.

    They are recorded from runs of the commands; docs/permissions.md has all of them. Nothing is
    called.
    """
    app: App = ctx.obj
    if not words:
        _show_commands(ctx, app, output)
        return
    found = _needed(ctx, " ".join(words))
    actions = found.always.union(*(case.actions for case in found.cases if everything))
    if policy:
        app.console.data(policy_of(actions))
    else:
        _show(app, found, actions, output)


def _show_commands(ctx: click.Context, app: App, output: str) -> None:
    found = commands(lambda words: _path_of(ctx, words))
    if output == "json":
        app.console.data(found)
        return
    for name in found:
        app.console.line(name)


def _needed(ctx: click.Context, name: str) -> Needed:
    """What a command needs. Raises UsageError for one that is not known."""
    found = needed_by(name, lambda words: _path_of(ctx, words))
    if not found.always and not found.cases:
        message = f"nothing is recorded of {name}; `ecscli permissions` lists the commands"
        raise click.UsageError(message, ctx)
    return found


def _path_of(ctx: click.Context, words: Sequence[str]) -> str:
    """The name of the command that these words call."""
    group: click.Command | None = ctx.find_root().command
    names = []
    for word in words:
        if not isinstance(group, click.Group):
            break
        if found := group.get_command(ctx, word):
            names.append(word)
            group = found
    return " ".join(names)


def _show(app: App, found: Needed, actions: frozenset[str], output: str) -> None:
    if output == "json":
        cases = [{"when": case.when, "actions": sorted(case.actions)} for case in found.cases]
        app.console.data({"actions": sorted(actions), "cases": cases})
        return
    for action in sorted(actions):
        app.console.line(action)
    for case in found.cases:
        if case.actions <= actions:
            continue
        app.console.say(f"Besides, {case.when}: {', '.join(sorted(case.actions))}")

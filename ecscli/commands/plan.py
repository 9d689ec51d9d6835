"""`ecscli plan`: what `up` would change, found by reading alone."""

from __future__ import annotations

import click

from ecscli.base.documents import Draft
from ecscli.commands.context import App
from ecscli.commands.infra import PRECEDENCE, change_set_option, infra_options
from ecscli.commands.options import EcsCommand, output_option


@click.command("plan", cls=EcsCommand, epilog=PRECEDENCE)
@infra_options
@click.option("--upgrade", is_flag=True, help="What `up --upgrade` would change.")
@change_set_option
@output_option
@click.pass_obj
def command(app: App, given: Draft, upgrade: bool, change_set: bool, output: str) -> None:
    """Show what `up` would change. Exit code 0 without changes, 3 with some.

    Nothing is written: the live stack is compared with the one that is wanted, and what would be
    replaced is shown as far as it is known.
    """
    show_plan(app, given, upgrade, output, ask=change_set)


def show_plan(app: App, given: Draft, upgrade: bool, output: str, *, ask: bool = False) -> None:
    """Print the plan, with CloudFormation's verdict where that is asked for. Raises ChangesPending
    for changes."""
    from ecscli.base.errors import ChangesPending
    from ecscli.commands.up import prepare
    from ecscli.up import diff
    from ecscli.up.model import Plan
    from ecscli.up.stack import change_sets, operations, plan
    from ecscli.up.stack.changes import preview, show

    infra, aws, found, desired = prepare(app, given, upgrade=upgrade)
    operations.refuse_stuck(found.stack)
    actions = Plan(plan.cluster_actions(infra.spec, found))
    change_set = None
    if desired.stack:
        asked = ask and change_sets.rehearse(aws, desired.stack, found.stack)
        change_set = asked or preview.preview(aws, desired.stack, found)
    count = len(actions.actions) + (len(change_set.changes) if change_set else 0)
    if output == "json":
        document, stack = list(show.described(found, infra.spec)), show.document(change_set)
        app.console.data(
            {**diff.document(actions), "changes": count, "document": document, "stack": stack}
        )
    else:
        told = show.described(found, infra.spec) if change_set and change_set.changes else ()
        for line in (
            *diff.lines(actions),
            *told,
            *(show.lines(change_set) if change_set else ()),
        ):
            app.console.line(line)
    if count:
        raise ChangesPending(
            f"{count} change{'' if count == 1 else 's'} pending", hint="`ecscli up` makes them"
        )
    app.console.say(f"Cluster {infra.spec.name} is as it should be.", "done")

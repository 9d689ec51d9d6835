"""`ecscli plan`: what `up` would change, found by reading alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from ecscli.base.documents import Draft
from ecscli.base.errors import ChangesPending
from ecscli.commands.infra import PRECEDENCE, change_set_option, infra_options, infra_request
from ecscli.commands.options import EcsCommand, output_option
from ecscli.up import diff
from ecscli.up.stack.changes import show
from ecscli.workflows.cluster.plan import plan
from ecscli.workflows.cluster.prepare import PrepareRequest

if TYPE_CHECKING:
    from ecscli.commands.context import App
    from ecscli.workflows.cluster.plan import Planned


@click.command("plan", cls=EcsCommand, epilog=PRECEDENCE)
@infra_options
@click.option("--upgrade", is_flag=True, help="What `up --upgrade` would change.")
@change_set_option
@output_option
@click.pass_obj
def command(app: App, given: Draft, upgrade: bool, change_set: bool, output: str) -> None:
    """Show what `up` would change. Exit code 0 without changes, 3 with some.

    Nothing is written: the live stack is compared with the wanted one. What would be replaced is
    shown as far as it is known.
    """
    request = PrepareRequest(infra_request(app, given), upgrade)
    show_cluster_plan(app, app.report(plan(request, verdict=change_set)), output)


def show_cluster_plan(app: App, planned: Planned, output: str) -> None:
    """Print the plan. Raises ChangesPending where it has changes."""
    if output == "json":
        app.console.data(_document(planned))
    else:
        _show_lines(app, planned)
    count = planned.count
    if count:
        message = f"{count} change{'' if count == 1 else 's'} pending"
        raise ChangesPending(message, hint="`ecscli up` makes them")
    app.console.say(f"Cluster {planned.prepared.infra.spec.name} is as it should be.", "done")


def _document(planned: Planned) -> Draft:
    return {
        **diff.document(planned.on_cluster),
        "changes": planned.count,
        "document": list(planned.document_lines()),
        "stack": show.document(planned.change_set),
    }


def _show_lines(app: App, planned: Planned) -> None:
    for line in (*diff.lines(planned.on_cluster), *planned.stack_lines()):
        app.console.change(line)

"""`ecscli compose why`: ranked reasons for what does not work, of the service and of the tasks of
the project."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from ecscli.base.documents import Draft
from ecscli.commands.compose.flags import project_request
from ecscli.commands.context import App
from ecscli.commands.options import EcsCommand, config_options, output_option
from ecscli.up.diagnosis.unread import incomplete
from ecscli.workflows.diagnosis import why

if TYPE_CHECKING:
    from ecscli.workflows.diagnosis import Diagnosis


@click.command(cls=EcsCommand, name="why")
@config_options
@output_option
@click.pass_obj
def command(app: App, output: str) -> None:
    """Say why tasks stopped, are not placed or are not healthy: the likeliest reason first.

    Looks at the service of the project where there is one, else at its tasks: stopped tasks,
    service events, free CPU, memory and ports of the instances, health of the targets, last log
    lines. Where nothing is found it gives how many tasks run of which revision. What AWS does not
    let it look at is an error at the end: exit code 4 without the right, else 1.
    """
    found = why(app.aws, project_request(app))
    if output == "json":
        app.console.data(document(found))
    else:
        for reason in found.reasons:
            app.console.text(reason.text)
    if found.unread:
        raise incomplete(found.unread)
    if not found.reasons and output != "json":
        app.console.say(found.condition.text, "done" if found.condition.good else "info")


def document(found: Diagnosis) -> Draft:
    """The reasons, numbered by rank, and what could not be read."""
    rows = [
        {"rank": rank, "kind": reason.kind, "text": reason.text}
        for rank, reason in enumerate(found.reasons, 1)
    ]
    unread = [one.what for one in found.unread]
    state: Draft = {"reasons": rows, "condition": found.condition.text}
    return {**state, "unread": unread} if unread else state

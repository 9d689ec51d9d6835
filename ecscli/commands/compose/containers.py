"""What `ps` prints: containers with their tasks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ecscli.commands.compose.printing import AnswerForm, show_task_ids
from ecscli.up.diagnosis.unread import incomplete
from ecscli.up.tasks import table
from ecscli.workflows.containers.addresses import lines_of
from ecscli.workflows.containers.ps import Listing

if TYPE_CHECKING:
    from ecscli.commands.context import App


def show_containers(app: App, found: Listing, quiet: bool, answer: AnswerForm) -> None:
    """The table, the same as data, or the ids of the tasks alone; raises what could not be read."""
    if quiet:
        show_task_ids(app, found.tasks, answer)
        return
    if answer.is_json:
        app.console.data(table.as_data(found.rows))
    else:
        app.console.table(table.COLUMNS, [row.cells for row in found.rows])
        for line in lines_of(found.names, found.addresses):
            app.console.event(line)
    if found.unread:
        raise incomplete(found.unread)

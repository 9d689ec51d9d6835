"""`--switch-layout` of the commands that bring a project up: what it may cost, agreed to by flag or
on a terminal, and what it has done."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from ecscli.base.documents import Draft
from ecscli.base.records import record
from ecscli.commands.answering import together
from ecscli.commands.compose.options import yes_option
from ecscli.workflows.switch.request import SwitchRequest

if TYPE_CHECKING:
    from ecscli.commands.context import App
    from ecscli.workflows.service.deployment import SwitchDone

future_switch_options = together(
    click.option(
        "--switch-layout",
        is_flag=True,
        help="Put the services of this layout in the place of those that the project has in the"
        " other one.",
    ),
    click.option(
        "--lose-data",
        is_flag=True,
        help="With --switch-layout: let volumes that end with their tasks start empty.",
    ),
)
switch_options = together(future_switch_options, yes_option)


@record
class SwitchFlags:
    """What is asked about services of the other layout; `yes`: without a question."""

    switch_layout: bool = False
    lose_data: bool = False
    yes: bool = False

    def request(self, app: App) -> SwitchRequest:
        """The same for a workflow, which asks on the terminal."""
        return SwitchRequest(
            self.switch_layout,
            self.lose_data,
            lambda question: self.yes or app.console.confirm(question, "--yes"),
        )


def switch_answer(done: SwitchDone | None) -> Draft:
    """What a switch has done, in the JSON of a command."""
    if done is None:
        return {}
    return {"switch": {"from": done.origin, "to": done.target, "ended": list(done.ended)}}

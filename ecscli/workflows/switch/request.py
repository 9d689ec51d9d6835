"""What is asked about services that the project has in the other layout, by the names of the
flags."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from ecscli.base.errors import Finding
from ecscli.base.records import record


@record
class SwitchRequest:
    """`switch_layout`: put the services of this layout in the place of those of the other one,
    which are refused otherwise. `lose_data`: volumes that end with their tasks may start empty.
    `agree`: asked about gaps and losses, and answers whether to go on; None: they are agreed to.
    `goes_on`: this goes on with an earlier plan, which has said all that.
    """

    switch_layout: bool = False
    lose_data: bool = False
    agree: Callable[[str], bool] | None = None
    goes_on: bool = False


def unfit_for_switch(services: tuple[str, ...], *, waits: bool) -> Iterator[Finding]:
    """Why a switch cannot be carried out with these flags."""
    flag = "--switch-layout"
    if services:
        message = f"{flag} is for the whole project, and not for {', '.join(services)}"
        yield Finding(message, None, "leave the names out")
    if not waits:
        message = f"{flag} ends services once the others are steady, which has to be waited for"
        yield Finding(message, None, "leave --no-wait and --timeout 0 out")

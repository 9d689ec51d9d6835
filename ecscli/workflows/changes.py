"""A plan carried out, with what is said before and after an interruption; every job that changes
something ends here."""

from __future__ import annotations

from collections.abc import Generator
from typing import TYPE_CHECKING

from ecscli.up.model import Event, Plan
from ecscli.up.service.apply import apply
from ecscli.up.service.calls import Applied
from ecscli.workflows.events import interruptible, warnings

if TYPE_CHECKING:
    from ecscli.aws.client import Aws


def apply_plan(
    aws: Aws, plan: Plan, where: str, started_by: str = "", new_role: bool = False
) -> Generator[Event, None, Applied]:
    """Carry a plan out. `where` names what was touched, for the message after Ctrl-C; tasks are
    started with `started_by`. `new_role`: see `apply`."""
    yield from warnings(plan.notices)
    hint = "nothing was deleted; run the command again to go on"
    with interruptible(f"Interrupted while changing {where}.", hint):
        return (yield from apply(aws, plan, started_by, new_role))

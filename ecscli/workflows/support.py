"""What a project loses of its support stack once no service uses it any more."""

from __future__ import annotations

from collections.abc import Generator
from typing import TYPE_CHECKING

from ecscli.up.model import Event
from ecscli.up.support.release import until_released
from ecscli.up.support.stacks import PlannedStack
from ecscli.workflows.changes import apply_plan

if TYPE_CHECKING:
    from ecscli.aws.client import Aws


def let_go(
    aws: Aws, support: PlannedStack, project: str, is_waited_for: bool
) -> Generator[Event, None, None]:
    """Take it out of the stack; the next `up` does it where nobody waits for the tasks that still
    use it."""
    if support.after and is_waited_for:
        yield from until_released(aws, support.released)
        yield from apply_plan(aws, support.after, f"the support stack of {project}")
    elif support.after:
        yield Event("What the services no longer use stays in the support stack until the next up.")

"""The support stack of a project that has left layout services -> what nothing uses any more."""

from __future__ import annotations

from collections.abc import Generator, Iterable
from typing import TYPE_CHECKING

from ecscli.aws.errors import denied
from ecscli.base.documents import Document
from ecscli.base.errors import EcsCliError
from ecscli.up.model import Event
from ecscli.up.service.names import Names
from ecscli.up.support.live import LiveSupport, read_stack
from ecscli.up.support.stacks import PlannedStack, plan_retreat
from ecscli.workflows.support import let_go

if TYPE_CHECKING:
    from ecscli.aws.client import Aws


def unused_support(aws: Aws, names: Names, users: Iterable[Document]) -> PlannedStack:
    """What the stack loses once these are its only users; file systems stay."""
    try:
        live = read_stack(aws, names)
    except EcsCliError as error:
        if not denied(error):
            raise
        live = LiveSupport(denied=error)
    return plan_retreat(names, live, users)


def remove_unused(
    aws: Aws, names: Names, users: Iterable[Document]
) -> Generator[Event, None, None]:
    """Take it out of the stack, once no task is in it any more."""
    support = unused_support(aws, names, users)
    yield from let_go(aws, support, names.project, is_waited_for=True)

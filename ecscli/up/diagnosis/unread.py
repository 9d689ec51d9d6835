"""What could not be read, and the error of a look that it left incomplete."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from ecscli.base.errors import AccessError, EcsCliError


class Unread(NamedTuple):
    """Something that could not be read, by its name for people, and how AWS refused."""

    what: str
    error: EcsCliError

    def __str__(self) -> str:
        return f"{self.what} could not be read: {next(self.error.lines())}"


def incomplete(unread: Sequence[Unread]) -> EcsCliError:
    """The error of a look that missed something: of access where one of its reads was, which has an
    exit code of its own."""
    causes = sorted(
        (one.error for one in unread), key=lambda error: not isinstance(error, AccessError)
    )
    what = ", ".join(one.what for one in unread)
    message = f"the answer is incomplete: {what} could not be read: {next(causes[0].lines())}"
    found = AccessError if isinstance(causes[0], AccessError) else EcsCliError
    return found(message, hint=causes[0].hint)

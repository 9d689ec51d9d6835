"""What `doctor` finds: one row for each thing that commands need."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from ecscli.base.errors import EcsCliError

#: All is well; something is absent that only some commands need; something is wrong.
OK, ABSENT, FAILED = "ok", "absent", "failed"


class Row(NamedTuple):
    """One thing that was looked at: `state` is OK, ABSENT or FAILED; `remedy` what to do, or
    empty."""

    topic: str
    state: str
    detail: str
    remedy: str = ""


def looked_at(topic: str, look: Callable[[], str], otherwise: str = FAILED) -> Row:
    """The row of what `look` returns in words; with `otherwise` and the error's remedy where it
    raises EcsCliError."""
    try:
        return Row(topic, OK, look())
    except EcsCliError as error:
        return Row(topic, otherwise, error.message, error.hint or "")

"""The time span to read: options of a command line -> milliseconds since 1970."""

from __future__ import annotations

import re
from datetime import datetime

from ecscli.base.errors import InputError, shorten
from ecscli.base.records import record
from ecscli.base.units import parse_duration

LONGEST = 60 * 366 * 86400  # seconds
MINUTES = re.compile("[0-9]{1,15}")
AGO = "write 10 (minutes ago), 1h30m (ago)"
FORM = "2026-01-31T12:00:00Z, or with an offset as +01:00"


@record
class Window:
    """Which events: times in milliseconds since 1970, `pattern` in CloudWatch's own syntax, `tail`
    per stream."""

    start: int | None = None
    end: int | None = None
    pattern: str | None = None
    tail: int | None = None


def moment(text: str, option: str, now: float) -> int:
    """A time of an option in milliseconds: `10` minutes ago, `1h30m` ago, or RFC 3339. `now` in
    seconds."""
    text = text.strip()
    try:
        seconds = int(text) * 60 if MINUTES.fullmatch(text) else parse_duration(text)
    except ValueError:
        return rfc3339(text, option, f"{AGO}, or {FORM}")
    if seconds > LONGEST:
        raise InputError(f'"{shorten(text)}" is too long ago', option, AGO)
    return int((now - seconds) * 1000)


def rfc3339(text: str, option: str, hint: str = f"write {FORM}") -> int:
    """`2026-01-31T12:00:00Z` in milliseconds since 1970."""
    try:
        found = datetime.fromisoformat(text)
        if found.tzinfo is None or found.year < 1970:
            raise ValueError(text)
        return int(found.timestamp() * 1000)
    except (ValueError, OverflowError):
        raise InputError(f'"{shorten(text)}" is not a time', option, hint) from None


def window_of(
    start: int | None, end: int | None, pattern: str | None = None, tail: int | None = None
) -> Window:
    """The window; InputError where it ends before it starts."""
    if start is not None and end is not None and end <= start:
        raise InputError("the end of the time window is before its start")
    return Window(start, end, pattern, tail)


def stamp(time: int) -> str:
    """The time of an event as ecs-cli prints it: RFC 3339, local, whole seconds."""
    text = datetime.fromtimestamp(time / 1000).astimezone().isoformat(timespec="seconds")
    return text.removesuffix("+00:00") + "Z" if text.endswith("+00:00") else text

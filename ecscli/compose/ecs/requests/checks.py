"""The generic constraints of a row: a value -> what is wrong with it, in words, and a hint.

A check applies on the launch types of `on`. It looks at one value; of a list, at each item.
"""

from __future__ import annotations

import re

from ecscli.base.errors import shorten
from ecscli.base.limits import FARGATE, LAUNCH_TYPES
from ecscli.base.nearest import did_you_mean
from ecscli.base.records import record

NAMES = {FARGATE: "Fargate"}  # launch types that people write otherwise
FEW = 4  # as many choices are listed in a hint; of more, the nearest


@record
class OneOf:
    """A value of an enumeration."""

    values: tuple[str, ...]
    on: tuple[str, ...] = LAUNCH_TYPES

    def wrong(self, value: object) -> str | None:
        if value in self.values:
            return None
        return f'"{shorten(str(value))}" is not a choice'

    def hint(self, value: object) -> str:
        near = did_you_mean(str(value), self.values) if len(self.values) > FEW else None
        return near or f"choose from {', '.join(self.values)}"

    def about(self) -> str:
        return ", ".join(f"`{value}`" for value in self.values)


@record
class Between:
    """A number of an inclusive range."""

    low: int
    high: int
    unit: str = ""
    on: tuple[str, ...] = LAUNCH_TYPES

    def wrong(self, value: object) -> str | None:
        if not isinstance(value, int | float) or self.low <= value <= self.high:
            return None
        return f"{value} {self.unit}".rstrip() + " is out of range"

    def hint(self, value: object) -> str:
        return f"choose {self.about()}"

    def about(self) -> str:
        return f"{self.low} to {self.high} {self.unit}".rstrip()


@record
class AtLeast:
    """A number that is not below a bound."""

    low: int
    unit: str = ""
    on: tuple[str, ...] = LAUNCH_TYPES

    def wrong(self, value: object) -> str | None:
        if not isinstance(value, int | float) or value >= self.low:
            return None
        return f"{value} {self.unit}".rstrip() + " is out of range"

    def hint(self, value: object) -> str:
        return f"choose {self.about()}"

    def about(self) -> str:
        return f"{self.low} {self.unit}".rstrip() + " or more"


@record
class Form:
    """Text that a pattern matches as a whole: `what` it is, and `rule` in words.

    A `private` value is not quoted: it may be a secret in the place of the name of one.
    """

    pattern: re.Pattern[str]
    what: str
    rule: str
    private: bool = False
    on: tuple[str, ...] = LAUNCH_TYPES

    def wrong(self, value: object) -> str | None:
        if self.pattern.fullmatch(str(value)):
            return None
        quoted = "the value" if self.private else f'"{shorten(str(value))}"'
        return f"{quoted} is not {self.what}"

    def hint(self, value: object) -> str:
        return self.rule

    def about(self) -> str:
        return self.rule


@record
class Longest:
    """Text of at most so many characters."""

    most: int
    on: tuple[str, ...] = LAUNCH_TYPES

    def wrong(self, value: object) -> str | None:
        return f"is longer than {self.most} characters" if len(str(value)) > self.most else None

    def hint(self, value: object) -> None:
        return None

    def about(self) -> str:
        return f"up to {self.most} characters"


@record
class Refused:
    """A member that some launch types do not take at all."""

    on: tuple[str, ...]
    instead: str | None = None

    def wrong(self, value: object) -> str:
        return "not possible"

    def hint(self, value: object) -> str | None:
        return self.instead

    def about(self) -> str:
        return "not possible"


Check = OneOf | Between | AtLeast | Form | Longest | Refused


def place_of(check: Check, launch_type: str) -> str:
    """Where a check applies, for a message: ` on Fargate`; empty where it applies everywhere."""
    if check.on == LAUNCH_TYPES:
        return ""
    return f" on {NAMES.get(launch_type, launch_type)}"


def words(text: str) -> tuple[str, ...]:
    """The choices of a long enumeration, written as one text."""
    return tuple(text.split())

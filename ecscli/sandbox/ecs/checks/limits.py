"""The kinds of limits that a single member may have: each finds what is wrong with a value."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Protocol


class Limit(Protocol):
    """The end of a sentence that begins with the member's name, or None for a value that passes."""

    def complaint(self, value: object) -> str | None: ...


@dataclass(frozen=True, slots=True)
class Range:
    """Whole numbers from `least` to `most`, both included; no upper bound without `most`."""

    least: int
    most: int | None = None

    def complaint(self, value: object) -> str | None:
        number = int(str(value))
        if self.most is None:
            return None if number >= self.least else f"must be at least {self.least}"
        if self.least <= number <= self.most:
            return None
        return f"must be between {self.least} and {self.most}"


@dataclass(frozen=True, slots=True)
class AtMost:
    """At most so many items of a list, or characters of a text."""

    most: int

    def complaint(self, value: object) -> str | None:
        unit = "characters" if isinstance(value, str) else "items"
        size = len(value) if isinstance(value, str | list) else 0
        return f"can have at most {self.most} {unit}" if size > self.most else None


@dataclass(frozen=True, slots=True)
class Matches:
    """A text that a regular expression matches as a whole."""

    pattern: str
    words: str = "contains invalid characters or is too long"

    def complaint(self, value: object) -> str | None:
        return None if re.fullmatch(self.pattern, str(value)) else self.words


@dataclass(frozen=True, slots=True)
class OneOf:
    """One of a set of texts; each text of a list."""

    accepted: tuple[str, ...]

    def complaint(self, value: object) -> str | None:
        values = value if isinstance(value, list) else [value]
        if all(str(one) in self.accepted for one in values):
            return None
        return f"should be one of [{','.join(self.accepted)}]"


@dataclass(frozen=True, slots=True)
class Multiple:
    """A number from `least` to `most` with one decimal place."""

    least: float
    most: float

    def complaint(self, value: object) -> str | None:
        number = float(str(value))
        in_steps = abs(number * 10 - round(number * 10)) < 1e-9
        if self.least <= number <= self.most and in_steps:
            return None
        return f"must be a multiple of 0.1 from {self.least} to {self.most}"

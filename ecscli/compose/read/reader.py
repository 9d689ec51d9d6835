"""What every form is given: the rules in force, where relative paths start, and a journal of what
is found."""

from __future__ import annotations

import math
import re
from decimal import Decimal
from enum import Enum
from typing import Final, TypeGuard

from ecscli.base.documents import Document
from ecscli.base.errors import Finding, shorten
from ecscli.base.findings import FindingList
from ecscli.base.marks import Map, Mark, Raw, Seq, Tagged
from ecscli.base.nearest import did_you_mean, nearest
from ecscli.base.yaml.scalars import source_text
from ecscli.compose.dialect import Dialect, Numbers

EXPONENT_WITHOUT_SIGN = re.compile(r"[0-9.][eE][0-9]")
# digits of the whole part; longer numbers get an exponent
MOST_DIGITS = {Numbers.TODAY: 21, Numbers.SHORTEST: 6, Numbers.PLAIN: None}
NOT_FINITE = {"inf": "+Inf", "-inf": "-Inf", "nan": "NaN"}
LEAST_INTEGER, GREATEST_INTEGER = -(2**63), 2**64 - 1  # others are floats to Go
UNKNOWN_KEY = "unknown key"
RESET = Tagged("!reset", None)


class Dropped(Enum):
    """What a form returns for a value that cannot be, or is not given."""

    DROP = "drop"


DROP: Final = Dropped.DROP


class FromText(Seq):
    """A list that the file writes as one text."""

    __slots__ = ()


class FromList(Map):
    """A mapping that the file writes as a list of KEY=value."""

    __slots__ = ()


class Journal:
    """Everything found while loading: what is wrong, what is worth a warning, and which parts are
    broken."""

    def __init__(self) -> None:
        self.findings = FindingList()
        self.warnings = FindingList()
        self.ports = 0  # how many the ranges of all files stand for
        self.included = 0  # how many files were included, each as often as it was
        # how many characters env and label files brought, each as often as it was read
        self.env_text = 0
        # paths of two and of three levels that have a finding at or below them
        self.broken: set[str] = set()

    def wrong(self, message: str, at: Mark | None, path: str = "", hint: str | None = None) -> None:
        """Note a finding about the value at `path`."""
        self.findings.append(Finding.about(path, message, at, hint))
        steps = path.split(".")
        self.broken.update(".".join(steps[:level]).partition("[")[0] for level in (2, 3))

    def warn(self, message: str, at: Mark | None, path: str = "", hint: str | None = None) -> None:
        self.warnings.append(Finding.about(path, message, at, hint))


class Reader:
    """What every form needs: the rules in force, where relative paths start, and a place for
    findings."""

    def __init__(self, dialect: Dialect, directory: str, home: str, journal: Journal) -> None:
        self.dialect = dialect
        self.directory = directory
        self.home = home
        self.journal = journal

    def wrong(self, message: str, at: Mark | None, path: str, hint: str | None = None) -> Dropped:
        """Note a finding about the value at `path`; always DROP."""
        self.journal.wrong(message, at, path, hint)
        return DROP

    def expected(self, what: str, value: Raw, at: Mark | None, path: str) -> Dropped:
        """The value is of another kind than `what`."""
        if value is None:
            return DROP
        hint = None
        if what == "a text" and isinstance(value, (bool, int, float)):
            hint = f'put it in quotes: "{plain(value)}"'
        found = "a text" if isinstance(value, str) and holds_secrets(path) else kind(value)
        return self.wrong(f"must be {what}, not {found}", at, path, hint)

    def unknown(self, key: str, at: Mark | None, path: str, known: Document) -> None:
        if self.journal.findings.full:
            self.wrong(f'{UNKNOWN_KEY} "{key}"', at, path)
            return
        self.wrong(f'{UNKNOWN_KEY} "{key}"', at, path, did_you_mean(key, known))
        if meant := nearest(key, known):
            self.journal.broken.add(f"{path}.{meant}")


def holds_secrets(path: str) -> bool:
    """Whether values below this path may be passwords, which no message quotes."""
    return any(
        part in path for part in (".environment", ".args", ".content", "driver_opts", ".options")
    )


def is_number(value: Raw) -> TypeGuard[int | float]:
    """Whether a value is a number; to Python a boolean is one too."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def kind(value: Raw) -> str:
    """A value's kind in words."""
    match value:
        case dict():
            return "a mapping"
        case list():
            return "a list"
        case bool():
            return f"the boolean {plain(value)}"
        case int() | float():
            return f"the number {source_text(value)}"
        case str():
            return f'the text "{shorten(value, 40)}"'
        case Tagged():
            return f"something with the tag {value.tag}"
        case _:
            return "nothing"


def plain(value: str | bool | int | float) -> str:
    """A scalar as text: booleans in lower case, numbers as they were written."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return value if isinstance(value, str) else source_text(value)


def number_text(value: int | float, numbers: Numbers) -> str:
    """A number as text, the way the Go programs write it that read these files; it may lose its
    spelling."""
    today = numbers is Numbers.TODAY
    if not math.isfinite(value):
        return NOT_FINITE[repr(float(value))] if today else plain(value)
    if isinstance(value, int):
        fits = not today or LEAST_INTEGER <= value <= GREATEST_INTEGER
        return str(int(value)) if fits else _float_text(float(value), MOST_DIGITS[numbers])
    if not today and EXPONENT_WITHOUT_SIGN.search(source_text(value)):
        return source_text(value)  # a text to the YAML of ecs-cli
    return _float_text(float(value), MOST_DIGITS[numbers])


def _float_text(value: float, most_digits: int | None) -> str:
    """The shortest text of a float; with an exponent where the whole part has more digits than
    `most_digits`, or where the value is very small."""
    shortest = Decimal(repr(value))
    exponent = shortest.adjusted()
    extreme = most_digits is not None and (exponent < -4 or exponent >= most_digits)
    if shortest and extreme:
        mantissa = shortest.scaleb(-exponent).normalize()
        return f"{mantissa:f}e{exponent:+03d}"
    return f"{shortest:f}".removesuffix(".0")

"""What every form is given: the rules in force, where relative paths start, and a journal of what
is found."""

from __future__ import annotations

import math
import re
from decimal import Decimal
from typing import Any

from ecscli.base.documents import Document
from ecscli.base.errors import Finding, shorten
from ecscli.base.findings import FindingList
from ecscli.base.marks import Map, Mark, Seq, Tagged
from ecscli.base.nearest import did_you_mean, nearest
from ecscli.base.scalars import source_text
from ecscli.compose.dialect import Dialect, Numbers

EXPONENT_WITHOUT_SIGN = re.compile(r"[0-9.][eE][0-9]")
MOST_DIGITS_V3 = 6  # of the whole part; longer numbers got an exponent
DROP: Any = object()  # what a form returns for a value that cannot be, or is not given
RESET = Tagged("!reset", None)


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
        """Notes a finding about the value at `path`."""
        self.findings.append(Finding(f"{path}: {message}" if path else message, at, hint))
        steps = path.split(".")
        self.broken.update(".".join(steps[:level]).partition("[")[0] for level in (2, 3))

    def warn(self, message: str, at: Mark | None, path: str = "", hint: str | None = None) -> None:
        self.warnings.append(Finding(f"{path}: {message}" if path else message, at, hint))


class Reader:
    """What every form needs: the rules in force, where relative paths start, and a place for
    findings."""

    def __init__(self, dialect: Dialect, directory: str, home: str, journal: Journal) -> None:
        self.dialect = dialect
        self.directory = directory
        self.home = home
        self.journal = journal

    def wrong(self, message: str, at: Mark | None, path: str, hint: str | None = None) -> Any:
        """Notes a finding about the value at `path`; always DROP."""
        self.journal.wrong(message, at, path, hint)
        return DROP

    def expected(self, what: str, value: Any, at: Mark | None, path: str) -> Any:
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
            self.wrong(f'unknown key "{key}"', at, path)
            return
        self.wrong(f'unknown key "{key}"', at, path, did_you_mean(key, known))
        if meant := nearest(key, known):
            self.journal.broken.add(f"{path}.{meant}")


def holds_secrets(path: str) -> bool:
    """Whether values below this path may be passwords, which no message quotes."""
    return any(
        part in path for part in (".environment", ".args", ".content", "driver_opts", ".options")
    )


def kind(value: Any) -> str:
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


def go_text(value: str | bool | int | float, dialect: Dialect) -> str:
    """A scalar as text the way the original wrote it: numbers lose their spelling."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return plain(value)
    if isinstance(value, int):
        return str(int(value))
    if not math.isfinite(value):
        return plain(value)
    if EXPONENT_WITHOUT_SIGN.search(source_text(value)):
        return source_text(value)  # a text to the original's YAML
    shortest = Decimal(repr(float(value)))
    exponent = shortest.adjusted()
    if (
        dialect.numbers is Numbers.SHORTEST
        and shortest
        and (exponent < -4 or exponent >= MOST_DIGITS_V3)
    ):
        mantissa = shortest.scaleb(-exponent).normalize()
        return f"{mantissa:f}e{exponent:+03d}"
    return f"{shortest:f}".removesuffix(".0")

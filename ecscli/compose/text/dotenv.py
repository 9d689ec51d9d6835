"""Text of `.env` and `env_file` files -> variables, by the Compose Specification or by
ecs-cli's two ways.

Specification: `KEY=value`, `KEY: value`, `export KEY=value`, a bare `KEY` taken from outside;
single quotes keep their text, double quotes know escapes, both may span lines; ` #` starts a
comment; `${VAR}` works outside single quotes. ecs-cli: the value is the rest of the line, quotes
included.
"""

from __future__ import annotations

import re
from collections import ChainMap
from collections.abc import Callable, Mapping

from ecscli.base.errors import Finding, InputError
from ecscli.base.findings import FindingList
from ecscli.base.marks import Mark
from ecscli.compose.text.interpolate import BadInterpolation, Interpolator
from ecscli.compose.text.withheld import Withheld

Lookup = Callable[[str], str | None]
KEY = re.compile(r"(?:export[ \t]+)?([A-Za-z0-9_.\-\[\]]+)[ \t]*")
ESCAPES = {
    "n": "\n",
    "r": "\r",
    "t": "\t",
    "v": "\v",
    "f": "\f",
    "a": "\a",
    "b": "\b",
    '"': '"',
    "\\": "\\",
}
ESCAPE = re.compile(r"\\([abfnrtv$\"\\]|0[0-7]{0,3})")
HIDDEN_DOLLAR = "\0"


def parse_env(
    text: str, file: str, outside: Mapping[str, str], earlier: Mapping[str, str] | None = None
) -> dict[str, str]:
    """The variables of a file by the specification's rules.

    A `${...}` takes its value from `outside`, which also fills bare names, else from a line above
    it, else from the `earlier` files. Raises InputError with every line that cannot be read.
    """
    normalized = text.removeprefix("\ufeff").replace("\r\n", "\n")
    return _EnvFile(normalized, file, outside, earlier or {}).parse()


class _EnvFile:
    def __init__(
        self, text: str, file: str, outside: Mapping[str, str], earlier: Mapping[str, str]
    ) -> None:
        self.text, self.file, self.outside = text, file, outside
        self.at = 0
        self.found: dict[str, str] = {}
        open_to_files = {
            name: value for name, value in outside.items() if not isinstance(value, Withheld)
        }
        self.interpolator = Interpolator(
            ChainMap(open_to_files, self.found, dict(earlier), dict(outside)), quiet=True
        )
        self.findings = FindingList()

    def parse(self) -> dict[str, str]:
        while not self.findings.full and self.skip_to_statement():
            self.statement()
        if self.findings:
            raise InputError.of(self.findings)  # reading has stopped where they are full
        return self.found

    def skip_to_statement(self) -> bool:
        text = self.text
        while self.at < len(text):
            if text[self.at].isspace():
                self.at += 1
            elif text[self.at] == "#":
                self.at = self.line_end()
            else:
                return True
        return False

    def line_end(self) -> int:
        end = self.text.find("\n", self.at)
        return len(self.text) if end < 0 else end

    def mark(self, at: int) -> Mark:
        line_start = self.text.rfind("\n", 0, at) + 1
        return Mark(self.file, self.text.count("\n", 0, at) + 1, at - line_start + 1)

    def wrong(self, message: str, at: int, hint: str | None = None) -> None:
        self.findings.append(Finding(message, self.mark(at), hint))

    def statement(self) -> None:
        start, end = self.at, self.line_end()
        match = KEY.match(self.text, start, end)
        after = match.end() if match else start
        if not match or (after < end and self.text[after] not in "=:"):
            hint = "names have letters, digits and _ . - [ ]"
            self.wrong("this line is not KEY=value", start, hint)
            self.at = end
            return
        value = self.value(after + 1) if after < end else self.inherited(match[1], end)
        if value is not None:
            self.found[match[1]] = value

    def inherited(self, key: str, end: int) -> str | None:
        """The value of a name alone on its line."""
        self.at = end
        return self.outside.get(key)

    def value(self, start: int) -> str | None:
        """The value that begins at `start`, after the `=` and perhaps blanks."""
        text = self.text
        while start < len(text) and text[start] in " \t":
            start += 1
        self.at = start
        quote = text[start : start + 1]
        if quote in ("'", '"'):
            return self.quoted(quote)
        self.at = self.line_end()
        without_comment = re.split(r"\s#", text[start : self.at], maxsplit=1)[0]
        return self.expand(without_comment.rstrip(), start)

    def quoted(self, quote: str) -> str | None:
        start = self.at
        end = self.closing_quote(quote)
        if end is None:
            self.wrong(f"a {quote} is not closed", start)
            self.at = self.line_end()
            return None
        inside = self.text[start + 1 : end]
        self.at = end + 1
        self.expect_end_of_line()
        if quote == "'":
            return inside.replace("\\'", "'")
        return self.expand(ESCAPE.sub(_unescape, inside), start)

    def closing_quote(self, quote: str) -> int | None:
        """The index of the quote that ends the value; None where there is none."""
        end = self.at + 1
        while end < len(self.text) and self.text[end] != quote:
            end += 2 if self.text[end] == "\\" else 1
        return end if end < len(self.text) else None

    def expect_end_of_line(self) -> None:
        """Go to the end of the line, where at most a comment may be left."""
        rest = self.text[self.at : self.line_end()].strip()
        if rest and not rest.startswith("#"):
            self.wrong("there is text after the closing quote", self.at)
        self.at = self.line_end()

    def expand(self, value: str, at: int) -> str:
        try:
            expanded = self.interpolator.substitute(value)
        except BadInterpolation as error:
            self.wrong(str(error), at, error.hint)
            return value
        except InputError as error:
            raise InputError(error.message, self.mark(at), error.hint) from None
        return expanded.replace(HIDDEN_DOLLAR, "$")


def _unescape(match: re.Match[str]) -> str:
    if match[1] == "$":
        return HIDDEN_DOLLAR
    return ESCAPES[match[1]] if match[1] in ESCAPES else chr(int(match[1], 8) & 0xFF)


def _lines(text: str) -> list[str]:
    """Lines end with LF or CRLF and nothing else, as values may hold other separators."""
    return text.removeprefix("\ufeff").replace("\r\n", "\n").split("\n")


def parse_raw(text: str, outside: Mapping[str, str]) -> dict[str, str]:
    """`format: raw`: everything behind the first `=` is the value, unchanged."""
    found: dict[str, str] = {}
    for line in _lines(text):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        key, equals, value = line.partition("=")
        if equals:
            found[key.strip()] = value
        elif key.strip() in outside:
            found[key.strip()] = outside[key.strip()]
    return found


def parse_as_ecs_cli(
    text: str, file: str, outside: Mapping[str, str], *, first_wins: bool = False
) -> dict[str, str]:
    """ecs-cli's grammar of `.env` (all dialects) and of `env_file` in v3 files; raises
    InputError."""
    found: dict[str, str] = {}
    findings = FindingList()
    for number, raw in enumerate(_lines(text), 1):
        line = raw.lstrip()
        if not line or line.startswith("#"):
            continue
        key, equals, rest = line.partition("=")
        if problem := _problem_of_name(key):
            findings.append(Finding(problem, Mark(file, number, 1), "write KEY=value"))
            continue
        value = rest if equals else outside.get(key)
        if value is not None and not (first_wins and key in found):
            found[key] = value
    if findings:
        raise InputError.of(findings.counted())
    return found


def _problem_of_name(key: str) -> str | None:
    if not key:
        return "there is no name before the ="
    return f'the name "{key}" has blanks' if re.search(r"[ \t]", key) else None


def lines_of_v2(text: str) -> list[str]:
    """`env_file` in version 1 and 2 files: its lines, trimmed, comments gone, nothing else
    checked."""
    lines = (line.strip() for line in _lines(text))
    return [line for line in lines if line and not line.startswith("#")]

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
from collections.abc import Iterator, Mapping

from ecscli.base.errors import Finding, InputError
from ecscli.base.findings import FindingList
from ecscli.base.marks import Mark
from ecscli.compose.text.interpolate import BadInterpolation, Interpolator
from ecscli.compose.text.withheld import Withheld

# a name, and the sign before its value or the end of the line
STATEMENT = re.compile(r"(?:export[ \t]+)?([A-Za-z0-9_.\-\[\]]+)[ \t]*([=:]|\Z)")
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
        end = self.line_end()
        match = STATEMENT.match(self.text, self.at, end)
        if not match:
            hint = "names have letters, digits and _ . - [ ]"
            self.wrong("this line is not KEY=value", self.at, hint)
            self.at = end
            return
        name, sign = match.groups()
        self.at = match.end()
        value = self.value() if sign else self.outside.get(name)
        if value is not None:
            self.found[name] = value

    def value(self) -> str | None:
        """The value that begins here or after blanks."""
        text = self.text
        while text.startswith((" ", "\t"), self.at):
            self.at += 1
        start, quote = self.at, text[self.at : self.at + 1]
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


def _statements(text: str) -> Iterator[tuple[int, str]]:
    """The number and the text of each line that is neither blank nor a comment."""
    for number, line in enumerate(_lines(text), 1):
        written = line.lstrip()
        if written and not written.startswith("#"):
            yield number, line


def parse_raw(text: str, outside: Mapping[str, str]) -> dict[str, str]:
    """`format: raw`: everything behind the first `=` is the value, unchanged."""
    found: dict[str, str] = {}
    for _, line in _statements(text):
        name, equals, value = line.partition("=")
        name = name.strip()
        if equals:
            found[name] = value
        elif name in outside:
            found[name] = outside[name]
    return found


def parse_as_ecs_cli(
    text: str, file: str, outside: Mapping[str, str], *, first_wins: bool = False
) -> dict[str, str]:
    """ecs-cli's grammar of `.env` (all dialects) and of `env_file` in v3 files; raises
    InputError."""
    found: dict[str, str] = {}
    findings = FindingList()
    for number, line in _statements(text):
        name, equals, rest = line.lstrip().partition("=")
        problem = _problem_of_name(name)
        if problem:
            findings.append(Finding(problem, Mark(file, number, 1), "write KEY=value"))
            continue
        value = rest if equals else outside.get(name)
        is_decided = first_wins and name in found
        if value is not None and not is_decided:
            found[name] = value
    if findings:
        raise InputError.of(findings.counted())
    return found


def _problem_of_name(name: str) -> str | None:
    if not name:
        return "there is no name before the ="
    return f'the name "{name}" has blanks' if re.search(r"[ \t]", name) else None


def lines_of_v2(text: str) -> list[str]:
    """`env_file` in version 1 and 2 files: its lines, trimmed, comments gone, nothing else
    checked."""
    return [line.strip() for _, line in _statements(text)]

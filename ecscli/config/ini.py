"""The old INI form of ~/.ecs/config, a section `[ecs]` -> one Entry. It is read, never written."""

from __future__ import annotations

import configparser
import re
from collections.abc import Iterator
from pathlib import Path

from ecscli.base.errors import InputError
from ecscli.base.marks import Mark
from ecscli.config.settings import STACK_PREFIX
from ecscli.config.stored import StoredEntry, read_text

SECTION = "ecs"
DEFAULTS = {
    "compose-project-name-prefix": "ecscompose-",
    "compose-service-name-prefix": "ecscompose-service-",
    "cfn-stack-name-prefix": STACK_PREFIX,
}
FORM = "write one `key = value` a line below [ecs]"
SECTION_LINE = re.compile(rf"(?m)^\s*\[{SECTION}\]\s*$")
BEGINNING = re.compile(r"[\[#;]|[^=:]+[=:]")  # of a section, a comment, a key
QUOTES = "\"'`"


def is_ini(path: Path) -> bool:
    """Whether the file is of the old form."""
    text = read_text(path)
    return text is not None and SECTION_LINE.search(text) is not None


def read_ini(path: Path) -> StoredEntry:
    """The section [ecs]; an absent prefix has ecs-cli's default, an empty one stays empty. Raises
    InputError."""
    parser = configparser.ConfigParser(interpolation=None, strict=False, allow_no_value=True)
    try:
        parser.read_string("\n".join(_lines(path)))
    except configparser.Error as error:  # whose message quotes the line, which may hold a key
        where = Mark(str(path), _line_of(error), 1)
        raise InputError("this line is not INI", where, FORM) from None
    values = dict(DEFAULTS)
    if parser.has_section(SECTION):
        for key, value in parser[SECTION].items():
            values[key] = _unquoted((value or "").strip())
    return StoredEntry(SECTION, values, {})


def _lines(path: Path) -> Iterator[str]:
    """The lines without their indentation, which has no meaning in ecs-cli's files."""
    for number, line in enumerate((read_text(path) or "").splitlines(), 1):
        text = line.strip()
        indented = line[:1].isspace() and bool(text)
        if indented and not BEGINNING.match(text):
            where = Mark(str(path), number, line.index(text) + 1)
            raise InputError("a value cannot go on in a second line", where, FORM)
        yield text


def _line_of(error: configparser.Error) -> int:
    """The line that the parser could not take; some of its errors hold several."""
    line: int | None = getattr(error, "lineno", None)
    if line:
        return line
    lines = [number for number, _ in getattr(error, "errors", ())]
    return lines[0] if lines else 1


def _unquoted(text: str) -> str:
    if len(text) > 1 and text[0] == text[-1] and text[0] in QUOTES:
        return text[1:-1]
    return text

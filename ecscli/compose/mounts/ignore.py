"""The `.dockerignore` of a context -> which of its paths are left out, by BuildKit's rules.

The last pattern that matches a path or a directory above it decides; `!` takes a path back in.
Source: github.com/moby/patternmatcher.
"""

from __future__ import annotations

import os
import posixpath
import re
from collections.abc import Iterator

from ecscli.base.errors import InputError
from ecscli.base.records import record
from ecscli.base.system.files import TEXT_LIMIT, Confinement, read_file

IGNORE_FILE = ".dockerignore"
BOM = "\ufeff"
SPECIAL = ".+()|{}$^"  # characters that mean themselves in a pattern and not in an expression


@record
class Pattern:
    """One line of the file; `brings_back`: it began with `!`."""

    expression: re.Pattern[str]
    brings_back: bool


@record
class Ignored:
    """The patterns of a file, in its order."""

    patterns: tuple[Pattern, ...] = ()

    @property
    def brings_back(self) -> bool:
        """Whether something below an ignored directory may count after all."""
        return any(pattern.brings_back for pattern in self.patterns)

    def has(self, path: str) -> bool:
        """Whether a path, relative to the context and with slashes, is left out."""
        paths = [path, *_parents(path)]
        ignored = False
        for pattern in self.patterns:
            if any(pattern.expression.fullmatch(one) for one in paths):
                ignored = not pattern.brings_back
        return ignored


def _parents(path: str) -> Iterator[str]:
    while "/" in path:
        path = path.rpartition("/")[0]
        yield path


def read_ignored(root: str, dockerfile: str, within: Confinement) -> Ignored:
    """The patterns of the ignore file: that of the Dockerfile, else that of the context. Raises
    InputError."""
    for path in (f"{dockerfile}{IGNORE_FILE}", os.path.join(root, IGNORE_FILE)):
        if path != IGNORE_FILE and os.path.lexists(path):
            text = read_file(path, path, TEXT_LIMIT, within).decode(errors="replace")
            return _parsed(text, path)
    return Ignored()


def _parsed(text: str, path: str) -> Ignored:
    try:
        return parse_ignored(text)
    except ValueError as error:
        raise InputError(f"{path}: {error}", hint="see docs.docker.com on .dockerignore") from None


def parse_ignored(text: str) -> Ignored:
    """The patterns of a file. Raises ValueError with the line that is none."""
    lines = text.removeprefix(BOM).splitlines()
    patterns = [_pattern(line) for line in lines if not line.startswith("#")]
    return Ignored(tuple(pattern for pattern in patterns if pattern is not None))


def _pattern(line: str) -> Pattern | None:
    """The pattern of a line; None of an empty one."""
    words = line.strip()
    brings_back = words.startswith("!")
    glob = words.removeprefix("!").strip()
    if not words:
        return None
    if not glob:
        raise ValueError(f'"{line}" names nothing behind its "!"')
    cleaned = posixpath.normpath(glob).lstrip("/")
    try:
        return Pattern(re.compile(_expression(cleaned or "."), re.S), brings_back)
    except re.error as error:
        raise ValueError(f'"{line}" is not a pattern: {error}') from None


def _expression(glob: str) -> str:
    """A pattern as a regular expression for a whole path."""
    found, at = "", 0
    while at < len(glob):
        part, at = _next_part(glob, at)
        found += part
    return found


def _next_part(glob: str, at: int) -> tuple[str, int]:
    """The expression of what begins at a position, and the position behind it."""
    if glob.startswith("**", at):
        return _any_depth(glob, at + 2)
    char = glob[at]
    if char == "*":
        return "[^/]*", at + 1
    if char == "?":
        return "[^/]", at + 1
    if char == "\\" and at + 1 < len(glob):
        return re.escape(glob[at + 1]), at + 2
    if char == "[":
        return _set_of_characters(glob, at)
    return (re.escape(char) if char in SPECIAL + "\\]" else char), at + 1


def _any_depth(glob: str, at: int) -> tuple[str, int]:
    """`**`: any number of directories, and a slash behind it belongs to it."""
    at += glob.startswith("/", at)
    return (".*", at) if at == len(glob) else ("(.*/)?", at)


def _set_of_characters(glob: str, at: int) -> tuple[str, int]:
    end = glob.find("]", at + 2)
    if end < 0:
        raise re.error('a "[" has no "]"')
    return glob[at : end + 1], end + 1

"""What a builder prints of a failed step -> the line of the Dockerfile that it is about."""

from __future__ import annotations

import re

from ecscli.base.errors import InputError
from ecscli.base.system.files import TEXT_LIMIT, read_file
from ecscli.registry.builds.recipes import Recipe

PARSE_ERROR = re.compile(r"parse error(?: on)? line (?P<line>\d+)")
SHORTEST = 4  # characters of a line that can be an instruction


def place_of(recipe: Recipe, error: str, instruction: str, line: int | None = None) -> str | None:
    """FILE:LINE: by the `line` that the builder names, by its `error`, or by the `instruction` that
    failed; None where none of them leads to it."""
    if recipe.base is not None:
        return str(recipe.place or f"services.{recipe.service}.volumes")
    if recipe.is_remote:
        return None
    parse_error = PARSE_ERROR.search(error)
    if parse_error:
        line = int(parse_error["line"])
    if line is None:
        line = _line_with(_text(recipe), instruction)
    if line is None:
        return None
    inline = f"services.{recipe.service}.build.dockerfile_inline"
    return f"{inline if recipe.inline is not None else recipe.source.dockerfile_path}:{line}"


def _text(recipe: Recipe) -> str:
    if recipe.inline is not None:
        return recipe.inline
    path = recipe.source.dockerfile_path
    try:
        return read_file(path, path, TEXT_LIMIT, recipe.source.within).decode(errors="replace")
    except InputError:
        return ""


def _line_with(text: str, instruction: str) -> int | None:
    """The line on which an instruction begins; a builder prints it with its blanks as they are, or
    one for many."""
    wanted = _plain(instruction)
    for number, line in enumerate(text.splitlines(), 1):
        begin = _plain(line.rstrip("\\"))
        if len(begin) >= SHORTEST and wanted.startswith(begin):
            return number
    return None


def _plain(text: str) -> str:
    return " ".join(text.split()).lower()

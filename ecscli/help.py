"""`ecscli ... --help` -> the text of help.txt, which `make docs` made from the commands: importing
click and the command takes four times as long as printing it."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence

SEPARATOR = "\f"
WIDTH = 80  # columns of the prepared text; a narrower terminal gets its own
FILE = os.path.join(os.path.dirname(__file__), "help.txt")
OPTIONS = ("--help", "-h")


def prepared(arguments: Sequence[str], environment: Mapping[str, str]) -> str | None:
    """The help that a command line asks for; None where click has to make it."""
    *words, last = arguments or ("",)
    if last not in OPTIONS or any(word.startswith("-") for word in words):
        return None
    if columns(environment) < WIDTH:
        return None
    try:
        with open(FILE, encoding="utf-8") as file:
            _, _, found = file.read().partition(f"{SEPARATOR}{' '.join(['ecscli', *words])}\n")
    except OSError:
        return None
    return found.partition(SEPARATOR)[0] or None


def columns(environment: Mapping[str, str]) -> int:
    """The width of the terminal; that of the prepared text where there is none."""
    given = environment.get("COLUMNS", "")
    if given.isdigit() and int(given) > 0:
        return int(given)
    try:
        return os.get_terminal_size(1).columns or WIDTH
    except OSError:
        return WIDTH

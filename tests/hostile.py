"""Hostile text, what must not be left of it in print, and trees of files with one such text in each
place in turn."""

import copy
import re
from collections.abc import Iterator
from typing import Any

ACTING = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ud800-\udfff]"
)
OBEYED = re.compile(r"(?m)^\s*::|##(vso|teamcity)?\[[a-z]{2}")
FORGED = re.compile(r"(?m)^\s*forged(?!:1:1)")  # a file may be called so
BREAKS = "a\x1b]0;t\x07\r\n::error::forged\n  forged\u202e\u2028\x9b##vso[task.complete result=x]"
START = "::error ::forged"  # without a character that any field refuses
TEXTS = (BREAKS, START)

Path = tuple[str | int, ...]


def acting(printed: str) -> str | None:
    """What in a text that was printed acts, or None."""
    for pattern in (ACTING, OBEYED, FORGED):
        found = pattern.search(printed)
        if found:
            return repr(printed[max(found.start() - 60, 0) : found.end() + 60])
    return None


def places(tree: Any, path: Path = ()) -> Iterator[tuple[Path, str]]:
    """Each value and each key of a tree: its path, and which of the two is meant."""
    if isinstance(tree, dict):
        for key, value in tree.items():
            yield (*path, key), "key"
            yield from places(value, (*path, key))
    elif isinstance(tree, list):
        for at, value in enumerate(tree):
            yield from places(value, (*path, at))
    else:
        yield path, "value"


def planted(tree: Any, path: Path, kind: str, text: str) -> Any:
    """A copy of the tree with `text` in one place."""
    made = copy.deepcopy(tree)
    parent = made
    for step in path[:-1]:
        parent = parent[step]
    if kind == "value":
        parent[path[-1]] = text
    else:
        items = [(text if key == path[-1] else key, value) for key, value in parent.items()]
        parent.clear()
        parent.update(items)
    return made


def shown(path: Path) -> str:
    return ".".join(str(step) for step in path)

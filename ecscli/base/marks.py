"""Where something was read: a file, a line and a column, and containers that remember them.

A tree read from a file is made of `Map` and `Seq`, a dict and a list that know the mark of each
child. They compare and behave as plain dicts and lists; only the messages look at the marks.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple, TypeAlias

from ecscli.base.documents import Draft

# a value as a file has it: Map, Seq, Tagged, text, number, boolean or None
Raw: TypeAlias = object
USUAL_NAME = re.compile(r"[\w./~+@=,<>-]+")  # others stand in quotes: a message may begin with them


class Mark(NamedTuple):
    """A place in a file; line and column count from 1."""

    file: str
    line: int
    column: int

    def __str__(self) -> str:
        name = self.file if USUAL_NAME.fullmatch(self.file) else f'"{self.file}"'
        return f"{name}:{self.line}:{self.column}"


class Map(Draft):
    """A mapping: `mark` is its own place, `keys_at[key]` that of a key, `values_at[key]` that of
    its value."""

    __slots__ = ("keys_at", "mark", "values_at")

    def __init__(self, items: Any = (), mark: Mark | None = None) -> None:
        super().__init__(items)
        self.mark = mark
        self.keys_at: dict[str, Mark] = {}
        self.values_at: dict[str, Mark] = {}


class Seq(list[Any]):
    """A sequence: `mark` is its own place, `values_at[i]` that of its item i."""

    __slots__ = ("mark", "values_at")

    def __init__(self, items: Any = (), mark: Mark | None = None) -> None:
        super().__init__(items)
        self.mark = mark
        self.values_at: list[Mark] = []

    def add(self, item: Any, mark: Mark) -> None:
        """Append an item with its place."""
        self.append(item)
        self.values_at.append(mark)

    def marked(self) -> Iterator[tuple[Any, Mark]]:
        """Each item with its place."""
        return zip(self, self.values_at, strict=True)


class Tagged(NamedTuple):
    """A value with a tag that its reader asked for, such as `!reset`."""

    tag: str
    value: Any


def dotted(steps: Iterable[str | int]) -> str:
    """A path as people write it: ``services.web.ports[0]``."""
    text = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in steps)
    return text.removeprefix(".")


def where(tree: Any, *path: str | int) -> Mark | None:
    """The mark of the deepest part of `path` that exists in `tree`: for a key of a Map, that of the
    key."""
    here: Mark | None = getattr(tree, "mark", None)
    for step in path:
        if not _has(tree, step):
            return here
        here = _mark_of(tree, step) or here
        tree = tree[step]
    return here


def _has(tree: object, step: str | int) -> bool:
    if isinstance(tree, Seq):
        return isinstance(step, int) and step < len(tree)
    return isinstance(tree, Map) and step in tree


def _mark_of(tree: Map | Seq, step: str | int) -> Mark | None:
    """The mark of a child, where one was kept."""
    if isinstance(tree, Map):
        return tree.keys_at.get(str(step))
    at = int(step)
    return tree.values_at[at] if at < len(tree.values_at) else None

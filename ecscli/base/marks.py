"""Where something was read: a file, a line and a column, and containers that remember them.

A tree read from a file is made of `Map` and `Seq`, a dict and a list that know the mark of each
child. They compare and behave as plain dicts and lists; only the messages look at the marks.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
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

    def __init__(
        self,
        items: Mapping[str, object] | Iterable[tuple[str, object]] = (),
        mark: Mark | None = None,
    ) -> None:
        super().__init__(items)
        self.mark = mark
        self.keys_at: dict[str, Mark] = {}
        self.values_at: dict[str, Mark] = {}


class Seq(list[Any]):
    """A sequence: `mark` is its own place, `values_at[i]` that of its item i."""

    __slots__ = ("mark", "values_at")

    def __init__(self, items: Iterable[object] = (), mark: Mark | None = None) -> None:
        super().__init__(items)
        self.mark = mark
        self.values_at: list[Mark] = []

    def add(self, item: object, mark: Mark) -> None:
        """Append an item with its place."""
        self.append(item)
        self.values_at.append(mark)

    def marked(self) -> Iterator[tuple[Any, Mark]]:
        """Each item with its place."""
        return zip(self, self.values_at, strict=True)


class Tagged(NamedTuple):
    """A value with a tag that its reader asked for, such as `!reset`."""

    tag: str
    value: object


def dotted(steps: Iterable[str | int]) -> str:
    """A path as people write it: ``services.web.ports[0]``."""
    text = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in steps)
    return text.removeprefix(".")


def where(tree: object, *path: str | int) -> Mark | None:
    """The mark of the deepest part of `path` that exists in `tree`: for a key of a Map, that of the
    key."""
    here: Mark | None = getattr(tree, "mark", None)
    for step in path:
        found = _child(tree, step)
        if found is None:
            return here
        tree, mark = found
        here = mark or here
    return here


def _child(tree: object, step: str | int) -> tuple[object, Mark | None] | None:
    """A child with its mark, where one was kept; None where there is no such child."""
    if isinstance(tree, Map) and step in tree:
        name = str(step)
        return tree[name], tree.keys_at.get(name)
    if isinstance(tree, Seq) and isinstance(step, int) and step < len(tree):
        return tree[step], tree.values_at[step] if step < len(tree.values_at) else None
    return None

"""A row for each member of a request to ECS: whether ecscli sets it, what ECS takes there, and
where AWS documents that.

A shape has the name of its page in the API reference.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import Enum
from typing import TypedDict, Unpack

from ecscli.base.records import record
from ecscli.compose.ecs.requests.checks import Check

CAPITAL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


class Kind(Enum):
    """What ecscli does with a member."""

    NEVER = "never set"
    PASSED = "passed as it is"
    CHECKED = "checked"


@record
class Row:
    """One member of a shape.

    `of` is the shape of a structure, or of each item of a list. `key` is how Compose files and
    ecs-params.yml name it; `own` how ecs-params.yml does where that differs; empty where it is no
    step of its own in the files. `by` is the member of an item by which the files name it. `rules`
    are functions of `compose/rules` that look at it beside others: `room.function`. `reason` says
    why it is never set. `source` is a page beside that of the shape in the API reference.
    """

    name: str
    kind: Kind
    checks: tuple[Check, ...] = ()
    of: Shape | None = None
    required: bool = False
    most: int | None = None  # items of a list
    instead: str | None = None  # what to do with more items
    rules: tuple[str, ...] = ()
    key: str = ""
    own: str = ""
    by: str | None = None
    reason: str = ""
    source: str = ""


@record
class Shape:
    """A structure of the ECS API."""

    name: str
    rows: tuple[Row, ...]

    @property
    def source(self) -> str:
        return f"API reference, {self.name.removesuffix('Request')}"


class Fields(TypedDict, total=False):
    """What a row may say beside its name and its checks."""

    of: Shape | None
    required: bool
    most: int | None
    instead: str
    rules: tuple[str, ...]
    key: str
    own: str
    by: str | None
    source: str


def passed(name: str, **fields: Unpack[Fields]) -> Row:
    """A member that files or flags set, and that AWS documents no limit of."""
    return Row(name, Kind.PASSED, **_with_keys(name, fields))


def checked(name: str, *checks: Check, **fields: Unpack[Fields]) -> Row:
    """A member with constraints."""
    return Row(name, Kind.CHECKED, checks, **_with_keys(name, fields))


def _with_keys(name: str, fields: Fields) -> Fields:
    """The fields with the keys of the files, which are the name in snake case where not given."""
    key = fields.get("key", snake_case(name))
    return {"own": key, **fields, "key": key}


def never(name: str, reason: str, of: Shape | None = None) -> Row:
    """A member that neither files nor flags set."""
    return Row(name, Kind.NEVER, of=of, reason=reason)


def never_set(shape: str, reason: str, *names: str, **parts: Shape) -> Shape:
    """A shape that ecscli never sends; `parts` are its structures."""
    plain = [never(name, reason) for name in names]
    return Shape(shape, (*plain, *(never(name, reason, of) for name, of in parts.items())))


def snake_case(name: str) -> str:
    """A name of the ECS API as ecs-params.yml writes it: `rootDirectory` -> `root_directory`."""
    return CAPITAL.sub("_", name).lower()


def members(shape: Shape, path: str = "") -> Iterator[tuple[str, Shape, Row]]:
    """Every member of a shape, at any depth, with its dotted path and the shape that it is in."""
    for row in shape.rows:
        here = f"{path}.{row.name}" if path else row.name
        yield here, shape, row
        if row.of is not None:
            yield from members(row.of, here)

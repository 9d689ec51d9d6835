"""A request and the rows of its shape -> every member with a value that ECS does not take, at its
place in the files."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ecscli.base.documents import Document
from ecscli.base.records import record
from ecscli.compose.ecs.requests.checks import Refused, place_of
from ecscli.compose.ecs.requests.rows import Kind, Row, Shape

EMPTY: tuple[object, ...] = (None, "", [], {}, ())
Step = str | int


@record
class Steps:
    """The way to a value: in the request, in Compose files, and in ecs-params.yml."""

    wire: tuple[Step, ...] = ()
    compose: tuple[Step, ...] = ()
    own: tuple[Step, ...] = ()

    def to(self, row: Row) -> Steps:
        """The way on to a member."""
        return Steps(
            (*self.wire, row.name),
            (*self.compose, *_keys(row.key)),
            (*self.own, *_keys(row.own)),
        )

    def at(self, index: int, name: object) -> Steps:
        """The way on to an item of a list, which the files may know by a name."""
        by = index if name is None else str(name)
        return Steps((*self.wire, index), (*self.compose, by), (*self.own, index))


@record
class Broken:
    """One constraint that a value does not meet."""

    steps: Steps
    message: str
    hint: str | None = None


def steps_to(shape: Shape, wire: Sequence[Step]) -> Steps:
    """The way to one member of a request, by its rows."""
    steps, here = Steps(), shape
    for step in wire:
        if isinstance(step, int):
            steps = steps.at(step, None)
            continue
        row = next(row for row in here.rows if row.name == step)
        steps, here = steps.to(row), row.of or here
    return steps


def broken_members(
    shape: Shape, document: Document, launch_type: str, steps: Steps | None = None
) -> Iterator[Broken]:
    """Everything in a request that the rows of its shape refuse on a launch type."""
    here = Steps() if steps is None else steps
    for row in shape.rows:
        if row.kind is not Kind.NEVER:
            yield from _member(row, document.get(row.name), launch_type, here)


def _member(row: Row, value: object, launch_type: str, parent: Steps) -> Iterator[Broken]:
    steps = parent.to(row)
    if value in EMPTY:
        if row.required:
            yield Broken(parent, f"needs {_named(row)}")
        return
    refusal = _refusal(row, value, launch_type, steps)
    if refusal is not None:
        yield refusal
    elif isinstance(value, list | tuple):
        yield from _items(row, value, launch_type, steps)
    elif row.of is not None and isinstance(value, dict):
        yield from broken_members(row.of, value, launch_type, steps)
    else:
        yield from _value(row, value, launch_type, steps)


def _items(row: Row, items: Sequence[object], launch_type: str, steps: Steps) -> Iterator[Broken]:
    if row.most is not None and len(items) > row.most:
        yield Broken(steps, f"{len(items)} of them; {row.most} at most", row.instead)
    for index, item in enumerate(items):
        name = item.get(row.by) if row.by and isinstance(item, dict) else None
        at = steps.at(index, name)
        if row.of is not None and isinstance(item, dict):
            yield from broken_members(row.of, item, launch_type, at)
        else:
            yield from _value(row, item, launch_type, at)


def _value(row: Row, value: object, launch_type: str, steps: Steps) -> Iterator[Broken]:
    """The first constraint of the row that one value does not meet."""
    for check in row.checks:
        if launch_type not in check.on or isinstance(check, Refused):
            continue
        message = check.wrong(value)
        if message is not None:
            where = place_of(check, launch_type)
            yield Broken(steps, f"{message}{where}", check.hint(value))
            return


def _refusal(row: Row, value: object, launch_type: str, steps: Steps) -> Broken | None:
    """A member that the launch type does not take at all; one that is off counts as not given."""
    for check in row.checks:
        if isinstance(check, Refused) and launch_type in check.on and value:
            message = f"{check.wrong(value)}{place_of(check, launch_type)}"
            return Broken(steps, message, check.hint(value))
    return None


def _keys(key: str) -> tuple[str, ...]:
    return tuple(key.split(".")) if key else ()


def _named(row: Row) -> str:
    """The member by the last word of its key in the files."""
    return _keys(row.key)[-1] if row.key else row.name

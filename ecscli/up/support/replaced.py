"""PURE: two templates of a support stack -> the resources for which CloudFormation makes new ones,
as a property changes that cannot change in place."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ecscli.support.template import part_of
from ecscli.up.stack.changes.replacing import replaces


def replaced(before: str, after: str) -> list[str]:
    """Their logical ids."""
    there, wanted = part_of(before).resources, part_of(after).resources
    found = []
    for id_, one in wanted.items():
        other = there.get(id_)
        if other is None or other.get("Type") != one.get("Type"):
            continue
        paths = _changed(other.get("Properties"), one.get("Properties"))
        if any(replaces(str(one["Type"]), path) for path in paths):
            found.append(id_)
    return found


def _changed(before: object, after: object, path: str = "") -> Iterator[str]:
    """The paths of the values that differ."""
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        for name in {**before, **after}:
            below = f"{path}.{name}" if path else str(name)
            yield from _changed(before.get(name), after.get(name), below)
    elif before != after:
        yield path

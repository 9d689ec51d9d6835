"""PURE: a live stack's template and parameters x the wanted ones -> the changes, resource by
resource.

What CloudFormation would do is known for the types in `replacing`; its own verdict is a change set.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence

from ecscli.base.documents import Document
from ecscli.cluster.template import evaluate
from ecscli.cluster.template.evaluate import Template
from ecscli.up.stack.changes.replacing import MOVING, replaces
from ecscli.up.stack.model import Change, Detail

Difference = tuple[str, object, object]  # path, before, after
SECRET = "UserData"  # which may hold passwords: a change of it is named, its contents are not shown


def changes(before: Template | None, after: Template, ids: Mapping[str, str]) -> tuple[Change, ...]:
    """What differs, in the order of the wanted template, removals last; `ids` are the physical ids
    by logical id.

    Without a template before, everything is added.
    """
    return tuple(_Comparison(before, after, ids).changes())


class _Comparison:
    """Two templates side by side; a verdict is asked for by whoever refers to the resource, and
    found once."""

    def __init__(self, before: Template | None, after: Template, ids: Mapping[str, str]) -> None:
        self.before, self.after, self.ids = before, after, ids
        self.old = before.resources if before else {}
        self.wanted = after.resources
        self.verdicts: dict[str, Change | None] = {}

    def changes(self) -> Iterator[Change]:
        yield from filter(None, [self.verdict(name) for name in self.wanted])
        for name in reversed(list(self.old)):
            if name not in self.wanted:
                yield Change("Remove", name, self.old[name]["Type"], self.ids.get(name, ""))

    def verdict(self, name: str) -> Change | None:
        """What happens to a resource of the wanted template; None where nothing does."""
        if name not in self.verdicts:
            self.verdicts[name] = (
                None  # a template whose resources refer to each other in a circle is refused
            )
            self.verdicts[name] = self._verdict(name, self.wanted[name])
        return self.verdicts[name]

    def _verdict(self, name: str, wanted: Document) -> Change | None:
        kind, old, id_ = wanted["Type"], self.old.get(name), self.ids.get(name, "")
        if old is None or self.before is None:
            return Change("Add", name, kind)
        if old["Type"] != kind:
            return Change("Modify", name, kind, id_, "True")
        left = self.before.properties(dict(old), evaluate.kept)
        right = self.after.properties(dict(wanted), self.lookup)
        found = list(_differences(left, right))
        return _modification(name, kind, id_, found) if found else None

    def lookup(self, name: str, attribute: str | None) -> str:
        """What Ref and Fn::GetAtt give after the change: something new of what is made anew or
        moves."""
        if name not in self.wanted:
            return evaluate.kept(name, attribute)
        verdict = self.verdict(name)
        if verdict is None:
            return evaluate.kept(name, attribute)
        moves = attribute is not None and attribute in MOVING.get(verdict.type, ())
        other = verdict.action == "Add" or verdict.replaces or moves
        return evaluate.new(name, attribute) if other else evaluate.kept(name, attribute)


def _modification(name: str, kind: str, id_: str, found: Sequence[Difference]) -> Change:
    return Change("Modify", name, kind, id_, _replacement(kind, found), _details(found))


def _replacement(kind: str, found: Sequence[Difference]) -> str:
    """True, False, or Conditional where it depends on a value, or a type, that is not known."""
    answers = [(replaces(kind, path), evaluate.is_new(will)) for path, _, will in found]
    if any(answer and not unknown for answer, unknown in answers):
        return "True"
    return "False" if all(answer is False for answer, _ in answers) else "Conditional"


def _differences(before: object, after: object, path: str = "") -> Iterator[Difference]:
    """The paths at which two properties differ, with both sides; None is absent."""
    left, right = _members(before), _members(after)
    if before == after:
        return
    if left is not None and right is not None:
        for name in {**left, **right}:
            inner = f"{path}.{name}" if path else name
            yield from _differences(left.get(name), right.get(name), inner)
    elif isinstance(before, list) and isinstance(after, list) and len(before) == len(after):
        for index, (one, other) in enumerate(zip(before, after, strict=True)):
            yield from _differences(one, other, f"{path}[{index}]")
    else:
        yield path, before, after


def _members(side: object) -> Document | None:
    """What is compared member by member: a mapping, or nothing at all."""
    if side is None:
        return {}
    return side if isinstance(side, dict) else None


def _details(found: Sequence[Difference]) -> tuple[Detail, ...]:
    """The differences in words, by the paths that CloudFormation gives them."""
    return tuple(
        (f"Properties.{path}", *_readable_sides(path, was, will)) for path, was, will in found
    )


def _readable_sides(path: str, before: object, after: object) -> tuple[str | None, str | None]:
    if SECRET in path:
        return None, None
    return _text(before), _text(after)


def _text(value: object) -> str | None:
    if value is None or isinstance(value, str):
        return value and evaluate.shown(value)
    return json.dumps(_readable(value), ensure_ascii=False)


def _readable(value: object) -> object:
    if isinstance(value, dict):
        return {key: "..." if key == SECRET else _readable(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_readable(one) for one in value]
    return evaluate.shown(value) if isinstance(value, str) else value

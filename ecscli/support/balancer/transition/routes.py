"""PURE: a template -> where requests enter it: the rules of listeners and their default actions,
each with the target groups that it sends to, and which of them may take the same request."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from fnmatch import fnmatchcase
from itertools import takewhile

from ecscli.base.documents import Document
from ecscli.base.records import record
from ecscli.support.balancer.kinds import LISTENER, RULE
from ecscli.support.parts import Part

WILDCARDS = "*?"
Conditions = Mapping[str, tuple[str, ...]]  # patterns by the field of a condition


@record
class Entrance:
    """A rule or the default action (`number` None) of a listener, by its logical id. `listener` is
    a text for the listener; `conditions` are what a request must have, all requests where there are
    none; `groups`: the logical ids of target groups of the template, with their weights."""

    id: str
    listener: str
    number: int | None
    conditions: Conditions
    groups: tuple[tuple[str, int], ...]

    @property
    def serving(self) -> str:
        """The group that gets the requests; empty where none does."""
        return next((id_ for id_, weight in self.groups if weight), "")

    def meets(self, other: Entrance) -> bool:
        """Whether some request may be meant by both; where patterns are too hard to compare it
        is."""
        if self.listener != other.listener:
            return False
        shared = self.conditions.keys() & other.conditions.keys()
        return all(_meet(self.conditions[name], other.conditions[name]) for name in shared)


def entrances(part: Part) -> dict[str, Entrance]:
    """All entrances of a template, by their logical ids."""
    found = (_entrance(id_, one) for id_, one in part.resources.items())
    return {one.id: one for one in found if one is not None}


def _entrance(id_: str, resource: Document) -> Entrance | None:
    properties = resource.get("Properties") or {}
    match resource.get("Type"):
        case kind if kind == LISTENER:
            groups = tuple(_weights(properties.get("DefaultActions") or ()))
            return Entrance(id_, json.dumps({"Ref": id_}), None, {}, groups)
        case kind if kind == RULE:
            listener = json.dumps(properties.get("ListenerArn"))
            groups = tuple(_weights(properties.get("Actions") or ()))
            fields = _conditions(properties.get("Conditions") or ())
            return Entrance(id_, listener, int(properties["Priority"]), fields, groups)
    return None


def _weights(actions: Iterable[Document]) -> Iterator[tuple[str, int]]:
    for action in actions:
        one = action.get("TargetGroupArn")
        if isinstance(one, Mapping):
            yield str(one.get("Ref", "")), 1
        for row in (action.get("ForwardConfig") or {}).get("TargetGroups") or ():
            arn = row.get("TargetGroupArn")
            if isinstance(arn, Mapping):
                yield str(arn.get("Ref", "")), int(row.get("Weight", 1))


def _conditions(rows: Iterable[Document]) -> Conditions:
    found = {}
    for row in rows:
        configs = [value for key, value in row.items() if key.endswith("Config")]
        values = [one for config in configs for one in config.get("Values") or ()]
        is_host = row.get("Field") == "host-header"  # names of hosts know no case
        texts = (str(one).lower() if is_host else str(one) for one in values)
        found[str(row.get("Field"))] = tuple(texts)
    return found


def _meet(these: Iterable[str], others: Iterable[str]) -> bool:
    known = list(others)
    return any(_may_meet(one, other) for one in these for other in known)


def _may_meet(one: str, other: str) -> bool:
    """Whether a text may fit two patterns: one fits the other, or both have wildcards and begin and
    end alike."""
    if fnmatchcase(one, _plain(other)) or fnmatchcase(other, _plain(one)):
        return True
    if not (_is_wild(one) and _is_wild(other)):
        return False
    ends = _literal(one[::-1]), _literal(other[::-1])
    return _agree(_literal(one), _literal(other)) and _agree(*ends)


def _plain(pattern: str) -> str:
    """The pattern for fnmatch, to which brackets are wildcards as well."""
    return pattern.replace("[", "[[]")


def _is_wild(pattern: str) -> bool:
    return any(character in pattern for character in WILDCARDS)


def _literal(pattern: str) -> str:
    return "".join(takewhile(lambda character: character not in WILDCARDS, pattern))


def _agree(one: str, other: str) -> bool:
    return one.startswith(other) or other.startswith(one)

"""PURE: two templates of a stack, and the rules of others -> a template between them, in which no
rule has a number that another one is about to get.

CloudFormation changes one rule after the other, in no order that is known, makes new rules before
it deletes others, and Elastic Load Balancing refuses a number that is in use: a rule steps aside
first, to a free number beside its own, so that every request meets the rules in the same order.

Source: SetRulePriorities and CreateRule in the Elastic Load Balancing API reference
(PriorityInUse).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping

from ecscli.base.errors import Finding, InputError
from ecscli.base.records import record, replace
from ecscli.support.balancer.transition.routes import Entrance, entrances
from ecscli.support.parts import Part

LAST = 50_000  # the highest number of a rule
ROOM = "leave free numbers beside it first: number rules 10, 20, 30, run up, and exchange them then"
Taken = Mapping[str, Collection[int]]  # numbers of the rules of others, by the text of the listener


@record
class Numbered:
    """The template `between`, equal to the one that is live where no number has to be freed; and
    the template `after` it, in which rules that go away later keep the numbers that they got."""

    between: Part
    after: Part


def with_free_numbers(live: Part, wanted: Part, taken: Taken) -> Numbered:
    """The two templates. Raises InputError where a rule could step aside only past another one that
    takes the same requests."""
    before, after = _rules(live), _rules(wanted)
    aside: dict[str, int] = {}
    problems: list[Finding] = []
    for listener in {one.listener: None for one in before.values()}:
        here = [one for one in before.values() if one.listener == listener]
        there = [one for one in after.values() if one.listener == listener]
        used = {*map(_number, here), *map(_number, there), *taken.get(listener, ())}
        for rule in _in_the_way(here, there):
            others = [one for one in (*here, *there) if not _turn(rule, one, before, after)]
            number = _beside(rule, others, used)
            if number is None:
                message = f"rule {rule.number} ({rule.id}) cannot give its number to another rule"
                problems.append(Finding(f"{message}: no number beside it is free", None, ROOM))
            else:
                aside[rule.id] = number
                used.add(number)
    if problems:
        raise InputError.of(problems)
    lasting = {id_ for id_ in aside if id_ in after and after[id_].number == before[id_].number}
    return Numbered(
        _renumbered(live, aside), _renumbered(wanted, {id_: aside[id_] for id_ in lasting})
    )


def _rules(part: Part) -> dict[str, Entrance]:
    return {id_: one for id_, one in entrances(part).items() if one.number is not None}


def _number(rule: Entrance) -> int:
    assert rule.number is not None, "a rule and no default action"
    return rule.number


def _in_the_way(live: Iterable[Entrance], wanted: Iterable[Entrance]) -> Iterator[Entrance]:
    """The live rules whose numbers other ones are about to get."""
    holders: dict[int, set[str]] = {}
    for rule in wanted:
        holders.setdefault(_number(rule), set()).add(rule.id)
    for rule in live:
        if holders.get(_number(rule), set()) - {rule.id}:
            yield rule


def _turn(
    rule: Entrance, other: Entrance, before: Mapping[str, Entrance], after: Mapping[str, Entrance]
) -> bool:
    """Whether the two change places, so that either order will do meanwhile."""
    if not all(one.id in rules for one in (rule, other) for rules in (before, after)):
        return False
    first, last = ((_number(rules[rule.id]), _number(rules[other.id])) for rules in (before, after))
    return (first[0] < first[1]) != (last[0] < last[1])


def _beside(rule: Entrance, rules: Collection[Entrance], used: Collection[int]) -> int | None:
    """The nearest free number that has no other rule for the same requests between; None where
    there is none."""
    own = _number(rule)
    others = [one for one in rules if one.id != rule.id and one.meets(rule)]
    found = []
    for numbers in (range(own - 1, 0, -1), range(own + 1, LAST + 1)):
        number = next((one for one in numbers if one not in used), None)
        if number is not None:
            low, high = sorted((own, number))
            if not any(low < _number(one) < high for one in others):
                found.append(number)
    return min(found, key=lambda number: abs(number - own), default=None)


def _renumbered(part: Part, numbers: Mapping[str, int]) -> Part:
    resources = dict(part.resources)
    for id_, number in numbers.items():
        properties = {**resources[id_]["Properties"], "Priority": number}
        resources[id_] = {**resources[id_], "Properties": properties}
    return replace(part, resources=resources)

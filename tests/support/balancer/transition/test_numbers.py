"""Rules that get each other's numbers: none asks for one that is in use, and every request meets
the rules in the same order meanwhile."""

from __future__ import annotations

import json
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ecscli.base.errors import InputError
from ecscli.support.balancer.kinds import RULE
from ecscli.support.balancer.transition.numbers import with_free_numbers
from ecscli.support.balancer.transition.routes import entrances
from ecscli.support.parts import Part

LISTENER = {"Ref": "Listener80"}


def rule(number: int, path: str = "", host: str = "") -> dict[str, Any]:
    fields = {
        "path-pattern": ("PathPatternConfig", path),
        "host-header": ("HostHeaderConfig", host),
    }
    conditions = [
        {"Field": field, name: {"Values": [value]}}
        for field, (name, value) in fields.items()
        if value
    ]
    properties = {"ListenerArn": LISTENER, "Priority": number, "Conditions": conditions}
    return {"Type": RULE, "Properties": {**properties, "Actions": []}}


def part(**numbers: int) -> Part:
    """Rules for everything below a path of their own."""
    return Part({name: rule(number, f"/{name}") for name, number in numbers.items()})


def numbers(one: Part) -> dict[str, int]:
    return {id_: int(row["Properties"]["Priority"]) for id_, row in one.resources.items()}


def test_rules_that_change_places_step_aside_first() -> None:
    found = with_free_numbers(part(a=10, b=11), part(a=11, b=10), {})
    assert numbers(found.between) == {"a": 9, "b": 12}
    assert numbers(found.after) == {"a": 11, "b": 10}
    others = with_free_numbers(
        part(a=10, b=11), part(a=11, b=10), {json.dumps(LISTENER): frozenset((9, 12))}
    )
    assert numbers(others.between) == {"a": 8, "b": 13}
    same = part(a=10, b=11)
    assert with_free_numbers(same, part(a=10, b=12, c=11), {}).between.resources["a"] == rule(
        10, "/a"
    )
    assert with_free_numbers(same, part(a=10, b=11, c=12), {}).between == same


def test_a_rule_that_goes_away_later_keeps_the_number_beside_its_own() -> None:
    live = part(a=10)
    found = with_free_numbers(live, live + part(b=10), {})
    assert numbers(found.between) == {"a": 9}
    assert numbers(found.after) == {"a": 9, "b": 10}


def test_a_rule_passes_none_that_takes_its_requests() -> None:
    """Rule 3 takes what rule 2 takes, and stays behind it."""
    rest = Part({"c": rule(3, "/*")})
    found = with_free_numbers(part(a=5, b=6) + rest, part(a=6, b=5) + rest, {})
    assert numbers(found.between) == {"a": 4, "b": 7, "c": 3}
    with pytest.raises(InputError, match=r"rule 1 \(a\) cannot give its number") as refused:
        with_free_numbers(part(a=1, b=2) + rest, part(a=2, b=1) + rest, {})
    assert "number rules 10, 20, 30" in str(refused.value.findings[0].hint)
    hosts = Part({"c": rule(3, host="a.example.com")})
    other = Part({"d": rule(1, host="B.example.com"), "e": rule(2, host="*.example.org")})
    turned = Part({"d": rule(2, host="B.example.com"), "e": rule(1, host="*.example.org")})
    passed = with_free_numbers(hosts + other, hosts + turned, {})
    assert numbers(passed.between)["d"] == 4, "a host of its own"


@settings(deadline=None, max_examples=60)
@given(st.permutations([10, 20, 30, 31, 40]), st.sampled_from(["", "abc", "e"]))
def test_no_number_is_asked_for_while_it_is_in_use(order: list[int], leaving: str) -> None:
    live = part(**dict(zip("abcde", [10, 20, 30, 31, 40], strict=True)))
    stays = {
        name: number for name, number in zip("abcde", order, strict=True) if name not in leaving
    }
    first = live + part(**stays)
    found = with_free_numbers(live, first, {})
    steps = [live, found.between, found.after]
    for before, after in pairwise(steps):
        had, has = numbers(before), numbers(after)
        for name, number in has.items():
            if had.get(name) != number:
                assert number not in had.values(), "CloudFormation changes one after the other"
        assert len(set(has.values())) == len(has)
    assert {name: numbers(found.after)[name] for name in stays} == stays


def test_which_rules_may_take_the_same_request() -> None:
    rules = {
        "api": rule(1, "/api/*"),
        "wild": rule(2, "/*/users"),
        "other": rule(3, "/web"),
        "host": rule(4, host="*.example.com"),
        "shop": rule(5, "/api/*", "SHOP.example.com"),
        "else": rule(6, "/api/*", "shop.example.org"),
    }
    found = entrances(Part(rules))
    met = {
        name: {other for other in found if other != name and found[name].meets(found[other])}
        for name in found
    }
    assert met["api"] == {"wild", "host", "shop", "else"}
    assert met["other"] == {"host"}
    assert met["host"] == {"api", "wild", "other", "shop"}

"""Targets in turn, by what they have under way, by cookie; health by thresholds."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import replace

from ecscli.sandbox.balancers.choice import COOKIE, Choice, group_of
from ecscli.sandbox.balancers.document import CROSSING, Balancer, Check, Group, Target
from ecscli.sandbox.balancers.health import (
    FAILED,
    HEALTHY,
    INITIAL,
    PATIENCE,
    Verdict,
    has_code,
    mismatch,
)

TARGETS = tuple(Target(name, name, "healthy") for name in ("a", "b", "c"))
GROUP = Group("arn", "HTTP", "HTTP1", {}, None, TARGETS)


def keys(choice: Choice, group: Group, count: int, cookies: dict[str, str] | None = None) -> str:
    found = [choice.target(group, cookies or {}) for _ in range(count)]
    return "".join(one.key if one else "-" for one in found)


def states(**given: str) -> Group:
    return replace(GROUP, targets=tuple(Target(key, key, one) for key, one in given.items()))


def test_healthy_targets_take_turns() -> None:
    assert sorted(keys(Choice(), GROUP, 3)) == ["a", "b", "c"]
    assert set(keys(Choice(), states(a="healthy", b="initial", c="draining"), 4)) == {"a"}


def test_without_a_healthy_target_all_that_stay_are_asked() -> None:
    assert set(keys(Choice(), states(a="unhealthy", b="initial", c="draining"), 4)) == {"a", "b"}
    assert keys(Choice(), states(a="draining"), 1) == "-"


def test_least_outstanding_requests() -> None:
    choice = Choice()
    least = {"load_balancing.algorithm.type": "least_outstanding_requests"}
    group = replace(GROUP, attributes=least)
    with choice.under_way(GROUP, TARGETS[0]), choice.under_way(GROUP, TARGETS[1]):
        assert keys(choice, group, 3) == "ccc"


def test_a_zone_of_its_own_gets_its_share_whatever_the_number_of_its_targets() -> None:
    choice, off = Choice(), {CROSSING: "false"}
    targets = [
        Target("a", "a", "healthy", "zone-a"),
        *(Target(key, key, "healthy", "zone-b") for key in ("b", "c")),
        Target("d", "d", "unhealthy", "zone-c"),
        Target("e", "e", "unused", "zone-d"),
    ]
    group = replace(GROUP, targets=tuple(targets))
    zones = ("zone-a", "zone-b", "zone-c")
    found = Counter(choice.target(group, {}, zones).key for _ in range(40))  # type: ignore[union-attr]
    assert found == {"a": 20, "b": 10, "c": 10}
    assert choice.target(group, {}, ("zone-c",)) is None, "DNS leads to no zone without a target"
    assert sorted(keys(Choice(), group, 3)) == ["a", "b", "c"]

    application, network = (
        Balancer("arn", kind, {}, (), zones) for kind in ("application", "network")
    )
    assert application.separate_zones(group) is None
    assert application.separate_zones(replace(group, attributes=off)) == zones
    assert network.separate_zones(group) == zones
    assert network.separate_zones(replace(group, attributes={CROSSING: "true"})) is None
    assert replace(network, attributes={CROSSING: "true"}).separate_zones(group) is None


def test_a_cookie_leads_back_while_it_lasts_and_its_target_is_healthy() -> None:
    choice = Choice()
    lasting = {"stickiness.enabled": "true", "stickiness.lb_cookie.duration_seconds": "60"}
    group = replace(GROUP, attributes=lasting)

    def cookies(now: float | None = None) -> dict[str, str]:
        plain, cross = choice.cookie(group, TARGETS[1], now)
        assert cross.startswith(f"{COOKIE}CORS=")
        return {COOKIE: plain.partition("=")[2].partition(";")[0]}

    assert keys(choice, group, 4, cookies()) == "bbbb"
    assert len(set(keys(choice, group, 4, cookies(now=0.0)))) > 1
    assert len(set(keys(choice, group, 4, {COOKIE: "x" * 60}))) > 1
    assert "b" not in keys(choice, replace(group, targets=TARGETS[::2]), 4, cookies())
    assert choice.cookie(GROUP, TARGETS[1]) == []


def test_weights() -> None:
    draw = random.Random(1)

    def action(**weights: int) -> dict[str, object]:
        groups = [{"TargetGroupArn": name, "Weight": one} for name, one in weights.items()]
        return {"Type": "forward", "ForwardConfig": {"TargetGroups": groups}}

    found = [group_of(action(old=9, new=1, none=0), draw) for _ in range(1000)]
    assert 50 < found.count("new") < 150
    assert "none" not in found
    assert group_of(action(old=0), draw) is None
    assert group_of({"Type": "forward", "TargetGroupArn": "one"}, draw) == "one"


def test_verdicts() -> None:
    check = Check("HTTP", "/", "200", 10, 5, healthy=2, unhealthy=3)
    verdict = Verdict(began=0.0)
    late = PATIENCE + 1

    def noted(*found: object, now: float = late) -> object:
        for one in found:
            verdict.note(one, check, now)  # type: ignore[arg-type]
        return verdict.state

    assert noted(*[FAILED] * 9, now=1.0) == INITIAL
    assert noted(HEALTHY) == HEALTHY
    assert noted(FAILED, FAILED) == HEALTHY
    assert noted(HEALTHY, FAILED, FAILED, mismatch("503")) == mismatch("503")
    assert noted(FAILED) == FAILED
    assert noted(HEALTHY) == FAILED
    assert noted(HEALTHY) == HEALTHY


def test_codes() -> None:
    assert [has_code("200-299,301", one) for one in (200, 299, 300, 301, 404)] == [
        True,
        True,
        False,
        True,
        False,
    ]

"""Two invocations that started tasks at the same time: which of them are too many, and whose they
are."""

from itertools import permutations
from typing import Any

import pytest

from ecscli.up.tasks.surplus import MARK, invocation, surplus


def task(name: str, at: int, by: str = "") -> dict[str, Any]:
    return {"taskArn": name, "createdAt": f"2026-01-01 00:00:{at:02d}+00:00", "startedBy": by}


ONE, OTHER = invocation(), invocation()


def test_an_invocation_is_known_by_its_tasks() -> None:
    assert ONE != OTHER
    assert ONE.startswith(MARK)
    assert len(ONE) <= 36  # what startedBy takes everywhere


@pytest.mark.parametrize("order", list(permutations((1, 2, 3))))
def test_whatever_came_first_together_they_stop_exactly_what_is_too_much(
    order: tuple[int, ...],
) -> None:
    old = [task("old", 0)]
    mine, theirs, more = (
        task(f"t{at}", at, by) for at, by in zip(order, (ONE, OTHER, OTHER), strict=True)
    )
    running = [*old, more, mine, theirs]
    stopped = [surplus(running, old, by, 2) for by in (ONE, OTHER)]
    assert len(stopped[0]) + len(stopped[1]) == 2
    assert {one["taskArn"] for part in stopped for one in part} == {"t2", "t3"}


def test_who_looked_before_the_other_started_stops_nothing() -> None:
    mine, theirs = task("mine", 1, ONE), task("theirs", 2, OTHER)
    assert surplus([mine], [], ONE, 1) == ()
    assert surplus([mine, theirs], [], OTHER, 1) == (theirs,)


def test_at_the_same_moment_the_name_decides() -> None:
    a, b = task("a", 1, ONE), task("b", 1, OTHER)
    assert surplus([b, a], [], ONE, 1) == ()
    assert surplus([b, a], [], OTHER, 1) == (b,)


def test_a_one_off_task_that_starts_beside_counts_for_nobody() -> None:
    mine, run = task("mine", 2, ONE), task("run", 1)
    assert surplus([run, mine], [], ONE, 1) == ()


def test_what_ran_before_counts_whoever_started_it() -> None:
    old, mine = task("old", 0, "somebody"), task("mine", 1, ONE)
    assert surplus([old, mine], [old], ONE, 1) == (mine,)

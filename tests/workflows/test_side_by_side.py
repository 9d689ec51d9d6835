"""Workflows that go on at the same time: results and events in order, and the first error once all
are over."""

import threading
from collections.abc import Generator

import pytest

from ecscli.base.errors import AwsError, Interrupted
from ecscli.up.model import Event
from ecscli.workflows.changes import Workflow, side_by_side


def workflow(name: str, gate: threading.Barrier | None = None, error: str = "") -> Workflow[str]:
    """Two events around a gate that opens once all have come to it."""

    def run() -> Generator[Event, None, str]:
        yield Event(f"{name} begins")
        if gate is not None:
            gate.wait(10)
        if error:
            raise AwsError(error)
        yield Event(f"{name} ends")
        return name

    return run


def run(workflows: list[Workflow[str]]) -> tuple[list[str], tuple[str, ...]]:
    events, running = [], side_by_side(workflows, "the services of shop")
    while True:
        try:
            events.append(next(running).message)
        except StopIteration as end:
            return events, end.value


def test_they_go_on_at_the_same_time_and_report_in_order() -> None:
    gate = threading.Barrier(3)
    events, results = run([workflow(name, gate) for name in "abc"])
    assert results == ("a", "b", "c")
    assert events == [f"{name} {what}" for name in "abc" for what in ("begins", "ends")]


def test_none_and_one_need_no_threads() -> None:
    assert run([]) == ([], ())
    assert run([workflow("a")]) == (["a begins", "a ends"], ("a",))


def test_the_first_error_is_raised_once_all_are_over() -> None:
    running = side_by_side([workflow("a", error="no"), workflow("b")], "the services of shop")
    events = [next(running).message for _ in range(3)]
    assert events == ["a begins", "b begins", "b ends"]
    with pytest.raises(AwsError, match="no"):
        next(running)


def test_ctrl_c_says_what_was_under_way() -> None:
    running = side_by_side([workflow("a"), workflow("b")], "the services of shop")
    next(running)
    with pytest.raises(Interrupted, match="Interrupted while changing the services of shop"):
        running.throw(KeyboardInterrupt())

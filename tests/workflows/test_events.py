"""A workflow on its way: its events, its outcome, and Ctrl-C at any moment."""

from collections.abc import Generator

import pytest

from ecscli.base.errors import Finding, Interrupted
from ecscli.up.model import Event
from ecscli.workflows.events import interruptible, result_of, warnings


def work() -> Generator[Event, None, int]:
    with interruptible("Interrupted half-way.", "run it again"):
        yield Event("first")
        yield Event("second")
    return 3


def test_each_event_is_passed_on_and_the_outcome_returned() -> None:
    heard: list[Event] = []
    assert result_of(work(), heard.append) == 3
    assert [event.message for event in heard] == ["first", "second"]


def test_a_workflow_without_events_has_an_outcome() -> None:
    def silent() -> Generator[Event, None, str]:
        yield from ()
        return "done"

    assert result_of(silent(), print) == "done"


def test_an_interrupt_while_listening_is_explained_by_the_workflow() -> None:
    def impatient(event: Event) -> None:
        if event.message == "second":
            raise KeyboardInterrupt

    with pytest.raises(Interrupted, match="half-way") as error:
        result_of(work(), impatient)
    assert error.value.hint == "run it again"


def test_a_warning_keeps_its_place_and_its_hint_and_comes_once() -> None:
    finding = Finding("no such key", "compose.yml:1:2", "leave it out")
    (event,) = warnings([finding, finding])
    assert (event.kind, event.message) == ("warning", "compose.yml:1:2: no such key")
    assert event.hint == "leave it out"

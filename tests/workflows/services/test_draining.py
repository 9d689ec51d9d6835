"""Services that were deleted a moment ago are waited for, a minute at most."""

from collections.abc import Sequence
from typing import Any

from ecscli.up.model import Event
from ecscli.up.project.live import LiveServices
from ecscli.workflows.services.planning.draining import until_drained
from tests.up.deployment.test_watch_of_several import ScriptedAws


def waited(states: Sequence[str]) -> tuple[LiveServices, list[Event], ScriptedAws]:
    """What becomes of service web, which is read in these states, the last of them again and
    again."""
    left = list(states)

    def read() -> LiveServices:
        state = left.pop(0) if len(left) > 1 else left[0]
        services: dict[str, Any] = {"web": {"status": state}, "other": {"status": "DRAINING"}}
        return LiveServices({} if state == "INACTIVE" else services)

    aws, events = ScriptedAws([]), list[Event]()
    waiting = until_drained(aws, read(), ["web", "api"], read)
    while True:
        try:
            events.append(next(waiting))
        except StopIteration as end:
            return end.value, events, aws


def test_a_live_service_is_not_waited_for() -> None:
    live, events, aws = waited(["ACTIVE"])
    assert (live.services["web"]["status"], events, aws.now) == ("ACTIVE", [], 0.0)


def test_a_service_that_drains_is_read_until_it_is_gone() -> None:
    live, events, aws = waited(["DRAINING", "DRAINING", "DRAINING", "INACTIVE"])
    assert live.services == {}
    assert [one.message for one in events] == [
        "Waiting for web, deleted a moment ago, to stop the last tasks"
    ]
    assert 0 < aws.now < 5


def test_after_a_minute_it_is_for_the_plan_to_refuse() -> None:
    live, _, aws = waited(["DRAINING"])
    assert live.services["web"]["status"] == "DRAINING"
    assert 60 <= aws.now < 65

"""Moments without an answer, while a target group is left for another one."""

from typing import Any

import pytest

from ecscli.base.balanced import HTTPS
from ecscli.base.errors import InputError, Interrupted
from ecscli.base.records import replace
from ecscli.up.balancer.handover import Handover
from ecscli.workflows.request import TaskRequest
from ecscli.workflows.switch.request import SwitchRequest
from ecscli.workflows.target_groups import agree_to_gaps, until
from tests.support.balancer.test_part import wanted
from tests.up.balancer.test_handover import HTTP_PORT, Project

PROJECT: Any = None
WAITING = TaskRequest(PROJECT, timeout=10)


def handover() -> Handover:
    """One with a gap."""
    project = Project(replace(HTTP_PORT, drain=45))
    [found] = project.next(wanted(replace(HTTP_PORT, protocol=HTTPS))).all
    return found


@pytest.mark.parametrize("change", [{"no_wait": True}, {"timeout": 0.0}])
def test_a_gap_that_nobody_would_end_is_refused(change: dict[str, Any]) -> None:
    request = replace(WAITING, **change)
    with pytest.raises(InputError, match="requests would fail until another up"):
        agree_to_gaps(request, [handover()])
    assert agree_to_gaps(replace(request, dry_run=True), [handover()]), "a plan shows it"
    done = replace(handover(), moved=True, is_begun=True)
    assert not agree_to_gaps(request, [done]), "requests go on with this step"
    assert not agree_to_gaps(request, [replace(handover(), gap="")])


def test_people_are_asked_with_the_seconds() -> None:
    questions: list[str] = []

    def no(question: str) -> bool:
        questions.append(question)
        return False

    with pytest.raises(Interrupted):
        agree_to_gaps(replace(WAITING, switch=SwitchRequest(agree=no)), [handover()])
    assert "old tasks are drained for 45 seconds" in questions[0]
    assert agree_to_gaps(WAITING, [handover()])


def test_the_old_address_is_left_once_resolvers_have_forgotten_it() -> None:
    class Clock:
        slept = 0.0

        def sleep(self, seconds: float) -> None:
            self.slept += seconds

    for moment, seconds in ((0.0, 0.0), (1_000.0, 0.0), (1_040.0, 40.0), (9_000.0, 60.0)):
        clock: Any = Clock()
        said = [one.message for one in until(clock, moment, 1_000.0)]
        assert clock.slept == seconds, "not for hours where the clock of the machine is wrong"
        assert bool(said) == bool(seconds)

"""Moments without an answer, while a target group is left for another one."""

from typing import Any

import pytest

from ecscli.base.balanced import HTTPS
from ecscli.base.errors import InputError, Interrupted
from ecscli.base.records import replace
from ecscli.up.balancer.handover import Handover
from ecscli.workflows.request import TaskRequest
from ecscli.workflows.switch.request import SwitchRequest
from ecscli.workflows.target_groups import agree_to_gaps
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

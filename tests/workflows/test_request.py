"""What is asked of tasks, by flags or by a program."""

from math import inf, nan

import pytest

from ecscli.workflows.request import check_timeout


@pytest.mark.parametrize("minutes", [-1, nan, inf])
def test_a_timeout_is_a_number_of_minutes(minutes: float) -> None:
    (finding,) = check_timeout(minutes)
    assert "is not between 0 and" in finding.message


@pytest.mark.parametrize("minutes", [0, 0.5, 10])
def test_zero_and_parts_of_minutes_are_timeouts(minutes: float) -> None:
    assert not list(check_timeout(minutes))

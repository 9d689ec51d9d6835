"""A call with a role that is new: sent again for a minute, and no other error waits."""

from typing import Any, cast

import pytest

from ecscli.aws.client import Aws
from ecscli.base.errors import AwsError
from ecscli.up.support.spread import until_assumable

NOT_YET = "ECS was unable to assume the role 'arn:aws:iam::123456789012:role/x'"


class Clock:
    """A time that only pauses move."""

    def __init__(self) -> None:
        self.now, self.pauses = 0.0, list[float]()

    def clock(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.pauses.append(seconds)
        self.now += seconds


def failing(times: int, message: str) -> Any:
    left = [message] * times

    def send() -> str:
        if left:
            raise AwsError(left.pop(), code="ClientException")
        return "answer"

    return send


def test_a_role_that_is_not_there_yet_is_waited_for() -> None:
    clock = Clock()
    assert until_assumable(cast(Aws, clock), failing(3, NOT_YET), new_role=True) == "answer"
    assert clock.pauses == [1.0, 2.0, 4.0]


def test_the_wait_ends_after_a_minute() -> None:
    clock = Clock()
    with pytest.raises(AwsError, match="unable to assume the role"):
        until_assumable(cast(Aws, clock), failing(100, NOT_YET), new_role=True)
    assert 60 <= clock.now <= 70


def test_another_error_is_raised_at_once() -> None:
    clock = Clock()
    with pytest.raises(AwsError, match="no such cluster"):
        until_assumable(cast(Aws, clock), failing(1, "no such cluster"), new_role=True)
    assert clock.pauses == []


def test_the_role_of_ecs_itself_is_waited_for_in_a_new_account() -> None:
    clock = Clock()
    message = "Unable to assume the service linked role. Please verify that it exists."
    assert until_assumable(cast(Aws, clock), failing(2, message), new_role=False) == "answer"
    assert clock.pauses == [1.0, 2.0]


def test_a_role_that_is_not_new_is_not_waited_for() -> None:
    clock = Clock()
    with pytest.raises(AwsError, match="unable to assume the role"):
        until_assumable(cast(Aws, clock), failing(1, NOT_YET), new_role=False)
    assert clock.pauses == []

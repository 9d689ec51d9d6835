"""What `up` asks AWS before it writes: an answer that it can do without, and one that it cannot."""

from collections.abc import Callable
from typing import Any, cast

import pytest

from ecscli.aws.client import Aws
from ecscli.base.errors import AccessError, AwsError
from ecscli.cluster.model import ClusterSpec
from ecscli.up.stack.preflight.answers import Answers
from ecscli.up.stack.preflight.network import check_room


class Quotas:
    """An account with four VPCs; what Service Quotas answers, or raises."""

    region = "eu-west-1"

    def __init__(self, answer: float | Exception) -> None:
        self.answer = answer

    def call(self, service: str, operation: str, **request: Any) -> dict[str, Any]:
        if isinstance(self.answer, Exception):
            raise self.answer
        return {"Quota": {"Value": self.answer}}

    def together(self, *thunks: Callable[[], Any]) -> tuple[Any, ...]:
        return tuple(thunk() for thunk in thunks)

    def pages(self, *request: Any) -> list[dict[str, str]]:
        return [{"VpcId": f"vpc-{number}"} for number in range(4)]


def refused(code: str) -> AccessError:
    error = AccessError(f"GetServiceQuota: {code}")
    error.code = code
    return error


def ask(answer: float | Exception) -> Answers:
    answers = Answers()
    check_room(cast(Aws, Quotas(answer)), ClusterSpec(name="c"), answers)
    return answers


def test_the_quota_of_vpcs_is_compared_with_those_there_are() -> None:
    assert ask(5.0).full is None
    full = ask(4.0).full
    assert full is not None
    assert "has 4 VPCs in eu-west-1 and may have 4" in full.message


@pytest.mark.parametrize("passed", [refused("AccessDeniedException"), AwsError("slow down")])
def test_who_may_not_ask_for_quotas_goes_on(passed: Exception) -> None:
    assert ask(passed).full is None


def test_a_session_that_is_over_ends_the_command() -> None:
    with pytest.raises(AccessError, match="ExpiredToken"):
        ask(refused("ExpiredTokenException"))

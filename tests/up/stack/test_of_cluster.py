"""What the stack of a cluster means for tasks, with answers and refusals of AWS."""

from __future__ import annotations

from typing import Any, cast

import pytest

from ecscli.aws.client import Aws
from ecscli.base.errors import AccessError
from ecscli.up.stack.of_cluster import read_cluster_stack

SPOT = {"capacityProvider": "FARGATE_SPOT", "weight": 1}


class Account:
    """A stack without instances; what ECS answers about its cluster, or raises."""

    def __init__(self, answer: dict[str, Any] | AccessError) -> None:
        self.answer = answer

    def call(self, service: str, operation: str, **query: Any) -> dict[str, Any]:
        if operation == "describe_stacks":
            parameter = {"ParameterKey": "IsFargate", "ParameterValue": "true"}
            stack = {"StackId": "1", "StackName": "demo", "StackStatus": "CREATE_COMPLETE"}
            return {"Stacks": [{**stack, "Parameters": [parameter]}]}
        if isinstance(self.answer, AccessError):
            raise self.answer
        return self.answer


def aws(answer: dict[str, Any] | AccessError) -> Aws:
    return cast(Aws, Account(answer))


def test_tasks_start_on_the_default_capacity_providers() -> None:
    cluster = {"status": "ACTIVE", "defaultCapacityProviderStrategy": [SPOT]}
    look = read_cluster_stack(aws({"clusters": [cluster]}), "demo", "demo")
    assert look.stack
    assert look.stack.on_fargate
    assert (look.stack.strategy, look.unread) == ((SPOT,), ())


def test_capacity_providers_that_may_not_be_read_are_a_warning() -> None:
    denied = AccessError("DescribeClusters: no", code="AccessDeniedException")
    look = read_cluster_stack(aws(denied), "demo", "demo")
    assert look.stack
    assert look.stack.on_fargate
    assert look.stack.strategy == ()
    assert [finding.message for finding in look.unread] == [
        "the default capacity providers of cluster demo could not be looked up: DescribeClusters: no"
    ]


def test_a_session_that_is_over_ends_the_look() -> None:
    expired = AccessError("expired", code="ExpiredToken")
    with pytest.raises(AccessError, match="expired"):
        read_cluster_stack(aws(expired), "demo", "demo")

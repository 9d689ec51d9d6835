"""The rules of projects hold the listeners that they are at, and no other one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, cast

import pytest

from ecscli.aws.client import Aws
from ecscli.base.errors import InputError
from ecscli.up.stack.model import Change, ChangeSet, Resource
from ecscli.up.stack.removal.rules import BALANCER, LISTENER, refuse_loss

RESOURCES = (
    Resource("LoadBalancer", BALANCER, "arn:balancer", "CREATE_COMPLETE"),
    Resource("HttpListener", LISTENER, "arn:http", "CREATE_COMPLETE"),
    Resource("HttpsListener", LISTENER, "arn:https", "CREATE_COMPLETE"),
)


class Account:
    """A rule of a project at the listener for HTTPS."""

    def together(self, *calls: Callable[[], object]) -> list[object]:
        return [call() for call in calls]

    def pages(self, service: str, operation: str, key: str, **query: Any) -> Iterator[object]:
        if query["ListenerArn"] == "arn:https":
            yield {"RuleArn": "arn:rule"}

    def call(self, service: str, operation: str, **query: Any) -> dict[str, Any]:
        return {"TagDescriptions": [{"ResourceArn": arn} for arn in query["ResourceArns"]]}


def refuse(*removed: Resource) -> None:
    changes = tuple(Change("Remove", one.logical_id, one.type) for one in removed)
    refuse_loss(
        cast(Aws, Account()), ChangeSet("1", "1", "demo", False, changes), lambda: RESOURCES
    )


def test_a_listener_without_rules_goes() -> None:
    refuse(RESOURCES[1])


def test_a_listener_with_rules_stays_and_so_does_its_balancer() -> None:
    with pytest.raises(InputError, match="HttpsListener of the shared load balancer cannot"):
        refuse(RESOURCES[2])
    with pytest.raises(InputError, match="LoadBalancer of the shared load balancer cannot"):
        refuse(RESOURCES[0])

"""Look-ups: what is absent is found beside what may not be read, and a session's end ends them."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any, cast

import pytest

from ecscli.aws.client import Aws
from ecscli.base.errors import AccessError, AwsError
from ecscli.config.settings import UNSET
from ecscli.up.preflight.check import check
from ecscli.up.preflight.named import Named
from ecscli.up.preflight.placed import OpenPort, Placed

NAMED = Named(roles=("app",), balancers=({"loadBalancerName": "old"},))


class Account:
    """An account without roles; what it answers about load balancers, or raises."""

    region = "eu-west-1"

    def __init__(self, balancers: AccessError) -> None:
        self.balancers = balancers

    def call(self, service: str, operation: str, **query: Any) -> dict[str, Any]:
        if service == "elb":
            raise self.balancers
        raise AwsError("there is none", code="NoSuchEntity")

    def together(self, *reads: Callable[[], Any]) -> list[Any]:
        return [read() for read in reads]


def test_what_may_not_be_read_is_reported_beside_what_is_absent() -> None:
    denied = AccessError("no", code="AccessDenied")
    looked = check(cast(Aws, Account(denied)), NAMED)
    assert [finding.message for finding in looked.absent] == ["there is no role app"]
    assert [finding.message for finding in looked.unread] == [
        "Classic Load Balancers could not be looked up: no"
    ]


def test_a_session_that_is_over_ends_the_look_ups() -> None:
    with pytest.raises(AccessError, match="expired"):
        check(cast(Aws, Account(AccessError("expired", code="ExpiredToken"))), NAMED)


def test_a_remark_stops_nothing() -> None:
    class Closed(Account):
        """Security group sg-1, which opens port 80, and which no stack has made."""

        settings = SimpleNamespace(stack_name=UNSET)

        def pages(self, service: str, operation: str, key: str, **query: Any) -> list[Any]:
            rule = {"IpProtocol": "tcp", "FromPort": 80, "ToPort": 80}
            return [{"GroupId": "sg-1", "IpPermissions": [rule]}]

        def command(self, words: str) -> str:
            return f"aws {words}"

    ports = (OpenPort(80, "tcp"), OpenPort(81, "tcp"))
    placed = Placed(0, 0, False, False, ports, groups=("sg-1",))
    named = Named(network_mode="awsvpc", placed=placed)
    looked = check(cast(Aws, Closed(AccessError("no"))), named)
    assert looked.absent == ()
    assert [finding.message for finding in looked.remarks] == [
        "port 81/tcp is published, and security group sg-1 lets nobody reach it"
    ]

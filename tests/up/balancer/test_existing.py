"""A load balancer that exists: what keeps the services of a project from being behind it, each with
the place of the key that names it."""

from collections.abc import Iterator
from typing import Any

import pytest

from ecscli.aws.client import Aws
from ecscli.base.errors import AwsError, InputError
from ecscli.base.marks import Mark
from ecscli.base.records import replace
from ecscli.config.precedence import resolve
from ecscli.config.settings import Flags
from ecscli.up.balancer.existing import ExistingQuery, read_existing

AT = Mark("compose.yml", 9, 3)
QUERY = ExistingQuery("theirs", vpc="vpc-1", tasks=("subnet-a",), at=AT)
BALANCER: dict[str, Any] = {
    "LoadBalancerArn": "arn:lb",
    "LoadBalancerName": "theirs",
    "Type": "application",
    "Scheme": "internet-facing",
    "VpcId": "vpc-1",
    "AvailabilityZones": [{"ZoneName": "us-east-1a"}, {"ZoneName": "us-east-1b"}],
}
REDIRECT = [{"Type": "redirect"}]


def listener(port: int, protocol: str, actions: Any = ()) -> dict[str, Any]:
    return {
        "ListenerArn": f"arn:{port}",
        "Port": port,
        "Protocol": protocol,
        "DefaultActions": actions,
    }


class Account(Aws):
    def __init__(self, balancer: dict[str, Any] | None, *listeners: dict[str, Any]) -> None:
        super().__init__(resolve(Flags(region="us-east-1"), {"HOME": "/nowhere"}))
        self.rows: dict[str, list[Any]] = {
            "describe_listeners": list(listeners),
            "describe_rules": [],
            "describe_subnets": [
                {"SubnetId": "subnet-a", "AvailabilityZone": "us-east-1a", "VpcId": "vpc-1"},
                {"SubnetId": "subnet-c", "AvailabilityZone": "us-east-1c", "VpcId": "vpc-1"},
            ],
        }
        self.balancer = balancer

    def pages(self, service: str, operation: str, key: str, /, **given: Any) -> Iterator[Any]:
        if operation == "describe_load_balancers":
            if self.balancer is None:
                raise AwsError("not found", code="LoadBalancerNotFound")
            return iter([self.balancer])
        ids = [id_ for one in given.get("Filters") or () for id_ in one["Values"]]
        return iter([one for one in self.rows[operation] if not ids or one["SubnetId"] in ids])


def refusals(query: ExistingQuery, account: Account) -> list[str]:
    with pytest.raises(InputError) as refused:
        read_existing(account, query)
    findings = refused.value.findings
    assert {str(one.where) for one in findings} == {str(AT)}
    assert all(one.hint for one in findings)
    return [one.message for one in findings]


HTTP, HTTPS = listener(80, "HTTP"), listener(443, "HTTPS")


@pytest.mark.parametrize(
    ("balancer", "query", "message"),
    [
        (None, {}, "load_balancer.use: there is no load balancer theirs in us-east-1"),
        (
            {"Type": "network"},
            {},
            "load_balancer.use: theirs is a network load balancer, and rules are of HTTP",
        ),
        (
            {},
            {"scheme": "internal"},
            "load_balancer.scheme: theirs is internet-facing, and internal is asked for",
        ),
        (
            {"VpcId": "vpc-2"},
            {},
            "load_balancer.use: theirs is in vpc-2, and the tasks are in vpc-1",
        ),
        (
            {},
            {"tasks": ("subnet-a", "subnet-c")},
            "load_balancer.use: tasks run in us-east-1c (subnet-c), where theirs has no subnet",
        ),
    ],
)
def test_one_that_does_not_fit_is_refused(
    balancer: dict[str, Any] | None, query: dict[str, Any], message: str
) -> None:
    found = None if balancer is None else {**BALANCER, **balancer}
    [refusal] = refusals(replace(QUERY, **query), Account(found, HTTP))
    assert refusal.startswith(message)


@pytest.mark.parametrize(
    ("listeners", "number", "message"),
    [
        ((), None, "has no HTTP or HTTPS listener that takes requests; its ports: none"),
        ((HTTP,), 443, "has no HTTP or HTTPS listener at 443; its ports: 80"),
        ((HTTP, listener(8080, "HTTP")), None, "has several listeners; its ports: 80, 8080"),
        ((listener(80, "HTTP", REDIRECT),), None, "has no HTTP or HTTPS listener that takes"),
    ],
)
def test_the_listener_has_to_be_clear(
    listeners: tuple[dict[str, Any], ...], number: int | None, message: str
) -> None:
    [found] = refusals(replace(QUERY, listener=number), Account(BALANCER, *listeners))
    assert found.startswith(f"load_balancer.listener: theirs {message}")


def test_one_with_https_is_taken_before_one_without() -> None:
    found = read_existing(Account(BALANCER, HTTP, HTTPS), QUERY)
    assert found is not None
    assert [one.port for one in found.listeners] == [443]


def test_a_cluster_without_one_is_no_cluster_to_use() -> None:
    message = "load_balancer.use: the cluster has no load balancer for its projects"
    assert refusals(replace(QUERY, use="cluster"), Account(BALANCER)) == [message]
    assert read_existing(Account(BALANCER), replace(QUERY, use="")) is None

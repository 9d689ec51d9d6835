"""Where a load balancer is reached: at its own name, or where a tag says."""

from collections.abc import Callable, Iterator
from typing import Any, cast

import pytest

from ecscli.aws.client import Aws
from ecscli.base.errors import AccessError
from ecscli.up.tasks.listeners import listener_addresses

SERVICE: Any = {
    "loadBalancers": [{"targetGroupArn": "group", "containerName": "web", "containerPort": 80}]
}
OTHER = {"Type": "fixed-response"}
FORWARD = {"Type": "forward", "TargetGroupArn": "group"}
HOST = {"Field": "host-header", "HostHeaderConfig": {"Values": ["shop.example.com"]}}
PATH = {"Field": "path-pattern", "PathPatternConfig": {"Values": ["/api", "/api/*"]}}


class Account:
    """A balancer with a listener whose rule sends some requests to the group."""

    def __init__(self, tags: dict[str, str], *conditions: Any) -> None:
        rule = {"Conditions": conditions, "Actions": [FORWARD]}
        listener = {
            "ListenerArn": "listener",
            "LoadBalancerArn": "balancer",
            "Port": 80,
            "Protocol": "HTTP",
            "DefaultActions": [OTHER],
        }
        self.tags = tags
        self.rows = {
            "describe_load_balancers": {"LoadBalancerArn": "balancer", "DNSName": "name.elb"},
            "describe_listeners": listener,
            "describe_rules": rule,
        }

    def pages(self, _: str, operation: str, *names: str, **query: Any) -> Iterator[Any]:
        yield self.rows[operation]

    def call(self, _: str, operation: str, **query: Any) -> dict[str, Any]:
        if operation == "describe_target_groups":
            return {"TargetGroups": [{"TargetGroupArn": "group", "LoadBalancerArns": ["balancer"]}]}
        assert set(query["ResourceArns"]) == {"balancer", "listener"}
        if "denied" in self.tags:
            raise AccessError("no")
        rows = [
            {"ResourceArn": arn, "Tags": [{"Key": "ecscli:url", "Value": url}]}
            for arn, url in self.tags.items()
        ]
        return {"TagDescriptions": rows}

    def together(self, *reads: Callable[[], Any]) -> list[Any]:
        return [read() for read in reads]


@pytest.mark.parametrize(
    ("protocol", "port", "expected"),
    [
        ("TCP", 80, ["tcp://name.elb:80"]),
        ("TCP", 443, ["tcp://name.elb:443"]),  # TLS is the container's matter
        ("UDP", 53, ["udp://name.elb:53"]),
        ("TCP_UDP", 53, ["tcp://name.elb:53", "udp://name.elb:53"]),
        ("TLS", 443, ["https://name.elb"]),
        ("TLS", 8443, ["https://name.elb:8443"]),
        ("TLS", 8883, ["tls://name.elb:8883"]),
    ],
)
def test_the_scheme_is_that_of_the_listener(protocol: str, port: int, expected: list[str]) -> None:
    account = Account({})
    changed = {"Port": port, "Protocol": protocol, "DefaultActions": [FORWARD]}
    account.rows["describe_listeners"].update(changed)
    assert [one.url for one in listener_addresses(cast(Aws, account), SERVICE)] == expected


@pytest.mark.parametrize(
    ("tags", "conditions", "expected"),
    [
        ({}, [PATH], "http://name.elb/api"),
        ({"denied": ""}, [PATH], "http://name.elb/api"),
        ({"balancer": "https://cdn.example.com"}, [PATH], "https://cdn.example.com/api"),
        ({"balancer": "http://[broken"}, [PATH], "http://name.elb/api"),
        (
            {"balancer": "http://127.3.0.1", "listener": "http://127.3.0.1:10080"},
            [PATH],
            "http://127.3.0.1:10080/api",
        ),
        ({"listener": "http://127.3.0.1:10080"}, [HOST], "http://shop.example.com:10080"),
    ],
)
def test_addresses(tags: dict[str, str], conditions: list[Any], expected: str) -> None:
    found = listener_addresses(cast(Aws, Account(tags, *conditions)), SERVICE)
    assert [one.url for one in found] == [expected]

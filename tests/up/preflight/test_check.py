"""Look-ups: what is absent is found beside what may not be read, and a session's end ends them."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any, cast

import pytest

from ecscli.aws.client import Aws
from ecscli.base.errors import AccessError, AwsError
from ecscli.base.records import replace
from ecscli.config.settings import NOWHERE, UNSET, Value
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


# ------------------------------------------------------------------------- Service Connect


class Instances:
    """A cluster of two instances with security group sg-1 and these rules."""

    region = "eu-west-1"
    settings = SimpleNamespace(
        stack_name=Value("amazon-ecs-cli-setup-demo", NOWHERE),
        cluster=Value("demo", NOWHERE),
        sandbox_url=None,
    )

    def __init__(self, *rules: dict[str, Any]) -> None:
        self.group: dict[str, Any] = {"GroupId": "sg-1", "IpPermissions": list(rules)}

    def pages(self, service: str, operation: str, key: str, **query: Any) -> list[Any]:
        answers: dict[str, list[Any]] = {
            "list_container_instances": ["arn:1", "arn:2"],
            "describe_instances": [{"Instances": [{"SecurityGroups": [{"GroupId": "sg-1"}]}]}],
            "describe_security_groups": [self.group],
        }
        return answers[operation]

    def call(self, service: str, operation: str, **query: Any) -> dict[str, Any]:
        rows = [{"containerInstanceArn": arn, "ec2InstanceId": "i-1"} for arn in ("arn:1", "arn:2")]
        return {"containerInstances": rows, "clusters": []}

    def together(self, *reads: Callable[[], Any]) -> list[Any]:
        return [read() for read in reads]

    def command(self, words: str) -> str:
        return f"aws {words}"


def rule(first: int, last: int, **source: Any) -> dict[str, Any]:
    return {"IpProtocol": "tcp", "FromPort": first, "ToPort": last, **source}


FROM_GROUP = {"UserIdGroupPairs": [{"GroupId": "sg-1"}]}
CONNECTED = Named(cluster="demo", placed=Placed(1, 1, True, True, connected=True))


@pytest.mark.parametrize(
    "rules",
    [
        [],
        [rule(80, 80, IpRanges=[{"CidrIp": "0.0.0.0/0"}])],
        [rule(32768, 65535, UserIdGroupPairs=[{"GroupId": "sg-other"}])],
        [rule(49153, 65535, **FROM_GROUP)],
    ],
)
def test_instances_that_close_the_ports_of_proxies_are_refused(rules: list[Any]) -> None:
    (found,) = check(cast(Aws, Instances(*rules)), CONNECTED).absent
    assert "security groups sg-1 close them to each other" in found.message
    assert "--protocol tcp --port 32768-65535 --source-group sg-1" in str(found.hint)


@pytest.mark.parametrize(
    "rules",
    [
        [rule(32768, 65535, **FROM_GROUP)],
        [{"IpProtocol": "-1", **FROM_GROUP}],
        [rule(1024, 65535, IpRanges=[{"CidrIp": "10.0.0.0/16"}])],
    ],
)
def test_instances_that_reach_each_other_are_fine(rules: list[Any]) -> None:
    assert check(cast(Aws, Instances(*rules)), CONNECTED).absent == ()


def test_the_stack_of_the_cluster_opens_its_own_group() -> None:
    """A rule beside the stack would be in the way of the same rule in the stack."""
    instances = Instances(rule(80, 80, IpRanges=[{"CidrIp": "0.0.0.0/0"}]))
    instances.group["GroupName"] = "amazon-ecs-cli-setup-demo-EcsSecurityGroup-1X2Y"
    (found,) = check(cast(Aws, instances), CONNECTED).absent
    command = "ecscli up --cluster demo --region eu-west-1 --port 80"
    assert found.hint == f"`{command}` opens them"


def test_a_rule_between_instances_publishes_no_ports() -> None:
    instances = Instances(rule(32768, 65535, **FROM_GROUP))
    placed = Placed(0, 0, False, False, (OpenPort(40000, "tcp"),), groups=("sg-1",))
    looked = check(cast(Aws, instances), Named(network_mode="awsvpc", placed=placed))
    assert [finding.message for finding in looked.remarks] == [
        "port 40000/tcp is published, and security group sg-1 lets nobody reach it"
    ]


def test_tasks_in_awsvpc_have_groups_of_their_own() -> None:
    named = replace(CONNECTED, network_mode="awsvpc")
    assert check(cast(Aws, Instances()), named).absent == ()

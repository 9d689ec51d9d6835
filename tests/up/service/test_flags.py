"""Flags of the service commands and capacity providers: text in, fields or findings out."""

from typing import Any

import pytest

from ecscli.up.service.flags import read_capacity, read_flags

ARN, NAME = {"target-group-arn": "arn"}, {"load-balancer-name": "lb"}
CONTAINER, PORT = {"container-name": "web"}, {"container-port": "80"}


@pytest.mark.parametrize(
    ("given", "fields"),
    [
        ({}, {}),
        ({"deployment-max-percent": "150"}, {"deploymentConfiguration": {"maximumPercent": 150}}),
        ({"deployment-max-percent": ""}, {}),
        ({"role": "r"}, {"role": "r"}),
        ({"scheduling-strategy": "daemon"}, {"schedulingStrategy": "DAEMON"}),
        ({"health-check-grace-period": "30"}, {"healthCheckGracePeriodSeconds": 30}),
        (
            ARN | CONTAINER | PORT,
            {
                "loadBalancers": [
                    {"targetGroupArn": "arn", "containerName": "web", "containerPort": 80}
                ]
            },
        ),
        (
            NAME | CONTAINER | PORT,
            {
                "loadBalancers": [
                    {"loadBalancerName": "lb", "containerName": "web", "containerPort": 80}
                ]
            },
        ),
    ],
)
def test_flags_become_fields(given: dict[str, Any], fields: dict[str, Any]) -> None:
    read = read_flags(given)
    assert (read.fields, read.findings) == (fields, ())


def test_target_groups_keep_their_order() -> None:
    values = [
        "targetGroupArn=a=b,containerName=web,containerPort=80",
        "loadBalancerName=l,containerName=w,containerPort=1",
    ]
    first, second = read_flags({}, values).fields["loadBalancers"]
    assert first == {"targetGroupArn": "a=b", "containerName": "web", "containerPort": 80}
    assert second == {"loadBalancerName": "l", "containerName": "w", "containerPort": 1}


@pytest.mark.parametrize(
    ("given", "groups", "parts"),
    [
        (
            {"deployment-max-percent": "x", "health-check-grace-period": "y"},
            (),
            ["max-percent", "grace-period"],
        ),
        ({"deployment-max-percent": "-1"}, (), ["not between"]),
        (ARN | NAME | CONTAINER | PORT, (), ["cannot both be given"]),
        (
            CONTAINER,
            (),
            ["need --target-group-arn or --load-balancer-name", "--container-port is needed"],
        ),
        (ARN, (), ["--container-name is needed", "--container-port is needed"]),
        (
            ARN | CONTAINER | PORT,
            ("targetGroupArn=a,containerName=w,containerPort=1",),
            ["--target-groups cannot"],
        ),
        ({}, ("foo",), ['"foo" is not key=value']),
        ({}, ("arn=a",), ['no key "arn"']),
        (
            {},
            ("targetGroupArn=a,targetGroupArn=b,containerName=w,containerPort=1",),
            ["given twice"],
        ),
        ({}, ("targetGroupArn=a",), ["containerName is needed", "containerPort is needed"]),
        ({}, ("targetGroupArn=a,containerName=w,containerPort=http",), ['"http" is not a number']),
        (
            {},
            ("targetGroupArn=a,loadBalancerName=b,containerName=w,containerPort=1",),
            ["cannot both be given"],
        ),
        (
            {},
            ("containerName=w,containerPort=1",),
            ["targetGroupArn or loadBalancerName is needed"],
        ),
    ],
)
def test_every_contradiction_is_found_at_once(
    given: dict[str, Any], groups: tuple[str, ...], parts: list[str]
) -> None:
    messages = [finding.message for finding in read_flags(given, groups).findings]
    for part in parts:
        assert any(part in message for message in messages), (part, messages)
    assert len(messages) == len(parts)


@pytest.mark.parametrize(
    ("text", "strategy"),
    [
        ("FARGATE_SPOT=3,FARGATE=1", [("FARGATE_SPOT", 3, None), ("FARGATE", 1, None)]),
        ("FARGATE", [("FARGATE", 1, None)]),
        ("mine=2:1", [("mine", 2, 1)]),
        ("=2", None),
        ("mine=x", None),
        ("mine=1:y", None),
    ],
)
def test_capacity_providers(text: str, strategy: list[Any] | None) -> None:
    found, wrong = read_capacity(text)
    assert bool(wrong) is (strategy is None)
    if strategy is not None:
        assert [
            (row["capacityProvider"], row["weight"], row.get("base")) for row in found
        ] == strategy


def test_a_word_that_is_not_a_choice_is_an_error_and_no_field() -> None:
    found = read_flags({"scheduling-strategy": "often", "availability-zone-rebalancing": "enabled"})
    assert [one.message for one in found.findings] == [
        '--scheduling-strategy: "OFTEN" is not a choice'
    ]
    assert found.fields == {"availabilityZoneRebalancing": "ENABLED"}

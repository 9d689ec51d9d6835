"""Flags of the service commands, tags, capacity providers, overrides and names: text in, fields or
findings out."""

from typing import Any

import pytest

from ecscli.up.discovery.desired import namespace_stack, service_stack
from ecscli.up.service.flags import read_capacity, read_flags
from ecscli.up.service.tags import parse_tags
from ecscli.up.tasks.overrides import Overrides, exit_code, read_overrides

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
    ("text", "tags", "wrong"),
    [
        (None, [], 0),
        ("a=b,c=d", [("a", "b"), ("c", "d")], 0),
        ("a=b=c, d = e", [("a", "b=c"), (" d ", " e")], 0),
        ("a=", [("a", "")], 0),
        ("a=b,", [("a", "b")], 1),
        ("team", [], 1),
    ],
)
def test_tags(text: str | None, tags: list[tuple[str, str]], wrong: int) -> None:
    found, findings = parse_tags(text)
    assert [(tag["key"], tag["value"]) for tag in found] == tags
    assert len(findings) == wrong


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


@pytest.mark.parametrize(
    ("words", "commands"),
    [
        ([], {}),
        (["web"], {}),
        (["web", "echo hello"], {"web": ["echo", "hello"]}),
        (
            ["web", "echo 'a b' $HOME", "db", "sleep 10"],
            {"web": ["echo", "a b", "$HOME"], "db": ["sleep", "10"]},
        ),
        (["web", "echo", "hello"], {"web": ["echo", "hello"]}),
        (["web", "sh", "-c", "echo a b"], {"web": ["sh", "-c", "echo a b"]}),
        (["web", "ls", "db", "ls"], {"web": ["ls"], "db": ["ls"]}),
        (["web", "a", "web", "b"], {"web": ["b"]}),
    ],
)
def test_the_words_of_run(words: list[str], commands: dict[str, list[str]]) -> None:
    request, wrong, _ = read_overrides(words, Overrides(), ["web", "db"])
    assert not wrong
    assert {one["name"]: one["command"] for one in request["containerOverrides"]} == commands


def test_a_pair_beside_a_known_one_is_sent_with_a_warning_and_alone_it_is_refused() -> None:
    request, wrong, notices = read_overrides(
        ["web", "a b", "dbb", "c d"], Overrides(), ["web", "db"]
    )
    assert len(request["containerOverrides"]) == 2
    assert not wrong
    assert "dbb" in notices[0].message
    _, wrong, _ = read_overrides(["dbb", "c d"], Overrides(), ["web", "db"])
    assert "db" in str(wrong[0].hint)


def test_environment_goes_to_the_container_with_the_command_or_to_all() -> None:
    entry = [{"name": "A", "value": "1"}]
    one, _, _ = read_overrides(["web", "ls"], Overrides(("A=1",)), ["web", "db"])
    assert one["containerOverrides"] == [{"name": "web", "command": ["ls"], "environment": entry}]
    every, _, _ = read_overrides([], Overrides(("A=1",)), ["web", "db"])
    assert [row["name"] for row in every["containerOverrides"]] == ["db", "web"]
    assert read_overrides(["web"], Overrides(("A",)), ["web"])[1]


@pytest.mark.parametrize(
    ("codes", "main", "expected"),
    [
        ({"web": 3, "log": 0}, "web", 3),
        ({"web": 0, "log": 9}, "web", 0),
        ({"web": 0, "log": 9}, None, 9),
        ({"web": 0, "side": 9}, None, 0),
        ({}, "web", None),
        ({"web": None}, "web", None),
    ],
)
def test_the_exit_code_of_a_task(
    codes: dict[str, int | None], main: str | None, expected: int | None
) -> None:
    definition = {
        "containerDefinitions": [
            {"name": "web"},
            {"name": "log"},
            {"name": "side", "essential": False},
        ]
    }
    task = {"containers": [{"name": name, "exitCode": code} for name, code in codes.items()]}
    assert exit_code(task, definition, main) == expected


def test_names_of_the_stacks_are_the_originals() -> None:
    assert namespace_stack("demo", "a_b") == "amazon-ecs-cli-setup-private-dns-namespace-demo-a0b"
    assert service_stack("c" * 50, "s__x" + "s" * 50) == (
        "amazon-ecs-cli-setup-service-discovery-service-" + "c" * 38 + "-s0x" + "s" * 34
    )

"""A task definition as requested and as ECS gives it back are one; anything that a person would
change is not."""

import copy
import random
from typing import Any

import boto3
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from moto import mock_aws

from ecscli.up.normalize import normalize, same

NAMES = st.text("abcdefghij-", min_size=1, max_size=8)
TEXT = st.text("abc /:=$", max_size=12)


def described(request: dict[str, Any]) -> dict[str, Any]:
    """What RegisterTaskDefinition and then DescribeTaskDefinition make of a request."""
    with mock_aws():
        ecs = boto3.client("ecs", "us-east-1", aws_access_key_id="a", aws_secret_access_key="b")
        ecs.register_task_definition(**copy.deepcopy(request))
        found = ecs.describe_task_definition(taskDefinition=request["family"], include=["TAGS"])
    return {**found["taskDefinition"], "tags": found.get("tags", [])}


@st.composite
def containers(draw: st.DrawFn, name: str) -> dict[str, Any]:
    optional = {
        "cpu": st.integers(0, 1024),
        "essential": st.just(True),
        "command": st.lists(TEXT, max_size=3),
        "environment": st.lists(st.fixed_dictionaries({"name": NAMES, "value": TEXT}), max_size=3),
        "portMappings": st.lists(
            st.fixed_dictionaries(
                {"containerPort": st.integers(1, 9999)},
                optional={
                    "hostPort": st.integers(0, 9999),
                    "protocol": st.sampled_from(["tcp", "udp"]),
                },
            ),
            max_size=3,
        ),
        "ulimits": st.lists(
            st.fixed_dictionaries(
                {"name": st.just("nofile"), "softLimit": st.just(1), "hardLimit": st.integers(1, 9)}
            ),
            max_size=1,
        ),
        "dockerLabels": st.dictionaries(NAMES, TEXT, max_size=2),
        "privileged": st.booleans(),
        "user": st.sampled_from(["", "root"]),
        "linuxParameters": st.fixed_dictionaries(
            {}, optional={"capabilities": st.just({}), "initProcessEnabled": st.booleans()}
        ),
        "healthCheck": st.fixed_dictionaries(
            {"command": st.just(["CMD", "true"])}, optional={"interval": st.sampled_from([30, 60])}
        ),
    }
    chosen = draw(st.fixed_dictionaries({}, optional=optional))
    return {
        "name": name,
        "image": draw(st.sampled_from(["nginx", "redis:7"])),
        "memory": 128,
        **chosen,
    }


@st.composite
def requests(draw: st.DrawFn) -> dict[str, Any]:
    names = draw(st.lists(NAMES, min_size=1, max_size=3, unique=True))
    optional = {
        "volumes": st.lists(
            st.fixed_dictionaries({"name": NAMES}, optional={"host": st.just({})}), max_size=2
        ),
        "taskRoleArn": st.sampled_from(["", "web", "arn:aws:iam::123456789012:role/web"]),
        "cpu": st.sampled_from(["256", "1 vCPU"]),
        "memory": st.sampled_from(["512", "1GB"]),
        "pidMode": st.sampled_from(["task", "host"]),
        "tags": st.lists(
            st.fixed_dictionaries({"key": st.just("team"), "value": TEXT}), max_size=1
        ),
        "requiresCompatibilities": st.just(["EC2"]),
    }
    base = {"family": "shop", "containerDefinitions": [draw(containers(name)) for name in names]}
    return {**base, **draw(st.fixed_dictionaries({}, optional=optional))}


@pytest.mark.long
@settings(max_examples=40, deadline=None)
@given(requests())
def test_a_request_equals_what_ecs_gives_back(request: dict[str, Any]) -> None:
    assert normalize(described(request)) == normalize(request)


@pytest.mark.long
@given(requests(), st.randoms(use_true_random=False))
def test_neither_order_nor_what_ecs_fills_in_is_a_change(
    request: dict[str, Any], chance: random.Random
) -> None:
    echo = copy.deepcopy(request)
    chance.shuffle(echo["containerDefinitions"])
    for container in echo["containerDefinitions"]:
        container.setdefault("essential", True)
        container.setdefault("cpu", 0)
        container.setdefault("mountPoints", [])
        container.setdefault("privileged", False)
        chance.shuffle(container.get("portMappings", []))
        for mapping in container.get("portMappings", ()):
            mapping.setdefault("protocol", "tcp")
            mapping.setdefault("hostPort", 0)
        if "healthCheck" in container:
            container["healthCheck"] = {
                "interval": 30,
                "timeout": 5,
                "retries": 3,
                **container["healthCheck"],
            }
    echo |= {
        "revision": 7,
        "status": "ACTIVE",
        "registeredBy": "arn:aws:iam::1:user/x",
        "networkMode": "bridge",
    }
    assert same(request, echo)


@pytest.mark.long
@given(requests())
def test_the_normal_form_is_its_own(request: dict[str, Any]) -> None:
    assert normalize(normalize(request)) == normalize(request)


WEB = {"name": "web", "image": "nginx", "memory": 128}
REQUEST: dict[str, Any] = {"family": "shop", "containerDefinitions": [WEB]}


@pytest.mark.parametrize(
    "change",
    [
        {"image": "nginx:2"},
        {"memory": 256},
        {"essential": False},
        {"command": ["true"]},
        {"command": ["b", "a"]},
        {"environment": [{"name": "A", "value": "2"}]},
        {"portMappings": [{"containerPort": 80, "hostPort": 81}]},
        {"stopTimeout": 0},
        {"secrets": [{"name": "A", "valueFrom": "/b"}]},
        {"aFieldOfTomorrow": {"deep": [1]}},
    ],
)
def test_what_a_person_changes_is_a_change(change: dict[str, Any]) -> None:
    base = {**WEB, "command": ["a", "b"], "environment": [{"name": "A", "value": "1"}]}
    assert not same(
        {**REQUEST, "containerDefinitions": [base]},
        {**REQUEST, "containerDefinitions": [{**base, **change}]},
    )


@pytest.mark.parametrize(
    ("requested", "returned"),
    [
        ({"cpu": "1 vCPU", "memory": "0.5GB"}, {"cpu": "1024", "memory": "512"}),
        ({"cpu": ".25 vcpu", "memory": "2 GB"}, {"cpu": "256", "memory": "2048"}),
        ({"taskRoleArn": "web"}, {"taskRoleArn": "arn:aws:iam::123456789012:role/web"}),
        (
            {"requiresCompatibilities": ["FARGATE"]},
            {"requiresCompatibilities": ["FARGATE"], "networkMode": "awsvpc"},
        ),
        (
            {
                "networkMode": "awsvpc",
                "containerDefinitions": [{**WEB, "portMappings": [{"containerPort": 80}]}],
            },
            {
                "networkMode": "awsvpc",
                "containerDefinitions": [
                    {
                        **WEB,
                        "portMappings": [{"containerPort": 80, "hostPort": 80, "protocol": "tcp"}],
                    }
                ],
            },
        ),
        (
            {
                "volumes": [
                    {"name": "a", "efsVolumeConfiguration": {"fileSystemId": "fs-1"}},
                    {"name": "b"},
                ]
            },
            {
                "volumes": [
                    {"name": "b", "host": {}},
                    {
                        "name": "a",
                        "efsVolumeConfiguration": {"fileSystemId": "fs-1", "rootDirectory": "/"},
                    },
                ]
            },
        ),
    ],
)
def test_values_that_ecs_rewrites_are_the_same(
    requested: dict[str, Any], returned: dict[str, Any]
) -> None:
    assert same({**REQUEST, **requested}, {**REQUEST, **returned})
    assert not same({**REQUEST, **requested}, {**REQUEST, **returned, "family": "other"})


def test_of_one_variable_given_twice_the_order_counts() -> None:
    twice = [{"name": "A", "value": "1"}, {"name": "A", "value": "2"}]
    one = {**REQUEST, "containerDefinitions": [{**WEB, "environment": twice}]}
    other = {**REQUEST, "containerDefinitions": [{**WEB, "environment": twice[::-1]}]}
    assert not same(one, other)


def test_an_environment_that_ecs_params_takes_away_is_the_same_as_none() -> None:
    taken = {**REQUEST, "containerDefinitions": [{**WEB, "environment": None}]}
    assert same(taken, {**REQUEST, "containerDefinitions": [WEB]})


@pytest.mark.parametrize("mode", ["awsvpc", "host"])
def test_another_port_of_the_host_is_a_change(mode: str) -> None:
    def on(**mapping: int) -> dict[str, Any]:
        container = {"name": "web", "image": "web", "portMappings": [mapping]}
        return {"family": "f", "networkMode": mode, "containerDefinitions": [container]}

    assert same(on(containerPort=80), on(containerPort=80, hostPort=80))
    assert not same(on(containerPort=80, hostPort=80), on(containerPort=80, hostPort=81))

"""The launch target is decided once, and contradictions name both places."""

from __future__ import annotations

import pytest

from ecscli.base.findings import Findings
from ecscli.compose.ecs.launch_target import LaunchFlags, LaunchTarget, decide
from ecscli.compose.params.read import EcsParams, parse_params

STORED = "~/.ecs/config, cluster configuration shop"


def params(*providers: str) -> EcsParams:
    items = "".join(f"    - capacity_provider: {name}\n" for name in providers)
    text = f"version: 1\nrun_params:\n  capacity_provider_strategy:\n{items}"
    return parse_params(text, "ecs-params.yml", {})


def decided(given: EcsParams, flags: LaunchFlags) -> tuple[LaunchTarget, Findings]:
    findings = Findings()
    return decide((), given, flags, False, findings), findings


def test_a_stored_launch_type_gives_way_to_the_strategy_of_ecs_params() -> None:
    flags = LaunchFlags("EC2", launch_type_source=STORED)
    target, findings = decided(params("FARGATE_SPOT", "FARGATE"), flags)
    assert (target.launch_type, target.network_mode) == ("FARGATE", "awsvpc")
    [notice, _] = findings.notices
    assert STORED in notice.message
    assert str(notice.where) == "ecs-params.yml:3:3"
    assert not findings.errors


@pytest.mark.parametrize(
    ("launch_type", "provider"), [("EC2", "FARGATE"), ("FARGATE", "spot"), ("EXTERNAL", "spot")]
)
def test_a_flag_that_contradicts_the_strategy_is_an_error(launch_type: str, provider: str) -> None:
    _, findings = decided(params(provider), LaunchFlags(launch_type))
    [error] = findings.errors
    assert f"--launch-type is {launch_type}" in error.message
    assert provider in error.message
    assert str(error.where) == "ecs-params.yml:3:3"


def test_the_strategy_of_a_flag_wins_over_that_of_the_file() -> None:
    flags = LaunchFlags(capacity=({"capacityProvider": "FARGATE"},))
    target, findings = decided(params("spot"), flags)
    assert target.launch_type == "FARGATE"
    assert not findings.errors


def test_fargate_and_instances_do_not_mix() -> None:
    _, findings = decided(params("FARGATE", "spot"), LaunchFlags())
    [error] = findings.errors
    assert error.message == "a capacity provider strategy cannot mix FARGATE and spot"

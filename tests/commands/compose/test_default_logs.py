"""Logs without a word in the files: the group is made, and everything that is in the way is named."""

from typing import Any

import pytest

from tests.commands.compose.conftest import World
from tests.commands.compose.test_fargate import fargate

GROUP = "/ecs/shop"
TO_GROUP = f"logs of web go to log group {GROUP}, as none name a log driver"


@pytest.fixture
def shop(world: World) -> World:
    """A project whose execution role may write logs."""
    world.roles("app")
    world.cli.write("ecs-params.yml", "task_definition: {task_execution_role: app}\n")
    return world


def groups(world: World) -> dict[str, Any]:
    listed = world.client("logs").describe_log_groups()["logGroups"]
    return {group["logGroupName"]: group.get("retentionInDays") for group in listed}


def test_up_makes_the_group_before_anything_else(shop: World) -> None:
    shown = shop("up", "--dry-run")
    assert shown.out.startswith(f"+ create log group {GROUP}\n")
    assert TO_GROUP in shown.err
    assert groups(shop) == {}
    done = shop("up")
    assert done.code == 0, done.err
    assert groups(shop) == {GROUP: 30}
    again = shop("up")
    assert "Nothing to change" in again.err


@pytest.mark.parametrize("command", ["service up", "create", "run web true"])
def test_every_command_that_registers_makes_the_group(shop: World, command: str) -> None:
    done = shop(*command.split())
    assert done.code == 0, done.err
    assert groups(shop) == {GROUP: 30}


def test_a_plan_shows_that_logs_come_to_a_live_service(shop: World) -> None:
    shop.cli.write("docker-compose.yml", "services: {web: {image: nginx}}\nx-ecs: {logs: none}\n")
    assert shop("service", "up").code == 0
    assert groups(shop) == {}
    shop.cli.write("docker-compose.yml", "services: {web: {image: nginx}}\n")
    planned = shop("service", "plan")
    assert planned.code == 3
    assert TO_GROUP in planned.err
    assert "+ containerDefinitions[web].logConfiguration.logDriver: awslogs" in planned.out
    assert f"+ create log group {GROUP}" in planned.out


def test_a_group_that_is_there_keeps_its_retention(shop: World) -> None:
    shop.log_group(GROUP)
    assert shop("up").code == 0
    assert groups(shop) == {GROUP: None}


def test_retention_by_flag(shop: World) -> None:
    assert shop("up", "--create-log-groups", "--log-retention", "7").code == 0
    assert groups(shop) == {GROUP: 7}


def test_who_may_not_make_the_group_is_told_what_to_do(shop: World) -> None:
    shop.control("faults", action="logs:CreateLogGroup", kind="deny")
    done = shop("up")
    assert done.code == 4
    assert f"log group {GROUP} cannot be made" in done.err
    assert "x-ecs: {logs: none}" in done.err
    assert shop.revisions() == 0


def test_who_may_only_use_the_group_goes_on(shop: World) -> None:
    shop.log_group(GROUP)
    shop.control("faults", action="logs:DescribeLogGroups", kind="deny")
    done = shop("up")
    assert done.code == 0, done.err
    assert f"Log group {GROUP} in us-east-1 exists already" in done.err


def test_a_retention_that_may_not_be_set_is_a_warning(shop: World) -> None:
    shop.control("faults", action="logs:PutRetentionPolicy", kind="deny")
    done = shop("up")
    assert done.code == 0, done.err
    assert f"warning: log group {GROUP} keeps its lines for ever" in done.err


def test_a_cluster_of_others_gets_one_notice(world: World) -> None:
    done = world("up")
    assert done.code == 0, done.err
    assert done.err.count("logs of web are not kept: no role is known that may write them") == 1
    assert groups(world) == {}


def test_a_cluster_of_ours_has_the_right(world: World) -> None:
    def ecscli(*words: str) -> Any:
        return world.cli(*words, AWS_REGION="us-east-1")

    assert ecscli("up", "--capability-iam", "--cluster", "ours").code == 0
    done = world("up", "--cluster", "ours")
    assert done.code == 0, done.err
    assert TO_GROUP in done.err
    assert groups(world) == {GROUP: 30}
    assert ecscli("down", "--force", "--cluster", "ours").code == 0


def test_a_role_for_logs_alone_is_made_on_fargate_with_consent(world: World) -> None:
    fargate(world)
    on_fargate = ("service", "up", "--launch-type", "FARGATE")
    without = world(*on_fargate)
    assert without.code == 0, without.err
    assert "logs of web are not kept: no role is known that may write them" in without.err
    assert groups(world) == {}
    made = world(*on_fargate, "--capability-iam")
    assert made.code == 0, made.err
    assert TO_GROUP in made.err
    assert groups(world) == {GROUP: 30}
    again = world(*on_fargate)
    assert "Nothing to change" in again.err, "the role is found again"


def test_who_may_not_look_for_a_role_goes_on_without_logs(world: World) -> None:
    fargate(world)
    for action in ("iam:GetRole", "cloudformation:DescribeStacks"):
        world.control("faults", action=action, kind="deny", times=9)
    done = world("service", "up", "--launch-type", "FARGATE")
    assert done.code == 0, done.err
    assert "logs of web are not kept" in done.err

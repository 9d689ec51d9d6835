"""Names that files and flags give are looked up before the first write."""

import pytest

from tests.commands.compose.conftest import World
from tests.commands.compose.test_service import target_group, up

PARAMS = """\
version: 1
task_definition:
  ecs_network_mode: {mode}
  {role}
run_params:
  network_configuration:
    awsvpc_configuration:
      subnets: [{subnet}]
"""
ARN = "arn:aws:elasticloadbalancing:us-east-1:123456789012:targetgroup/none/1111111111111111"
IMAGE = "123456789012.dkr.ecr.us-east-1.amazonaws.com/shop:1"
LOGS = """\
    logging:
      driver: awslogs
      options: {awslogs-group: nowhere, awslogs-region: us-east-1, awslogs-stream-prefix: web}
"""
PORT = '    ports: ["80"]\n'
ROLE = "arn:aws:iam::123456789012:role/nobody"


def balanced(arn: str) -> tuple[str, ...]:
    return ("--target-group-arn", arn, "--container-name", "web", "--container-port", "80")


def test_everything_that_does_not_exist_is_an_error_before_anything_is_written(
    world: World,
) -> None:
    world.project(IMAGE, more=PORT + LOGS)
    world.cli.write(
        "ecs-params.yml",
        PARAMS.format(mode="awsvpc", role=f"task_role_arn: {ROLE}", subnet="subnet-0123abcd"),
    )
    done = up(world, *balanced(ARN), "--capacity-provider", "spot=1")
    assert done.code == 2, done.err
    for part in (
        f"there is no target group {ARN}",
        f"there is no role {ROLE}",
        f"there is no image {IMAGE} in ECR",
        "there is no log group nowhere in us-east-1",
        "subnet-0123abcd",
        "cluster demo has no capacity provider spot",
    ):
        assert part in done.err, part
    assert world.revisions() == 0


def test_a_target_group_of_the_wrong_kind_is_an_error(world: World) -> None:
    subnet = world.client("ec2").describe_subnets()["Subnets"][0]["SubnetId"]
    world.project(more=PORT)
    world.cli.write("ecs-params.yml", PARAMS.format(mode="awsvpc", role="", subnet=subnet))
    done = up(world, *balanced(target_group(world)))
    assert done.code == 2
    assert "target group shop has target type instance" in done.err
    assert "network mode awsvpc needs ip" in done.err
    assert world.revisions() == 0


def test_a_look_up_that_is_denied_is_a_warning(world: World) -> None:
    world.project(more=PORT)
    world.control("faults", action="elasticloadbalancing:DescribeTargetGroups", kind="deny")
    done = up(world, *balanced(target_group(world)))
    assert done.code == 0, done.err
    assert "target groups could not be looked up: DescribeTargetGroups: Access" in done.err


@pytest.mark.parametrize("command", ["up", "scale 2", "run web true", "service create"])
def test_every_command_that_starts_something_looks_first(world: World, command: str) -> None:
    world.project(IMAGE)
    done = world(*command.split())
    assert done.code == 2
    assert f"there is no image {IMAGE} in ECR" in done.err
    assert world.revisions() == 0

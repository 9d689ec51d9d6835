"""Fargate, capacity providers and the number of calls, through the real command line on the
sandbox."""

from typing import Any

import pytest

from ecscli.aws.client import Aws
from tests.commands.compose.conftest import World

LAYOUT = ("describe_services",)  # whether the services of the other layout are there


def fargate(world: World, run_params: str = "") -> None:
    subnet = world.client("ec2").describe_subnets()["Subnets"][0]["SubnetId"]
    world.cli.write("docker-compose.yml", "services: {web: {image: nginx}}\n")
    world.cli.write(
        "ecs-params.yml",
        "task_definition:\n  ecs_network_mode: awsvpc\n  task_size: {cpu_limit: 256, mem_limit:"
        " 512}\nrun_params:\n  network_configuration:\n    awsvpc_configuration:\n      subnets:"
        f" [{subnet}]\n      assign_public_ip: ENABLED\n{run_params}",
    )


def test_a_service_on_fargate(world: World) -> None:
    fargate(world)
    done = world("service", "up", "--launch-type", "FARGATE")
    assert done.code == 0, done.err
    assert world.service()["launchType"] == "FARGATE"
    assert "Nothing to change" in world("service", "up", "--launch-type", "FARGATE").err
    assert world("service", "scale", "2").code == 0
    on_instances = ("service", "up", "--launch-type", "EC2", "--dry-run")
    refused = world(*on_instances)
    assert refused.code == 2
    assert "ecs-params.yml:8:7" in refused.err
    assert "tasks on instances get no public address" in refused.err
    params = world.cli.directory / "ecs-params.yml"
    params.write_text(params.read_text().replace("ENABLED", "DISABLED"))
    other = world(*on_instances)
    assert other.code == 2
    assert "launchType of a service cannot change from FARGATE to EC2" in other.err


@pytest.mark.parametrize("by", ["flag", "file"])
def test_capacity_providers_stand_instead_of_a_launch_type(world: World, by: str) -> None:
    strategy = "  capacity_provider_strategy:\n    - {capacity_provider: FARGATE_SPOT, weight: 3}\n"
    fargate(world, strategy if by == "file" else "")
    world.client("ecs").put_cluster_capacity_providers(
        cluster="demo",
        capacityProviders=["FARGATE", "FARGATE_SPOT"],
        defaultCapacityProviderStrategy=[],
    )
    flag = ["--capacity-provider", "FARGATE_SPOT=3"] if by == "flag" else []
    for verb in (["service", "up"], ["up"], ["run"]):
        done = world(*verb, *flag, "--dry-run", "--output", "json")
        assert done.code == 3, done.err
        first, last = done.json["actions"][0]["request"], done.json["actions"][-1]["request"]
        assert first["requiresCompatibilities"] == ["FARGATE"]
        assert last["capacityProviderStrategy"] == [
            {"capacityProvider": "FARGATE_SPOT", "weight": 3}
        ]
        assert "launchType" not in last


@pytest.mark.parametrize(
    ("before", "verb", "calls"),
    [
        (
            [["service", "up"]],
            ["service", "up"],
            [*LAYOUT, "describe_services", "describe_stacks", "describe_task_definition"],
        ),
        ([["service", "up"]], ["service", "scale", "1"], ["update_service"]),
        ([["service", "up"]], ["service", "stop", "--no-wait"], ["update_service"]),
        (
            [["service", "up"]],
            ["service", "up", "--force-deployment", "--no-wait"],
            [
                *(*LAYOUT, "describe_services", "describe_stacks", "describe_task_definition"),
                "update_service",
            ],
        ),
        (
            [["up"]],
            ["up"],
            [
                *(*LAYOUT, "describe_stacks", "describe_task_definition", "describe_tasks"),
                *("list_account_settings", "list_tasks"),
            ],
        ),
    ],
    ids=["nothing to do", "scale", "stop", "force", "up again"],
)
def test_calls_before_the_first_poll_are_few(
    world: World,
    monkeypatch: pytest.MonkeyPatch,
    before: list[list[str]],
    verb: list[str],
    calls: list[str],
) -> None:
    for words in before:
        assert world(*words).code == 0
    made: list[str] = []
    call, pages = Aws.call, Aws.pages

    def counted(self: Aws, service: str, operation: str, /, **parameters: Any) -> Any:
        made.append(operation)
        return call(self, service, operation, **parameters)

    def listed(self: Aws, service: str, operation: str, key: str, /, **parameters: Any) -> Any:
        made.append(operation)
        return pages(self, service, operation, key, **parameters)

    monkeypatch.setattr(Aws, "call", counted)
    monkeypatch.setattr(Aws, "pages", listed)
    assert world(*verb).code == 0
    assert sorted(made) == calls

"""Plans without a cluster or without credentials: exit code 3, with a notice of what could not be
compared."""

import pytest

from tests.commands.compose.conftest import World
from tests.conftest import Cli

PLANS = (("service", "plan"), ("service", "up", "--dry-run"), ("plan",), ("up", "--dry-run"))


@pytest.mark.parametrize("words", PLANS, ids=" ".join)
def test_a_plan_needs_no_cluster(world: World, words: tuple[str, ...]) -> None:
    done = world(*words, "--cluster", "later", "--output", "json")
    assert done.code == 3, done.err
    assert done.json["actions"][0]["operation"] == "RegisterTaskDefinition"
    assert any("there is no cluster later" in notice["message"] for notice in done.json["notices"])


@pytest.mark.parametrize("words", PLANS, ids=" ".join)
def test_a_plan_needs_no_credentials(cli: Cli, words: tuple[str, ...]) -> None:
    cli.write("compose.yaml", "services: {web: {image: nginx, mem_limit: 64m}}\n")
    place = {"ECS_CLUSTER": "demo", "AWS_REGION": "us-east-1", "AWS_EC2_METADATA_DISABLED": "true"}
    done = cli("compose", "-p", "shop", *words, **place)
    assert done.code == 3, done.err
    assert "nothing could be compared or looked up" in done.err


def test_what_changes_something_needs_both(world: World) -> None:
    assert world("service", "up", "--cluster", "later").code == 2


def test_the_data_of_a_plan_leaves_out_what_aws_adds(world: World) -> None:
    assert world("service", "up").code == 0
    world.project("nginx:2")
    shown = world("service", "plan", "--output", "json")
    for part in ("registeredBy", "registeredAt", "arn:aws", "123456789012"):
        assert part not in shown.out, part

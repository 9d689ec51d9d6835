"""`ps` when AWS does not let it read the addresses: the table all the same, and an error at the
end."""

import pytest

from tests.commands.compose.conftest import World

PORTS = '    ports: ["8080:80"]\n'


@pytest.mark.parametrize(("kind", "code"), [("deny", 4), ("throttle", 1)])
@pytest.mark.parametrize("action", ["ec2:DescribeInstances", "ecs:DescribeContainerInstances"])
def test_a_table_without_addresses_is_shown_and_is_an_error(
    world: World, action: str, kind: str, code: int
) -> None:
    world.project(more=PORTS)
    assert world("up").code == 0
    times = 3 if kind == "throttle" else 1  # as often as the sandbox's client tries
    for command in (("compose", "-p", "shop", "ps"), ("ps",)):
        world.control("faults", action=action, kind=kind, times=times)
        done = world.cli(*command, ECS_CLUSTER="demo", AWS_REGION="us-east-1")
        assert done.code == code, done.err
        assert "RUNNING" in done.out
        assert (
            "error: the answer is incomplete: addresses of container instances could not be read: "
            in done.err
        )
        assert "hint: " in done.err
    world.control("faults", action=action, kind=kind, times=times)
    assert world("ps", "--quiet").code == 0, "ids need no address"

"""`compose why` when AWS does not let it look: no all-clear, and the exit code of what was in the
way."""

import pytest

from tests.commands.compose.conftest import World

READS = {
    "of tasks": ("up", ("ListTasks", "ListContainerInstances", "DescribeContainerInstances")),
    "of a service": (
        "service up",
        ("ListTasks", "ListContainerInstances", "DescribeTaskDefinition"),
    ),
}
FAULTS = {"deny": 4, "throttle": 1}
CASES = [(start, action) for start, actions in READS.values() for action in actions]


@pytest.mark.parametrize(("start", "action"), CASES)
def test_what_it_could_not_look_at_is_an_error_and_never_all_clear(
    world: World, start: str, action: str
) -> None:
    assert world(*start.split()).code == 0
    reads = 2 if (start, action) == ("up", "ListTasks") else 1  # tasks that run and that stopped
    for kind, code in FAULTS.items():
        times = reads * (3 if kind == "throttle" else 1)
        world.control("faults", action=f"ecs:{action}", kind=kind, times=times)
        done = world("why")
        assert done.code == code, done.err
        assert "Nothing found" not in done.err
        assert "error: the answer is incomplete: " in done.err
        assert action in done.err
        assert "hint: " in done.err
    assert world("why").code == 0


def test_an_incomplete_look_still_says_what_it_found(world: World) -> None:
    world.project(exit_code=3, exit_after=0)
    assert world("up").code == 5
    world.control("faults", action="ecs:ListContainerInstances", kind="deny")
    done = world("why", "--output", "json")
    assert done.code == 4
    assert done.json["unread"] == ["container instances"]
    assert any("exit code 3" in reason["text"] for reason in done.json["reasons"])


def test_instances_that_could_not_be_read_are_not_missing(world: World) -> None:
    world.project(more="    mem_reservation: 100m\n    cpu_shares: 100000\n")
    world.control("faults", action="ecs:DescribeContainerInstances", kind="deny", times=9)
    done = world("up")
    assert done.code == 5
    assert "has no container instance" not in done.err
    assert (
        "container instances could not be read: these credentials have no permission for"
        in done.err
    )


def test_a_service_that_nobody_has_is_an_error(world: World) -> None:
    done = world("why")
    assert done.code == 2
    assert "there is no service shop and no task of shop in cluster demo" in done.err


def test_an_all_clear_gives_what_runs(world: World) -> None:
    assert world("service", "up", "--desired-count", "2").code == 0
    done = world("why")
    assert (done.code, done.out) == (0, "")
    assert "shop: 2 of 2 run shop:1" in done.err


def test_an_all_clear_for_tasks_gives_what_runs(world: World) -> None:
    assert world("up").code == 0
    assert "1 task of shop:1 in the status RUNNING" in world("why").err


def test_an_old_failure_is_not_the_cause_of_a_healthy_service(world: World) -> None:
    assert world("service", "up").code == 0
    world.project("nginx:2", exit_code=3, exit_after=0)
    assert world("service", "up").code == 5
    assert "exit code 3" in world("why").out
    world.project("nginx:3")
    world.control("advance", seconds=5)
    assert world("service", "up").code == 0
    done = world("why")
    assert (done.code, done.out) == (0, "")
    assert "shop: 1 of 1 run shop:3" in done.err

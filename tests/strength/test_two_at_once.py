"""Two of the same command at the same time: together they leave what one of them wants."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.strength.ground import Ground
from tests.strength.scenes import Scene

RIVAL = "ecscli-0123456789abcdef"  # startedBy of another invocation


def once(action: str, do: Callable[[], Any]) -> Callable[[str], None]:
    """What somebody else does just before the first call of an action."""
    left = [action]

    def before(name: str) -> None:
        if left and name == left[0]:
            left.clear()
            do()

    return before


def running(ground: Ground) -> list[dict[str, Any]]:
    ecs = ground.census.client("ecs")
    arns = ecs.list_tasks(cluster="demo")["taskArns"]
    found: list[dict[str, Any]] = (
        ecs.describe_tasks(cluster="demo", tasks=arns)["tasks"] if arns else []
    )
    return found


def start_one(ground: Ground, **more: Any) -> None:
    ecs = ground.census.client("ecs")
    ecs.run_task(cluster="demo", taskDefinition="web", group="task:web", **more)


@pytest.mark.parametrize(
    ("command", "setup"), [("up", "created"), ("start", "created"), ("scale 2", "task")]
)
def test_tasks_that_another_invocation_started_first_are_enough(
    ground: Ground, command: str, setup: str
) -> None:
    ground.prepare(setup)
    ground.proxy.before = once("ecs:RunTask", lambda: start_one(ground, startedBy=RIVAL))
    done = ground.run(Scene(f"compose -p web {command}", setup))
    assert done.code == 0, done.err
    assert "Another command has started tasks of web at the same time: stopping" in done.err
    assert len(running(ground)) == (2 if setup == "task" else 1)
    assert RIVAL in [task.get("startedBy") for task in running(ground)]


def test_one_that_starts_tasks_after_our_look_stops_its_own(ground: Ground) -> None:
    ground.prepare("created")
    looks: list[str] = []

    def before(name: str) -> None:
        looks.append(name)
        if name == "ecs:DescribeTasks" and looks.count("ecs:ListTasks") == 2:
            start_one(ground, startedBy=RIVAL)
            ground.proxy.before = lambda name: None

    ground.proxy.before = before
    done = ground.run(Scene("compose -p web up", "created"))
    assert done.code == 0, done.err
    assert "at the same time" not in done.err
    assert len(running(ground)) == 2, "the other one has not looked yet"


def test_a_one_off_task_that_starts_beside_stops_nothing(ground: Ground) -> None:
    ground.prepare("created")
    ground.proxy.before = once("ecs:RunTask", lambda: start_one(ground))
    done = ground.run(Scene("compose -p web up", "created"))
    assert done.code == 0, done.err
    assert len(running(ground)) == 2


@pytest.mark.parametrize("command", ["service up", "create", "run web"])
def test_a_revision_that_another_command_registered_meanwhile_is_used(
    ground: Ground, command: str
) -> None:
    ground.prepare("instance")
    request = ground.user("compose", "-p", "web", "render", **ground.direct).json

    def register() -> None:
        ground.census.client("ecs").register_task_definition(**request)

    ground.proxy.before = once("ecs:RegisterTaskDefinition", register)
    done = ground.run(Scene(f"compose -p web {command}", "instance"))
    assert done.code == 0, done.err
    assert "Another command has registered the same at the same time: web:2 is not used" in done.err
    assert "TaskDefinition=web:1" in done.err
    active = ground.census.client("ecs").list_task_definitions()["taskDefinitionArns"]
    assert [arn.rpartition("/")[2] for arn in active] == ["web:1"]


def test_another_revision_that_was_registered_meanwhile_is_not_ours(ground: Ground) -> None:
    ground.prepare("instance")
    request = ground.user("compose", "-p", "web", "render", **ground.direct).json
    request["containerDefinitions"][0]["image"] = "nginx:1.28"

    def register() -> None:
        ground.census.client("ecs").register_task_definition(**request)

    ground.proxy.before = once("ecs:RegisterTaskDefinition", register)
    done = ground.run(Scene("compose -p web create", "instance"))
    assert done.code == 0, done.err
    assert "TaskDefinition=web:2" in done.err


@pytest.mark.parametrize("count", [1, 2])
def test_a_service_that_another_up_made_meanwhile_is_taken_and_changed(
    ground: Ground, count: int
) -> None:
    ground.prepare("instance")

    def create() -> None:
        ecs = ground.census.client("ecs")
        ecs.create_service(
            cluster="demo", serviceName="web", taskDefinition="web", desiredCount=count
        )

    ground.proxy.before = once("ecs:CreateService", create)
    done = ground.run(Scene("compose -p web service up --desired-count 1", "instance"))
    assert done.code == 0, done.err
    assert "Another command has made service web at the same time" in done.err
    (service,) = ground.census.client("ecs").describe_services(cluster="demo", services=["web"])[
        "services"
    ]
    assert (service["status"], service["desiredCount"], service["runningCount"]) == ("ACTIVE", 1, 1)
    assert ground.census.take()["revisions"] == {"web": 1}

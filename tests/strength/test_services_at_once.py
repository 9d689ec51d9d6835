"""A project in layout services that two commands change at the same time: services and jobs are
made once, and each command says what became of its own."""

from typing import Any

import pytest

from tests.strength.ground import Ground
from tests.strength.scenes import Scene
from tests.strength.test_two_at_once import once, running

RIVAL = "ecscli-job-0123456789abcdef"  # startedBy of a job of another invocation
UP = Scene("compose -p web -f shop.yml up", "instance")
DOWN = Scene("compose -p web -f shop.yml down", "shop")
TAGS = [
    {"key": "ecscli:project", "value": "web"},
    {"key": "ecscli:service", "value": "api"},
    {"key": "ecscli:cluster", "value": "demo"},
]


def services(ground: Ground) -> dict[str, dict[str, Any]]:
    """The services that are not deleted, by name."""
    ecs = ground.census.client("ecs")
    arns = ecs.list_services(cluster="demo")["serviceArns"]
    found = ecs.describe_services(cluster="demo", services=arns)["services"] if arns else []
    return {one["serviceName"]: one for one in found if one["status"] != "INACTIVE"}


def run_job(ground: Ground) -> None:
    ecs = ground.census.client("ecs")
    ecs.run_task(
        cluster="demo",
        taskDefinition="web-migrate",
        group="task:web-migrate",
        startedBy=RIVAL,
    )


def create_api(ground: Ground, tags: list[dict[str, str]]) -> None:
    ecs = ground.census.client("ecs")
    ecs.create_service(
        cluster="demo", serviceName="web-api", taskDefinition="web-api", desiredCount=1, tags=tags
    )


def test_a_service_that_another_up_made_meanwhile_is_taken(ground: Ground) -> None:
    ground.prepare("instance")
    ground.proxy.before = once("ecs:CreateService", lambda: create_api(ground, TAGS))
    done = ground.run(UP)
    assert done.code == 0, done.err
    assert "Another command has made service web-api at the same time" in done.err
    assert set(services(ground)) == {"web-api", "web-web"}
    assert ground.census.take()["revisions"] == {"web-api": 1, "web-migrate": 1, "web-web": 1}
    assert "Nothing to change" in ground.run(UP).err


def test_a_service_that_somebody_else_made_meanwhile_is_left(ground: Ground) -> None:
    ground.prepare("instance")
    ground.proxy.before = once("ecs:CreateService", lambda: create_api(ground, []))
    done = ground.run(UP)
    assert done.code == 2
    assert "service web-api exists and is not marked as this project's" in done.err
    assert set(services(ground)) == {"web-api"}


def test_a_job_that_another_up_has_started_first_runs_once(ground: Ground) -> None:
    ground.prepare("instance")
    ground.proxy.before = once("ecs:RunTask", lambda: run_job(ground))
    done = ground.run(UP)
    assert done.code == 0, done.err
    assert "Another command has started job web-migrate at the same time: stopping" in done.err
    stopped = ground.census.client("ecs").list_tasks(
        cluster="demo", family="web-migrate", desiredStatus="STOPPED"
    )["taskArns"]
    reasons = [
        task["stoppedReason"]
        for task in ground.census.client("ecs").describe_tasks(cluster="demo", tasks=stopped)[
            "tasks"
        ]
        if task.get("startedBy") != RIVAL
    ]
    assert len(stopped) == 2
    assert reasons != ["Essential container in task exited"]
    assert set(services(ground)) == {"web-api", "web-web"}


def test_a_job_that_runs_already_is_followed(ground: Ground) -> None:
    ground.prepare("shop")
    ground.census.client("ecs").untag_resource(
        resourceArn=ground.census.client("ecs").describe_task_definition(
            taskDefinition="web-migrate"
        )["taskDefinition"]["taskDefinitionArn"],
        tagKeys=["ecscli:job"],
    )
    ground.proxy.before = once("ecs:ListTasks", lambda: run_job(ground))
    done = ground.run(UP)
    assert done.code == 0, done.err
    assert "Job web-migrate runs already: following " in done.err
    assert "Job web-migrate has succeeded" in done.err
    assert "ecs:RunTask" not in ground.proxy.calls
    assert "Nothing to change" in ground.run(UP).err


def test_an_up_beside_a_down_ends_with_what_became_of_its_service(ground: Ground) -> None:
    ground.prepare("instance")
    looks: list[str] = []

    def before(name: str) -> None:
        looks.append(name)
        if name == "ecs:DescribeServices" and "ecs:CreateService" in looks:
            ground.proxy.before = lambda name: None
            ground.census.client("ecs").delete_service(
                cluster="demo", service="web-api", force=True
            )

    ground.proxy.before = before
    done = ground.run(UP)
    assert done.code == 5, done.err
    assert "web-api" in done.err
    assert "not begun: web" in done.err
    again = ground.run(UP)
    assert again.code == 0, again.err
    assert set(services(ground)) == {"web-api", "web-web"}


def test_an_up_right_after_a_down_makes_the_services_again(ground: Ground) -> None:
    ground.prepare("shop")
    for name in ("web-web", "web-api"):
        ground.census.client("ecs").delete_service(cluster="demo", service=name, force=True)
    done = ground.run(UP)
    assert done.code == 0, done.err
    assert set(services(ground)) == {"web-api", "web-web"}
    assert {one["status"] for one in services(ground).values()} == {"ACTIVE"}


@pytest.mark.parametrize("name", ["web-web", "web-api"])
def test_two_downs_at_once_leave_nothing(ground: Ground, name: str) -> None:
    ground.prepare("shop")

    def delete() -> None:
        ground.census.client("ecs").delete_service(cluster="demo", service=name, force=True)

    ground.proxy.before = once("ecs:DeleteService", delete)
    done = ground.run(DOWN)
    assert done.code == 0, done.err
    assert services(ground) == {}
    assert running(ground) == []

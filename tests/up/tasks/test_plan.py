"""Plans of tasks: up, scale, stop and run against the tasks that run."""

from typing import Any

import pytest

from ecscli.base.errors import InputError
from ecscli.up.model import Ref, RegisterTaskDefinition, RunTask, StopTask
from ecscli.up.tasks.plan import parse_count, plan_run, plan_stop, plan_tasks, plan_tasks_scale
from tests.up.service.builders import NAMES, PREFIX, live, registered, task, wanted_tasks

OLD, NEW = 1, 2


def steps(plan: Any) -> list[str]:
    """The plan in short: `run 3` and `stop 2` for neighbours of one kind."""
    done: list[str] = []
    for action in plan.actions:
        if isinstance(action, StopTask) and done and done[-1].startswith("stop"):
            done[-1] = f"stop {int(done[-1].split()[1]) + 1}"
        elif isinstance(action, StopTask):
            done.append("stop 1")
        elif isinstance(action, RunTask):
            done.append(f"run {action.request['count']}")
        else:
            done.append("register")
    return done


def running(*revisions: int) -> tuple[dict[str, Any], ...]:
    return tuple(task(number, revision) for number, revision in enumerate(revisions))


def test_up_starts_one_task_with_the_originals_request() -> None:
    plan = plan_tasks(wanted_tasks(fields={"launchType": "EC2"}), live())
    assert [action.request for action in plan.actions] == [
        {
            "cluster": "demo",
            "taskDefinition": f"{PREFIX}:task-definition/shop:1",
            "group": "task:shop",
            "count": 1,
            "launchType": "EC2",
            "enableECSManagedTags": True,
        }
    ]


@pytest.mark.parametrize(
    ("tasks", "image", "force", "expected"),
    [
        ((), "nginx:2", False, ["register", "run 1"]),
        ((OLD,), "nginx:1", False, []),
        ((OLD, OLD), "nginx:1", True, ["stop 2", "run 2"]),
        ((OLD, OLD), "nginx:2", False, ["register", "stop 2", "run 2"]),
        (
            (OLD,) * 25,
            "nginx:1",
            True,
            ["stop 10", "run 10", "stop 10", "run 10", "stop 5", "run 5"],
        ),
    ],
)
def test_up(tasks: tuple[int, ...], image: str, force: bool, expected: list[str]) -> None:
    assert steps(plan_tasks(wanted_tasks(image), live(tasks=running(*tasks)), force)) == expected


def test_up_replaces_only_the_tasks_of_other_revisions() -> None:
    plan = plan_tasks(
        wanted_tasks(), live(definition=registered(revision=NEW), tasks=running(NEW, OLD, NEW))
    )
    assert steps(plan) == ["stop 1", "run 1"]
    assert plan.actions[0].request["task"] == running(NEW, OLD)[1]["taskArn"]


@pytest.mark.parametrize(
    ("tasks", "count", "expected"),
    [
        ((), 0, []),
        ((), 2, ["register", "run 2"]),
        ((OLD,) * 3, 3, []),
        ((OLD,) * 3, 1, ["stop 2"]),
        ((OLD,), 26, ["run 10", "run 10", "run 5"]),
    ],
)
def test_scale(tasks: tuple[int, ...], count: int, expected: list[str]) -> None:
    assert (
        steps(plan_tasks_scale(wanted_tasks("nginx:2"), live(tasks=running(*tasks)), count))
        == expected
    )


def test_more_tasks_are_like_the_first_that_runs_whatever_the_files_say() -> None:
    plan = plan_tasks_scale(wanted_tasks("nginx:9"), live(tasks=running(OLD, NEW)), 3)
    assert plan.actions[0].request["taskDefinition"] == f"{PREFIX}:task-definition/shop:{OLD}"


def test_stop_names_every_task() -> None:
    plan = plan_stop(NAMES, running(OLD, NEW))
    assert [action.request["task"] for action in plan.actions] == [
        one["taskArn"] for one in running(OLD, NEW)
    ]


def test_run_sends_the_overrides_even_when_they_are_empty() -> None:
    plan = plan_run(wanted_tasks("nginx:2"), live(tasks=running(OLD)), {"containerOverrides": []})
    assert [type(action) for action in plan.actions] == [RegisterTaskDefinition, RunTask]
    assert plan.actions[1].request["overrides"] == {"containerOverrides": []}
    assert plan.actions[1].request["taskDefinition"] == Ref("taskDefinitionArn", "shop:new")


def test_managed_tags_can_be_turned_off() -> None:
    assert (
        "enableECSManagedTags"
        not in plan_tasks(wanted_tasks(managed_tags=False), live()).actions[0].request
    )
    assert (
        "enableECSManagedTags"
        not in plan_tasks(wanted_tasks(), live(long_arns=False)).actions[0].request
    )


@pytest.mark.parametrize("text", ["two", "", "1.5", "-1", "2147483648", "9" * 5000])
def test_a_count_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(InputError, match="COUNT"):
        parse_count(text)

"""Logs of a whole project: every container with its name, old revisions and replaced tasks too."""

import threading
import time
from typing import Any

import pytest

from ecscli.aws.client import TASKS, Aws
from tests.accounts import write_log
from tests.conftest import Cli

COMPOSE = """\
services:
  web: {image: nginx}
  side: {image: busybox}
"""


class Stage:
    """A cluster with tasks on Fargate that write what we say."""

    def __init__(self, sandbox: Cli, account: Aws) -> None:
        self.sandbox, self.account = sandbox, account
        sandbox.write("compose.yml", COMPOSE)
        sandbox.environment |= {"ECS_CLUSTER": "demo", "COMPOSE_PROJECT_NAME": "shop"}
        account.call("ecs", "create_cluster", clusterName="demo")
        account.call("logs", "create_log_group", logGroupName="/shop")
        subnet = next(account.pages("ec2", "describe_subnets", "Subnets"))["SubnetId"]
        self.network = {"awsvpcConfiguration": {"subnets": [subnet]}}

    def register(self, prefix: str = "v1", driver: str = "awslogs") -> str:
        options = {
            "awslogs-group": "/shop",
            "awslogs-region": "us-east-1",
            "awslogs-stream-prefix": prefix,
        }
        splunk = {"splunk-url": "https://x", "splunk-token": "x"}
        logging = {"logDriver": driver, "options": options if driver == "awslogs" else splunk}
        containers = [
            {"name": "web", "image": "nginx", "logConfiguration": logging},
            {"name": "side", "image": "busybox", "essential": False, "logConfiguration": logging},
        ]
        sizes: dict[str, Any] = {"cpu": "256", "memory": "512", "networkMode": "awsvpc"}
        answer = self.account.call(
            "ecs",
            "register_task_definition",
            family="shop",
            requiresCompatibilities=["FARGATE"],
            executionRoleArn=f"arn:aws:iam::{self.account.account()}:role/exec",
            containerDefinitions=containers,
            **sizes,
        )
        return str(answer["taskDefinition"]["taskDefinitionArn"])

    def run(self) -> str:
        launch: dict[str, Any] = {"launchType": "FARGATE", "networkConfiguration": self.network}
        answer = self.account.call(
            "ecs", "run_task", cluster="demo", taskDefinition="shop", **launch
        )
        return str(answer["tasks"][0]["taskArn"]).rsplit("/", 1)[-1]

    def status(self, task: str) -> str:
        answer = self.account.call("ecs", "describe_tasks", cluster="demo", tasks=[task])
        return str(answer["tasks"][0]["lastStatus"])

    def write(self, prefix: str, container: str, task: str, *lines: tuple[int, str]) -> None:
        now = int(time.time() * 1000)
        events = ((now + when, text) for when, text in lines)
        write_log(self.account, "/shop", f"{prefix}/{container}/{task}", *events)


@pytest.fixture
def stage(sandbox: Cli, account: Aws) -> Stage:
    return Stage(sandbox, account)


def test_all_containers_of_all_tasks_with_their_names(sandbox: Cli, stage: Stage) -> None:
    stage.register()
    one, two = stage.run(), stage.run()
    stage.write("v1", "web", one, (-4000, "first"), (-1000, "last"))
    stage.write("v1", "side", two, (-2000, "beside"))
    result = sandbox("compose", "logs")
    assert result.code == 0, result.err
    assert result.out.splitlines() == [
        f"web/{one[:8]} | first",
        f"side/{two[:8]} | beside",
        f"web/{one[:8]} | last",
    ]
    assert sandbox("compose", "logs", "side", "--no-log-prefix").out == "beside\n"
    assert sandbox("compose", "logs", "--tail", "1", "web", "--no-log-prefix").out == "last\n"
    assert (
        sandbox("compose", "logs", "--tail", "100", "web", "--no-log-prefix").out == "first\nlast\n"
    )
    assert sandbox("compose", "logs", "-n", "0").out == ""
    assert sandbox("compose", "logs", "--filter", "first", "--no-log-prefix").out == "first\n"
    stamped = sandbox("compose", "logs", "-t", "--since", "1h", "--until", "0", "side").out
    assert stamped.startswith(f"side/{two[:8]} | 20")
    lines = sandbox("compose", "logs", "--output", "json").out.splitlines()
    assert len(lines) == 3
    assert '"container": "web"' in lines[0]


def test_tasks_of_an_older_revision_are_read_where_they_write(sandbox: Cli, stage: Stage) -> None:
    stage.register("v1")
    old = stage.run()
    stage.register("v2")
    new = stage.run()
    stage.write("v1", "web", old, (-3000, "old"))
    stage.write("v2", "web", new, (-2000, "new"))
    assert sandbox("compose", "logs", "--no-log-prefix").out == "old\nnew\n"


def test_following_goes_on_through_new_tasks_and_ends_with_the_last_one(
    sandbox: Cli, account: Aws, stage: Stage
) -> None:
    stage.register()
    one = stage.run()
    stage.write("v1", "web", one, (-3000, "one"))

    def replace() -> None:
        two = stage.run()
        stage.write("v1", "web", two, (0, "two"))
        for task in (one, two):
            account.call("ecs", "stop_task", cluster="demo", task=task)

    timer = threading.Timer(0.5, replace)
    timer.start()
    followed = sandbox("compose", "logs", "--follow", "--no-log-prefix")
    timer.join()
    assert followed.code == 0, followed.err
    assert followed.out == "one\ntwo\n"


def test_the_first_line_takes_two_round_trips(
    sandbox: Cli, stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage.register()
    stage.write("v1", "web", stage.run(), (-3000, "hello"))
    rounds: list[str] = []
    side_by_side, one_by_one = Aws.together, Aws.pages

    def together(self: Aws, *thunks: Any) -> Any:
        rounds.append("together")
        return side_by_side(self, *thunks)

    def pages(self: Aws, service: str, operation: str, key: str, **parameters: Any) -> Any:
        rounds.append(operation)
        return one_by_one(self, service, operation, key, **parameters)

    with monkeypatch.context() as patch:
        patch.setattr(Aws, "together", together)
        patch.setattr(Aws, "pages", pages)
        assert sandbox("compose", "logs", "--no-log-prefix").out == "hello\n"
    asked = [name for name in rounds if name != "list_tasks"]
    assert asked[:2] == ["together", "together"]
    assert "filter_log_events" in asked[2:4], "in the second round already"


def test_another_log_driver_is_named(sandbox: Cli, stage: Stage) -> None:
    stage.register(driver="splunk")
    stage.run()
    result = sandbox("compose", "logs")
    assert (result.code, result.out) == (0, "")
    assert "container web logs with splunk" in result.err
    assert "container side logs with splunk" in result.err


def test_following_ends_where_no_container_can_be_read(sandbox: Cli, stage: Stage) -> None:
    stage.register(driver="splunk")
    stage.run()
    result = sandbox("compose", "logs", "--follow")
    assert (result.code, result.out) == (0, "")
    assert "splunk" in result.err


def test_the_logs_of_a_service(sandbox: Cli, account: Aws, stage: Stage) -> None:
    stage.register()
    stage.run()
    launch: dict[str, Any] = {"launchType": "FARGATE", "networkConfiguration": stage.network}
    account.call(
        "ecs",
        "create_service",
        cluster="demo",
        serviceName="shop",
        taskDefinition="shop",
        desiredCount=1,
        **launch,
    )
    tasks: list[str] = []
    for _ in account.poll(
        lambda: tasks.extend(
            account.pages("ecs", "list_tasks", "taskArns", cluster="demo", serviceName="shop")
        ),
        lambda _: bool(tasks),
        TASKS,
        30,
    ):
        pass
    task = tasks[0].rsplit("/", 1)[-1]
    stage.write("v1", "web", task, (-3000, "of the service"))
    result = sandbox("compose", "service", "logs")
    assert (result.code, result.out) == (0, f"web/{task[:8]} | of the service\n")


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("compose", "logs"), 'project "shop" has no tasks in cluster demo'),
        (("compose", "logs", "--follow"), 'project "shop" has no tasks in cluster demo'),
        (("compose", "logs", "db"), 'the project has no service "db"'),
        (("compose", "logs", "--tail", "many"), "--tail"),
        (("compose", "logs", "-f", "--until", "5"), "--follow can not be used with --until"),
        (("compose", "service", "logs"), "there is no service shop in cluster demo"),
    ],
)
def test_bad_input(sandbox: Cli, stage: Stage, arguments: tuple[str, ...], told: str) -> None:
    result = sandbox(*arguments)
    assert result.code == 2, result.err
    assert told in result.err

"""Two at once, and answers that got lost: what was wanted is there in the end, and the command says
so."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest

from ecscli.sandbox import process
from tests.commands.calls import Calls, lose_answer
from tests.commands.test_cluster import at_line, control, ctrl_c
from tests.conftest import Cli, Result, private_environment

WAITS = ("--timeout", "0.5", "--no-wait")
UP = ("up", "--cluster", "demo", "--capability-iam", *WAITS)
SCALE = ("scale", "--capability-iam", "--size", "2", *WAITS)
DOWN = ("down", "--force", "--timeout", "0.5")
STACK = "amazon-ecs-cli-setup-demo"


@pytest.fixture(autouse=True)
def region(sandbox: Cli) -> None:
    sandbox.environment |= {"AWS_REGION": "us-east-1", "ECS_CLUSTER": "demo"}


@pytest.fixture
def aws(sandbox: Cli) -> Callable[[str], Any]:
    keys = {"region_name": "us-east-1", "aws_access_key_id": "x", "aws_secret_access_key": "x"}
    url = process.ensure(sandbox.environment)
    return lambda service: boto3.client(service, endpoint_url=url, **keys)  # type: ignore[call-overload]


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> Calls:
    return Calls(monkeypatch)


def meanwhile(calls: Calls, at: str, other: Callable[[], Result]) -> list[Result]:
    """Hold the command up ahead of its first call of that name, and run another one from beginning
    to end."""
    begun, results = [False], list[Result]()

    def run(name: str, number: int) -> None:
        if name == at and not begun[0]:
            begun[0] = True
            results.append(other())

    calls.before = run
    return results


def stack_names(aws: Callable[[str], Any]) -> list[str]:
    return [row["StackName"] for row in aws("cloudformation").describe_stacks()["Stacks"]]


class TestLostAnswers:
    """A retry meets what the first attempt did."""

    @pytest.mark.parametrize("operation", ["CreateCluster", "CreateChangeSet", "ExecuteChangeSet"])
    def test_up(self, sandbox: Cli, monkeypatch: pytest.MonkeyPatch, operation: str) -> None:
        lost = lose_answer(monkeypatch, operation)
        made = sandbox(*UP)
        assert lost
        assert made.code == 0, made.err
        assert "Cluster creation succeeded." in made.out

    @pytest.mark.parametrize(
        "operation", ["CreateChangeSet", "ExecuteChangeSet", "DeleteChangeSet"]
    )
    def test_up_again(self, sandbox: Cli, monkeypatch: pytest.MonkeyPatch, operation: str) -> None:
        assert sandbox(*UP).code == 0
        lost = lose_answer(monkeypatch, operation)
        size = () if operation == "DeleteChangeSet" else ("--size", "2")
        changed = sandbox(*UP, *size, "--output", "json")
        assert lost
        assert changed.code == 0, changed.err
        assert changed.json["changed"] is bool(size)

    def test_scale(
        self, sandbox: Cli, monkeypatch: pytest.MonkeyPatch, aws: Callable[[str], Any]
    ) -> None:
        assert sandbox(*UP).code == 0
        lost = lose_answer(monkeypatch, "UpdateStack")
        scaled = sandbox(*SCALE)
        assert lost
        assert scaled.code == 0, scaled.err
        (group,) = aws("autoscaling").describe_auto_scaling_groups()["AutoScalingGroups"]
        assert group["MaxSize"] == 2

    @pytest.mark.parametrize(
        "operation", ["DeleteService", "StopTask", "DeleteStack", "DeleteCluster"]
    )
    def test_down(
        self,
        sandbox: Cli,
        monkeypatch: pytest.MonkeyPatch,
        aws: Callable[[str], Any],
        operation: str,
    ) -> None:
        assert sandbox(*UP).code == 0
        run_something(aws("ecs"))
        lost = lose_answer(monkeypatch, operation)
        gone = sandbox(*DOWN)
        assert lost
        assert gone.code == 0, gone.err
        assert "Deleted cluster demo" in gone.err
        assert stack_names(aws) == []


def run_something(ecs: Any) -> None:
    """A task and a service."""
    container = {"name": "web", "image": "nginx", "memory": 64}
    ecs.register_task_definition(family="web", containerDefinitions=[container])
    ecs.create_service(cluster="demo", serviceName="shop", taskDefinition="web", desiredCount=0)
    ecs.run_task(cluster="demo", taskDefinition="web")


class TestTwoAtOnce:
    @pytest.mark.parametrize(
        "at",
        [
            "ecs.create_cluster",
            *(f"cloudformation.{verb}_change_set" for verb in ("create", "describe", "execute")),
        ],
    )
    def test_two_make_one_cluster(
        self, sandbox: Cli, calls: Calls, aws: Callable[[str], Any], tmp_path: Path, at: str
    ) -> None:
        others = meanwhile(calls, at, lambda: sandbox(*UP, HOME=str(tmp_path / "other")))
        mine = sandbox(*UP, "--output", "json")
        assert [one.code for one in (mine, *others)] == [0, 0], mine.err
        assert mine.json["outputs"]["VpcId"].startswith("vpc-")
        assert stack_names(aws) == [STACK]

    @pytest.mark.parametrize("verb", ["create", "describe", "execute"])
    def test_two_change_one_cluster_and_both_changes_count(
        self, sandbox: Cli, calls: Calls, aws: Callable[[str], Any], verb: str
    ) -> None:
        assert sandbox(*UP).code == 0
        others = meanwhile(
            calls, f"cloudformation.{verb}_change_set", lambda: sandbox(*UP, "--size", "2")
        )
        mine = sandbox(*UP, "--instance-type", "t3.small")
        assert [one.code for one in (mine, *others)] == [0, 0], mine.err
        known = aws("cloudformation").describe_stacks(StackName=STACK)["Stacks"][0]["Parameters"]
        values = {row["ParameterKey"]: row["ParameterValue"] for row in known}
        assert (values["EcsInstanceType"], values["AsgMaxSize"]) == ("t3.small", "2")

    def test_a_scale_that_comes_second_says_so(self, sandbox: Cli, calls: Calls) -> None:
        assert sandbox(*UP).code == 0
        meanwhile(
            calls,
            "cloudformation.update_stack",
            lambda: sandbox("scale", "--capability-iam", "--size", "2"),
        )
        same = sandbox(*SCALE)
        assert same.code == 0, same.err

    @pytest.mark.parametrize(
        "at",
        [
            *(
                "ecs.list_services",
                "ecs.list_tasks",
                "ecs.list_container_instances",
                "ecs.delete_service",
            ),
            *("ecs.describe_services", "ecs.stop_task", "ecs.delete_cluster"),
            *("cloudformation.delete_stack", "cloudformation.describe_stack_events"),
            *("cloudformation.list_stack_resources",),
        ],
    )
    def test_two_delete_one_cluster(
        self, sandbox: Cli, calls: Calls, aws: Callable[[str], Any], at: str
    ) -> None:
        assert sandbox(*UP).code == 0
        run_something(aws("ecs"))
        others = meanwhile(calls, at, lambda: sandbox(*DOWN))
        mine = sandbox(*DOWN)
        assert [one.code for one in (mine, *others)] == [0, 0], mine.err
        assert "create it" not in mine.err
        assert stack_names(aws) == []
        assert aws("ecs").list_clusters()["clusterArns"] == []


class TestFollowing:
    """On a sandbox as slow as AWS: the first `up` is at work while the second one comes."""

    @pytest.fixture
    def slow(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Cli]:
        environment = private_environment(tmp_path / "slow")
        process.start(environment, process.Options(pace=1))
        variables = {"ECSCLI_SANDBOX": "1", "AWS_REGION": "us-east-1", "ECS_CLUSTER": "demo"}
        yield Cli(tmp_path / "project", {**environment, **variables}, monkeypatch)
        process.stop(environment)

    def test_the_second_up_says_that_another_one_is_under_way_and_follows_it(
        self, slow: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        at_line(monkeypatch, "CREATE_IN_PROGRESS", ctrl_c)
        assert slow(*UP).code == 130
        url = process.ensure(slow.environment)
        at_line(monkeypatch, "Following", lambda: control(url, "advance", seconds=1800))
        second = slow(*UP, HOME=str(tmp_path / "other"))
        assert second.code == 0, second.err
        assert f"Another `up` is under way on stack {STACK}" in second.err
        assert "ValidationError" not in second.err
        assert "as it should be" in second.out

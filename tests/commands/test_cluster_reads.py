"""Plans only read: the calls of `plan`, `--dry-run`, `ps`, `render`, and what an `up` beside a plan is left with."""

from typing import Any

import boto3
import pytest

from ecscli.sandbox import process
from tests.commands.calls import Calls
from tests.conftest import Cli

UP = ("up", "--cluster", "demo", "--capability-iam", "--timeout", "0.5", "--no-wait")
STACK = "amazon-ecs-cli-setup-demo"


@pytest.fixture(autouse=True)
def region(sandbox: Cli) -> None:
    sandbox.environment |= {"AWS_REGION": "us-east-1", "ECS_CLUSTER": "demo"}


@pytest.fixture
def stacks(sandbox: Cli) -> Any:
    keys = {"region_name": "us-east-1", "aws_access_key_id": "x", "aws_secret_access_key": "x"}
    return boto3.client("cloudformation", endpoint_url=process.ensure(sandbox.environment), **keys)


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> Calls:
    return Calls(monkeypatch)


DISCOVERY = ("--enable-service-discovery", "--private-dns-namespace", "corp", "--vpc")
CHANGED = ("--instance-type", "t3.small", "--port", "443")


def test_plans_of_a_cluster_write_nothing(sandbox: Cli, calls: Calls) -> None:
    for command in (("plan", "--capability-iam"), (*UP, "--dry-run")):
        assert sandbox(*command).code == 3
    assert calls.writes == set()
    made = sandbox(*UP, "--output", "json")
    assert made.code == 0, made.err
    calls.names.clear()
    assert sandbox("plan").code == 0
    assert sandbox("plan", *CHANGED).code == 3
    assert sandbox("up", *CHANGED, "--dry-run").code == 3
    assert sandbox("ps").code == 0
    assert sandbox("render").code == 0
    sandbox.write("compose.yml", "services: {web: {image: nginx, mem_limit: 64m}}\n")
    discovery = (*DISCOVERY, made.json["outputs"]["VpcId"], "--sd-container-name", "web", "--sd-container-port", "80")
    service = sandbox("compose", "service", "up", "--dry-run", *discovery)
    assert service.code == 3, service.err
    assert "deploy stack amazon-ecs-cli-setup-service-discovery-service" in service.out
    assert calls.writes == set()


def test_a_plan_says_what_it_knows_and_how_well(sandbox: Cli) -> None:
    assert sandbox(*UP).code == 0
    sandbox.write("ecs-cluster.yml", "capability-iam: true\nnetwork: {cidr: 10.9.0.0/16}\n")
    shown = sandbox("plan")
    assert "! Vpc (AWS::EC2::VPC) will be REPLACED, as far as known: vpc-" in shown.out
    assert "Properties.CidrBlock: 10.0.0.0/16 -> 10.9.0.0/16" in shown.out
    ours, theirs = (
        sandbox("plan", "--output", "json").json["stack"],
        sandbox("plan", "--change-set", "--output", "json"),
    )
    assert ours["asFarAsKnown"] is True
    assert theirs.json["stack"]["asFarAsKnown"] is False
    verdicts = {one["logicalId"]: one["replacement"] for one in ours["changes"]}
    assert verdicts == {one["logicalId"]: one["replacement"] for one in theirs.json["stack"]["changes"]}
    vpc = next(one for one in ours["changes"] if one["logicalId"] == "Vpc")
    assert vpc["physicalId"].startswith("vpc-")


def test_the_verdict_of_cloudformation_leaves_nothing_behind(sandbox: Cli, stacks: Any) -> None:
    shown = sandbox("up", "--capability-iam", "--dry-run", "--change-set", "--output", "json")
    assert shown.code == 3, shown.err
    assert shown.json["stack"]["name"] == STACK
    assert stacks.describe_stacks()["Stacks"] == []
    assert sandbox(*UP).code == 0
    assert sandbox("plan", "--change-set", "--size", "2").code == 3
    assert stacks.list_change_sets(StackName=STACK)["Summaries"] == []


PLAN_CALLS = ("describe_stacks", "get_template")
ASKING_CALLS = (*PLAN_CALLS, "create_change_set", "describe_change_set", "delete_change_set", "list_change_sets")
BESIDE = [(("plan",), name) for name in PLAN_CALLS]
BESIDE += [(("plan", "--change-set"), name) for name in (*ASKING_CALLS, "delete_stack")]
BESIDE += [(("up", "--dry-run"), "describe_stacks"), (("up", "--dry-run", "--change-set"), "delete_stack")]


@pytest.mark.parametrize(("command", "at"), BESIDE, ids=[f"{' '.join(command)}-{at}" for command, at in BESIDE])
def test_a_cluster_made_beside_a_plan_stands(
    sandbox: Cli, stacks: Any, calls: Calls, command: tuple[str, ...], at: str
) -> None:
    """The plan is held up ahead of one call, and a whole `up` runs meanwhile."""
    made = []

    def up_meanwhile(name: str, number: int) -> None:
        if name == f"cloudformation.{at}" and not made:
            made.append(None)
            made[0] = sandbox(*UP)

    calls.before = up_meanwhile
    assert sandbox(*command, "--capability-iam").code in (0, 3)
    assert made[0] is not None
    assert made[0].code == 0, made[0].err
    (stack,) = stacks.describe_stacks()["Stacks"]
    assert (stack["StackName"], stack["StackStatus"]) == (STACK, "CREATE_COMPLETE")
    assert sandbox("plan").code == 0


def test_a_change_set_of_somebody_else_is_left_alone(sandbox: Cli, stacks: Any) -> None:
    body = "Resources: {Gateway: {Type: 'AWS::EC2::InternetGateway'}}"
    stacks.create_change_set(StackName=STACK, ChangeSetName="theirs", ChangeSetType="CREATE", TemplateBody=body)
    for command in (("plan",), ("plan", "--change-set")):
        assert sandbox(*command, "--capability-iam").code == 3
    (row,) = stacks.list_change_sets(StackName=STACK)["Summaries"]
    assert row["ChangeSetName"] == "theirs"

"""Plans only read: the calls of `plan`, `--dry-run`, `ps`, `render`, and what an `up` beside a plan
is left with."""

import json
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


def client_keys(sandbox: Cli) -> dict[str, Any]:
    keys = {"region_name": "us-east-1", "aws_access_key_id": "x", "aws_secret_access_key": "x"}
    return {"endpoint_url": process.ensure(sandbox.environment), **keys}


@pytest.fixture
def stacks(sandbox: Cli) -> Any:
    return boto3.client("cloudformation", **client_keys(sandbox))


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
    sandbox.write("compose.yml", "services: {web: {image: nginx, mem_limit: 64m, ports: ['80']}}\n")
    discovery = (
        *DISCOVERY,
        made.json["outputs"]["VpcId"],
        "--sd-container-name",
        "web",
        "--sd-container-port",
        "80",
    )
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
    assert verdicts == {
        one["logicalId"]: one["replacement"] for one in theirs.json["stack"]["changes"]
    }
    vpc = next(one for one in ours["changes"] if one["logicalId"] == "Vpc")
    assert vpc["physicalId"].startswith("vpc-")


SECRET = "{{resolve:secretsmanager:prod/db}}"
PARAMS = f"""
run_params:
  service_discovery:
    private_dns_namespace: {{name: corp, vpc: vpc-1, description: '{SECRET}'}}
"""


def test_names_of_service_discovery_are_not_carried_out_by_cloudformation(
    sandbox: Cli, calls: Calls
) -> None:
    sandbox.write("compose.yml", "services: {web: {image: nginx, mem_limit: 64m}}\n")
    up = ("compose", "service", "up", "--enable-service-discovery")
    by_flag = sandbox(*up, "--private-dns-namespace", SECRET, "--vpc", "vpc-1", "--dns-type", "A")
    assert by_flag.code == 2
    assert (
        "--private-dns-namespace: CloudFormation would carry out {{resolve:...}} here"
        in by_flag.err
    )
    sandbox.write("ecs-params.yml", PARAMS)
    by_file = sandbox(*up, "--dns-type", "A")
    assert by_file.code == 2
    assert "ecs-params.yml:4:" in by_file.err
    assert "private_dns_namespace.description: CloudFormation would carry out" in by_file.err
    assert calls.writes == set()


def test_what_is_open_to_the_world_is_said_before_it_is(sandbox: Cli) -> None:
    shown = sandbox("plan", "--capability-iam")
    assert "Port 80 (tcp) is open to the world: 0.0.0.0/0" in shown.err
    assert "SSH" not in shown.err.replace("log in to the instances by SSH", "")
    asked = sandbox("plan", "--capability-iam", "--port", "22")
    assert "warning: --port: SSH, port 22, is open to the world: 0.0.0.0/0" in asked.err
    assert "Session Manager" in asked.err


def test_a_bounded_role_that_session_manager_can_use(sandbox: Cli, stacks: Any) -> None:
    iam = boto3.client("iam", **client_keys(sandbox))
    statement = {"Effect": "Allow", "Action": "*", "Resource": "*"}
    document = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    made_policy = iam.create_policy(PolicyName="boundary", PolicyDocument=document)
    policy = made_policy["Policy"]["Arn"]
    capacity = f"{{permissions-boundary: '{policy}', session-manager: true, imds-hop-limit: 1}}"
    sandbox.write("ecs-cluster.yml", f"capability-iam: true\ncapacity: {capacity}\n")
    made = sandbox(*UP)
    assert made.code == 0, made.err
    row = stacks.describe_stack_resource(StackName=STACK, LogicalResourceId="EcsInstanceRole")
    role = row["StackResourceDetail"]["PhysicalResourceId"]
    assert (
        iam.get_role(RoleName=role)["Role"]["PermissionsBoundary"]["PermissionsBoundaryArn"]
        == policy
    )
    attached = iam.list_attached_role_policies(RoleName=role)["AttachedPolicies"]
    assert "AmazonSSMManagedInstanceCore" in {one["PolicyName"] for one in attached}
    assert sandbox("plan").code == 0


def test_the_verdict_of_cloudformation_leaves_nothing_behind(sandbox: Cli, stacks: Any) -> None:
    shown = sandbox("up", "--capability-iam", "--dry-run", "--change-set", "--output", "json")
    assert shown.code == 3, shown.err
    assert shown.json["stack"]["name"] == STACK
    assert stacks.describe_stacks()["Stacks"] == []
    assert sandbox(*UP).code == 0
    assert sandbox("plan", "--change-set", "--size", "2").code == 3
    assert stacks.list_change_sets(StackName=STACK)["Summaries"] == []


PLAN_CALLS = ("describe_stacks", "get_template")
ASKING_CALLS = (
    *PLAN_CALLS,
    "create_change_set",
    "describe_change_set",
    "delete_change_set",
    "list_change_sets",
)
BESIDE = [(("plan",), name) for name in PLAN_CALLS]
BESIDE += [(("plan", "--change-set"), name) for name in (*ASKING_CALLS, "delete_stack")]
BESIDE += [
    (("up", "--dry-run"), "describe_stacks"),
    (("up", "--dry-run", "--change-set"), "delete_stack"),
]


@pytest.mark.parametrize(
    ("command", "at"), BESIDE, ids=[f"{' '.join(command)}-{at}" for command, at in BESIDE]
)
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
    stacks.create_change_set(
        StackName=STACK, ChangeSetName="theirs", ChangeSetType="CREATE", TemplateBody=body
    )
    for command in (("plan",), ("plan", "--change-set")):
        assert sandbox(*command, "--capability-iam").code == 3
    (row,) = stacks.list_change_sets(StackName=STACK)["Summaries"]
    assert row["ChangeSetName"] == "theirs"

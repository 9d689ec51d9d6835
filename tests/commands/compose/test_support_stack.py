"""The execution role that a task needs: found in the account, made in the project's support stack
with consent, refused without."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest

from ecscli.sandbox import process
from tests.conftest import Cli, Result

IMAGE = "123456789012.dkr.ecr.us-east-1.amazonaws.com/app:1"
LOGS = """\
services:
  web:
    image: nginx
    ports: ["80:80"]
    logging:
      driver: awslogs
      options: {awslogs-group: /ecs/shop, awslogs-region: us-east-1, awslogs-stream-prefix: web}
"""
SECRET = """\
    secrets: [{source: token, target: TOKEN}]
secrets: {token: {external: true, name: %s}}
"""
TRUST = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Principal": {"Service": "ecs-tasks.amazonaws.com"},
            "Action": "sts:AssumeRole",
        }
    ],
}
MANAGED = "arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy"
ACCOUNT_ROLE = "ecsTaskExecutionRole"
STACK = "ecscli-demo-shop"
IAM = "--capability-iam"


class Shop:
    """A project on a cluster for Fargate."""

    def __init__(self, cli: Cli) -> None:
        self.cli = cli
        cli.environment |= {"AWS_REGION": "us-east-1", "ECS_CLUSTER": "demo"}
        cli.write("compose.yml", LOGS)
        made = cli("up", "--launch-type", "FARGATE", "--timeout", "0.5")
        assert made.code == 0, made.err
        self.client("logs").create_log_group(logGroupName="/ecs/shop")

    def client(self, service: str) -> Any:
        import boto3

        keys = {"aws_access_key_id": "test", "aws_secret_access_key": "test"}
        url = process.ensure(self.cli.environment)
        return boto3.client(service, region_name="us-east-1", endpoint_url=url, **keys)

    def __call__(self, *words: str) -> Result:
        return self.cli("compose", "-p", "shop", *words)

    def stack(self, name: str = STACK) -> dict[str, Any]:
        [found] = self.client("cloudformation").describe_stacks(StackName=name)["Stacks"]
        return dict(found)

    def stacks(self) -> list[str]:
        rows = self.client("cloudformation").describe_stacks()["Stacks"]
        return [row["StackName"] for row in rows if row["StackName"].startswith("ecscli-")]

    def role(self) -> str:
        [output] = self.stack()["Outputs"]
        return str(output["OutputValue"])

    def read_rights(self) -> list[dict[str, Any]]:
        """The statements of the role's own policy."""
        name = self.role().rpartition("/")[2]
        policy = self.client("iam").get_role_policy(RoleName=name, PolicyName="read")
        statements: list[dict[str, Any]] = policy["PolicyDocument"]["Statement"]
        return statements

    def registered(self) -> dict[str, Any]:
        found: dict[str, Any] = self.client("ecs").describe_task_definition(taskDefinition="shop")[
            "taskDefinition"
        ]
        return found

    def account_role(self, trust: Any = TRUST, *policies: str) -> str:
        made = self.client("iam").create_role(
            RoleName=ACCOUNT_ROLE, AssumeRolePolicyDocument=json.dumps(trust)
        )
        for policy in policies:
            self.client("iam").attach_role_policy(RoleName=ACCOUNT_ROLE, PolicyArn=policy)
        return str(made["Role"]["Arn"])


@pytest.fixture
def shop(sandbox: Cli) -> Shop:
    return Shop(sandbox)


def test_without_consent_nothing_is_made(shop: Shop) -> None:
    for verb in (("up",), ("service", "up"), ("plan",), ("run",), ("create",)):
        refused = shop(*verb)
        assert refused.code == 2, refused.err
        message = "compose.yml:5:5: services.web.logging: needs an execution role, and the account"
        assert f"{message} has no role {ACCOUNT_ROLE}" in refused.err
        assert f"--capability-iam makes ExecutionRole in stack {STACK}" in refused.err
    assert shop.stacks() == []
    assert not shop.client("ecs").list_task_definitions()["taskDefinitionArns"]


@pytest.mark.parametrize("verb", [("up",), ("service", "up")], ids=" ".join)
def test_the_role_is_made_in_the_support_stack(shop: Shop, verb: tuple[str, ...]) -> None:
    wait = ("--timeout", "0.5", "--output", "json")
    assert f"executionRoleArn: <{STACK}.ExecutionRole>" in shop(*verb, IAM, "--dry-run").out
    plan = shop(*verb, IAM, "--dry-run", "--output", "json")
    assert [action["subject"] for action in plan.json["actions"]][:2] == [STACK, "shop"]
    assert plan.json["actions"][1]["request"]["executionRoleArn"] == {
        "ref": f"{STACK}.ExecutionRole"
    }
    assert shop.stacks() == []
    up = shop(*verb, IAM, *wait)
    assert up.code == 0, up.err
    assert up.json["stack"] == {"name": STACK, "changed": True}
    assert shop.registered()["executionRoleArn"] == shop.role()
    tags = {tag["Key"]: tag["Value"] for tag in shop.stack()["Tags"]}
    assert tags == {"ecscli:project": "shop", "ecscli:cluster": "demo"}
    again = shop(*verb, *wait)
    assert again.code == 0, again.err
    assert again.json["stack"] == {"name": STACK, "changed": False}
    assert "Nothing to change" in again.err
    assert shop(*verb, IAM, "--dry-run").code == 0
    assert len(shop.client("cloudformation").list_change_sets(StackName=STACK)["Summaries"]) <= 1


def test_the_role_reads_the_secrets_of_the_project(shop: Shop) -> None:
    arn = shop.client("secretsmanager").create_secret(Name="token", SecretString="s")["ARN"]
    other = shop.client("secretsmanager").create_secret(Name="other", SecretString="s")["ARN"]
    shop.cli.write("compose.yml", LOGS + SECRET % arn)
    assert shop("service", "up", IAM, "--timeout", "0.5").code == 0
    [right] = shop.read_rights()
    assert right["Resource"] == [arn]
    shop.cli.write("compose.yml", LOGS + SECRET % other)
    refused = shop("service", "up")
    assert refused.code == 2
    assert f"role ExecutionRole of stack {STACK} may not read {other}" in refused.err
    planned = shop("service", "plan", IAM)
    assert planned.code == 3
    assert planned.out.index(f"~ deploy stack {STACK}") < planned.out.index("register task")
    assert other.split(":", 5)[-1] in planned.out
    changed = shop("service", "up", IAM, "--timeout", "0.5")
    assert changed.code == 0, changed.err
    assert set(shop.read_rights()[0]["Resource"]) == {arn, other}
    assert "Nothing to change" in shop("service", "up", "--timeout", "0.5").err


def test_the_role_of_the_account_is_taken(shop: Shop) -> None:
    arn = shop.account_role(TRUST, MANAGED)
    up = shop("up", IAM, "--timeout", "0.5")
    assert up.code == 0, up.err
    assert f"execution role {arn}: the files name none" in up.err
    assert shop.registered()["executionRoleArn"] == arn
    assert shop.stacks() == []


@pytest.mark.parametrize(
    ("trust", "policies", "why"),
    [
        ({"Version": "2012-10-17", "Statement": []}, (MANAGED,), "cannot be assumed by ecs-tasks"),
        (TRUST, (), "may not logs:CreateLogStream on arn:aws:logs:us-east-1:"),
    ],
    ids=["trust", "rights"],
)
def test_a_role_of_the_account_that_does_not_fit_is_named(
    shop: Shop, trust: Any, policies: tuple[str, ...], why: str
) -> None:
    shop.account_role(trust, *policies)
    refused = shop("up")
    assert refused.code == 2
    assert f"role {ACCOUNT_ROLE} {why}" in refused.err
    made = shop("up", IAM, "--timeout", "0.5")
    assert made.code == 0, made.err
    assert shop.registered()["executionRoleArn"] == shop.role()


def test_a_stack_of_others_is_left_alone(shop: Shop) -> None:
    assert shop("up", IAM, "--timeout", "0.5").code == 0
    shop.client("ecs").create_cluster(clusterName="demo-a")
    other = shop.cli("compose", "-p", "a-shop", "up", IAM, "--cluster", "demo")
    assert other.code == 0, other.err  # ecscli-demo-a-shop
    refused = shop.cli(
        "compose", "-p", "shop", "up", IAM, "--cluster", "demo-a", "--launch-type", "FARGATE"
    )
    assert refused.code == 2
    assert "stack ecscli-demo-a-shop belongs to project a-shop on cluster demo" in refused.err


def test_a_cluster_file_gives_consent(shop: Shop) -> None:
    shop.cli.write(
        "ecs-cluster.yml", "version: 1\ncluster: demo\nlaunch-type: FARGATE\ncapability-iam: true\n"
    )
    up = shop("up", "--timeout", "0.5")
    assert up.code == 0, up.err
    assert shop.stacks() == [STACK]


def test_a_role_that_files_name_is_used(shop: Shop) -> None:
    shop.client("iam").create_role(RoleName="mine", AssumeRolePolicyDocument=json.dumps(TRUST))
    shop.cli.write("ecs-params.yml", "task_definition: {task_execution_role: mine}\n")
    up = shop("up", IAM, "--timeout", "0.5")
    assert up.code == 0, up.err
    assert shop.registered()["executionRoleArn"] == "mine"
    assert shop.stacks() == []


def test_down_deletes_the_stack_after_the_last_user(shop: Shop) -> None:
    assert shop("up", IAM, "--timeout", "0.5").code == 0
    assert shop("service", "up", "--timeout", "0.5").code == 0
    kept = shop("down", "--timeout", "0.5")
    assert kept.code == 0, kept.err
    assert f"stack {STACK} stays: service shop is there" in kept.err
    shown = shop("service", "rm", "--dry-run")
    assert f"- delete stack {STACK}" in shown.out
    assert shop.stacks() == [STACK]
    gone = shop("service", "rm", "--timeout", "0.5")
    assert gone.code == 0, gone.err
    assert shop.stacks() == []
    roles = shop.client("iam").list_roles()["Roles"]
    assert not [role for role in roles if role["RoleName"].startswith(STACK)]
    assert 'No task of project "shop" is running' in shop("down").err


def test_a_service_goes_before_tasks_and_stop_keeps_the_stack(shop: Shop) -> None:
    assert shop("up", IAM, "--timeout", "0.5").code == 0
    assert shop("service", "up", "--timeout", "0.5").code == 0
    kept = shop("service", "rm", "--timeout", "0.5")
    assert f"stack {STACK} stays: tasks of shop run" in kept.err
    assert shop("stop", "--timeout", "0.5").code == 0
    assert shop.stacks() == [STACK]
    down = shop("down", "--timeout", "0.5", "--output", "json")
    assert down.code == 0, down.err
    assert down.json["changed"] is True
    assert shop.stacks() == []


def test_layout_services_keeps_the_stack_until_it_goes(shop: Shop) -> None:
    layout = ("--layout", "services")
    assert shop("up", IAM, "--timeout", "0.5").code == 0
    made = shop(*layout, "up", "--timeout", "0.5")
    assert made.code == 0, made.err
    kept = shop("down", "--timeout", "0.5")
    assert kept.code == 0, kept.err
    assert f"stack {STACK} stays: shop-web of layout services run" in kept.err
    assert shop.stacks() == [STACK]
    gone = shop(*layout, "down", "--timeout", "0.5")
    assert gone.code == 0, gone.err
    assert shop.stacks() == []


def test_the_cluster_takes_the_stacks_of_its_projects_with_it(shop: Shop) -> None:
    assert shop("up", IAM, "--timeout", "0.5").code == 0
    down = shop.cli("down", "--force")
    assert down.code == 0, down.err
    assert f"    - stack {STACK}" in down.out + down.err
    assert shop.stacks() == []


def test_the_command_that_up_prints_next_works_as_it_is(shop: Shop) -> None:
    shop.cli.write("compose.yml", "services: {web: {image: nginx, ports: ['80:80']}}\n")
    for flags, role in ((("--launch-type", "FARGATE"), True), (("--capability-iam",), False)):
        up = shop.cli("up", IAM, *flags, "--cluster", f"next-{role}".lower(), "--timeout", "1")
        assert up.code == 0, up.err
        [words] = [line for line in up.err.splitlines() if line.startswith("Next: ecscli ")]
        done = shop.cli(*words.removeprefix("Next: ecscli ").split())
        assert done.code == 0, done.err
        assert "web:80 is published at http://" in done.err
        group = "logs of web go to log group"
        assert group in done.err


def test_secrets_on_instances_need_the_role_too(shop: Shop) -> None:
    assert shop.cli("up", IAM, "--cluster", "ec2", "--timeout", "1").code == 0
    shop.client("ssm").put_parameter(Name="/shop/token", Value="s", Type="SecureString")
    shop.cli.write("compose.yml", LOGS + SECRET % "/shop/token")
    refused = shop("up", "--cluster", "ec2")
    assert refused.code == 2
    assert "services.web.secrets: needs an execution role" in refused.err
    up = shop("service", "up", IAM, "--cluster", "ec2", "--timeout", "0.5")
    assert up.code == 0, up.err
    name = str(shop.registered()["executionRoleArn"]).rpartition("/")[2]
    policy = shop.client("iam").get_role_policy(RoleName=name, PolicyName="read")
    [right] = policy["PolicyDocument"]["Statement"]
    assert right["Action"] == "ssm:GetParameters"
    assert right["Resource"] == ["arn:aws:ssm:us-east-1:123456789012:parameter/shop/token"]
    gone = shop("service", "rm", "--cluster", "ec2", "--timeout", "0.5")
    assert gone.code == 0, gone.err
    assert shop.stacks() == []


def failed_stack(shop: Shop) -> None:
    """A stack of the project whose creation was rolled back."""
    iam = shop.client("iam")
    iam.create_role(RoleName="taken", AssumeRolePolicyDocument=json.dumps(TRUST))
    role = {"RoleName": "taken", "AssumeRolePolicyDocument": TRUST}
    resources = {"ExecutionRole": {"Type": "AWS::IAM::Role", "Properties": role}}
    tags = {"ecscli:project": "shop", "ecscli:cluster": "demo"}
    cloudformation = shop.client("cloudformation")
    cloudformation.create_stack(
        StackName=STACK,
        TemplateBody=json.dumps({"Resources": resources}),
        Capabilities=["CAPABILITY_NAMED_IAM"],
        Tags=[{"Key": key, "Value": value} for key, value in tags.items()],
    )
    for _ in range(100):
        if shop.stack()["StackStatus"] == "ROLLBACK_COMPLETE":
            return
        time.sleep(0.05)
    raise AssertionError(shop.stack()["StackStatus"])


def test_a_stack_that_was_rolled_back_is_made_anew(shop: Shop) -> None:
    failed_stack(shop)
    up = shop("up", IAM, "--timeout", "0.5")
    assert up.code == 0, up.err
    assert shop.stack()["StackStatus"] == "CREATE_COMPLETE"
    assert shop.registered()["executionRoleArn"] == shop.role()


def test_down_takes_the_record_of_a_stack_that_was_never_made(shop: Shop) -> None:
    failed_stack(shop)
    down = shop("down", "--timeout", "0.5")
    assert down.code == 0, down.err
    assert shop.stacks() == []

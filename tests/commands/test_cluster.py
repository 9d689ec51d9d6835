"""Stories of a cluster, told through the command line on the sandbox: made, changed, taken over,
lost, deleted."""

import json
import re
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest

from ecscli.sandbox import process
from ecscli.terminal.console import Console
from ecscli.up.model import Event
from tests.commands import original_stack
from tests.conftest import Cli, private_environment

UP = ("up", "--cluster", "demo", "--capability-iam", "--timeout", "0.5")
STACK = "amazon-ecs-cli-setup-demo"


@pytest.fixture
def url(sandbox: Cli) -> str:
    return process.ensure(sandbox.environment)


@pytest.fixture
def aws(url: str) -> Callable[[str], Any]:
    keys = {
        "endpoint_url": url,
        "region_name": "us-east-1",
        "aws_access_key_id": "x",
        "aws_secret_access_key": "x",
    }
    return lambda service: boto3.client(service, **keys)  # type: ignore[call-overload]


@pytest.fixture(autouse=True)
def region(sandbox: Cli) -> None:
    sandbox.environment |= {"AWS_REGION": "us-east-1", "ECS_CLUSTER": "demo"}


@pytest.fixture
def slow_sandbox(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Cli]:
    """A sandbox of its own in which a stack takes as long as on AWS."""
    environment = private_environment(tmp_path / "slow")
    process.start(environment, process.Options(pace=1))
    variables = {"ECSCLI_SANDBOX": "1", "AWS_REGION": "us-east-1", "ECS_CLUSTER": "demo"}
    yield Cli(tmp_path / "project", {**environment, **variables}, monkeypatch)
    process.stop(environment)


def control(url: str, path: str, **request: Any) -> None:
    data, kind = json.dumps(request).encode(), {"Content-Type": "application/json"}
    urllib.request.urlopen(urllib.request.Request(f"{url}/_sandbox/{path}", data, kind)).close()


def fault(url: str, **request: Any) -> None:
    control(url, "faults", **request)


def at_line(monkeypatch: pytest.MonkeyPatch, part: str, then: Callable[[], None]) -> None:
    """Do something at the moment when a line with `part` is told for the first time."""
    original = Console.event

    def event(console: Console, told: Event) -> None:
        original(console, told)
        if part in told.message:
            monkeypatch.setattr(Console, "event", original)
            then()

    monkeypatch.setattr(Console, "event", event)


def ctrl_c() -> None:
    raise KeyboardInterrupt


class TestUp:
    def test_one_command_makes_a_cluster_whose_instances_join(self, sandbox: Cli) -> None:
        made = sandbox(*UP, "--size", "2", "--keypair", "demo")
        assert made.code == 0, made.err
        assert "Created cluster demo" in made.err
        assert re.search(r"\d+ done: .*\bEcsInstanceAsg\b", made.err)
        assert "CREATE_COMPLETE      stack amazon-ecs-cli-setup-demo" in made.err
        assert "2 of 2 instances have joined cluster demo" in made.err
        lines = made.out.splitlines()
        assert [line.rpartition(":")[0] for line in lines[:4]] == [
            "VPC created",
            "Security Group created",
            "Subnet created",
            "Subnet created",
        ]
        assert lines[4] == "Cluster creation succeeded."
        instances = sandbox("instances", "--output", "json").json
        assert [one["instanceType"] for one in instances] == ["t3.micro", "t3.micro"]
        assert all(one["agentConnected"] for one in instances)

    def test_running_it_twice_changes_nothing(self, sandbox: Cli) -> None:
        assert sandbox(*UP, "--size", "2").code == 0
        again = sandbox(*UP, "--size", "2", "--output", "json")
        assert again.code == 0, again.err
        assert again.json["changed"] is False
        assert sandbox("plan").code == 0

    def test_what_flags_do_not_say_stays(self, sandbox: Cli) -> None:
        assert (
            sandbox(*UP, "--size", "2", "--instance-type", "t3.small", "--tags", "a=b'c%d").code
            == 0
        )
        assert sandbox("scale", "--timeout", "0.5", "--capability-iam", "--size", "1").code == 0
        again = sandbox("up", "--timeout", "0.5", "--output", "json")
        assert again.json["changed"] is False, again.err
        planned = sandbox("plan", "--port", "443", "--output", "json")
        assert planned.code == 3
        (change,) = planned.json["stack"]["changes"]
        assert (change["logicalId"], change["replacement"]) == ("EcsSecurityGroup", "False")

    def test_a_change_in_place_counts_for_running_instances_after_a_refresh(
        self, sandbox: Cli
    ) -> None:
        assert sandbox(*UP).code == 0
        changed = sandbox("up", "--timeout", "0.5", "--instance-type", "t3.small", "--refresh")
        assert changed.code == 0, changed.err
        assert "~ EcsInstanceLaunchTemplate (AWS::EC2::LaunchTemplate)" in changed.err
        assert "instance refresh Successful: 100 %" in changed.err
        assert [one["instanceType"] for one in sandbox("instances", "--output", "json").json] == [
            "t3.small"
        ]

    def test_something_live_is_replaced_only_after_a_yes(self, sandbox: Cli) -> None:
        assert sandbox(*UP).code == 0
        sandbox.write("ecs-cluster.yml", "capability-iam: true\nnetwork: {cidr: 10.9.0.0/16}\n")
        asked = sandbox("up")
        assert asked.code == 2
        assert "! Vpc (AWS::EC2::VPC) will be REPLACED: vpc-" in asked.err
        assert "no terminal to ask: " in asked.err
        assert "hint: confirm with --yes" in asked.err
        assert sandbox("plan").code == 3, "nothing was changed"

    def test_fargate_has_a_network_and_no_instances(
        self, sandbox: Cli, aws: Callable[[str], Any]
    ) -> None:
        made = sandbox("up", "--timeout", "0.5", "--launch-type", "FARGATE")
        assert made.code == 0, made.err
        rows = aws("cloudformation").list_stack_resources(StackName=STACK)["StackResourceSummaries"]
        kinds = {row["ResourceType"] for row in rows}
        assert "AWS::EC2::VPC" in kinds
        assert not kinds & {"AWS::AutoScaling::AutoScalingGroup", "AWS::IAM::Role"}

    def test_an_empty_cluster_has_no_stack(self, sandbox: Cli, aws: Callable[[str], Any]) -> None:
        made = sandbox(
            "up", "--timeout", "0.5", "--empty", "--size", "2", "--force", "--tags", "team=shop"
        )
        assert made.code == 0, made.err
        assert "--size has no meaning for an empty cluster" in made.err
        assert "--force has no meaning for an empty cluster" in made.err
        assert aws("cloudformation").list_stacks()["StackSummaries"] == []
        (cluster,) = aws("ecs").describe_clusters(clusters=["demo"], include=["TAGS"])["clusters"]
        assert cluster["tags"] == [{"key": "team", "value": "shop"}]

    def test_an_empty_cluster_is_refused_where_a_stack_is(self, sandbox: Cli) -> None:
        assert sandbox(*UP).code == 0
        refused = sandbox("up", "--empty")
        assert refused.code == 2
        assert f"stack {STACK} exists: cluster demo is not empty" in refused.err

    def test_flags_as_the_original_took_them(self, sandbox: Cli) -> None:
        made = sandbox(
            "up",
            "-c",
            "demo",
            "-capability-iam",
            "-size=2",
            "-imdsv2",
            "-keypair",
            "demo",
            "-verbose",
        )
        assert made.code == 0, made.err
        assert "2 of 2 instances have joined" in made.err

    def test_private_subnets_several_types_and_a_capacity_provider(
        self, sandbox: Cli, aws: Callable[[str], Any]
    ) -> None:
        sandbox.write("ecs-cluster.yml", MANAGED)
        made = sandbox("up", "--timeout", "0.5", "--output", "json")
        assert made.code == 0, made.err
        outputs = made.json["outputs"]
        assert len(outputs["PrivateSubnetIds"].split(",")) == 2
        (cluster,) = aws("ecs").describe_clusters(clusters=["demo"])["clusters"]
        assert {"FARGATE", "FARGATE_SPOT"} < set(cluster["capacityProviders"])
        assert len(cluster["capacityProviders"]) == 3
        assert sandbox("plan").code == 0
        assert sandbox("down", "--force", "--timeout", "0.5").code == 0

    def test_the_file_decides_and_flags_win(self, sandbox: Cli, aws: Callable[[str], Any]) -> None:
        sandbox.write("ecs-cluster.yml", FILE)
        made = sandbox("up", "--timeout", "0.5", "--size", "1", "--output", "json", ECS_CLUSTER="")
        assert made.code == 0, made.err
        assert made.json["cluster"] == "shop"
        outputs = made.json["outputs"]
        assert len(outputs["SubnetIds"].split(",")) == 3
        (group,) = aws("ec2").describe_security_groups(GroupIds=[outputs["SecurityGroupIds"]])[
            "SecurityGroups"
        ]
        assert {(rule["FromPort"], rule["ToPort"]) for rule in group["IpPermissions"]} == {
            (443, 443),
            (22, 22),
            (32768, 65535),  # between the instances
        }
        (cluster,) = aws("ecs").describe_clusters(clusters=["shop"], include=["SETTINGS"])[
            "clusters"
        ]
        assert {"name": "containerInsights", "value": "enabled"} in cluster["settings"]
        assert sandbox("plan", "--size", "1", ECS_CLUSTER="").code == 0

    def test_every_command_finds_the_cluster_of_the_file(self, sandbox: Cli) -> None:
        sandbox.environment |= {"ECS_CLUSTER": "", "AWS_REGION": ""}
        sandbox.write(
            "ecs-cluster.yml", "cluster: shop\nregion: eu-central-1\ncapability-iam: true\n"
        )
        assert "2 of" not in sandbox("up", "--timeout", "0.5").err
        assert len(sandbox("instances", "--output", "json").json) == 1
        scaled = sandbox("scale", "--capability-iam", "--size", "2", "--timeout", "0.5")
        assert "2 of 2 instances have joined cluster shop" in scaled.err
        gone = sandbox("down", "--force", "--output", "json")
        assert gone.json == {
            "cluster": "shop",
            "stack": "amazon-ecs-cli-setup-shop",
            "deleted": True,
        }

    def test_force_makes_the_stack_anew(self, sandbox: Cli, aws: Callable[[str], Any]) -> None:
        assert sandbox(*UP, "--size", "2").code == 0
        before = aws("cloudformation").describe_stacks(StackName=STACK)["Stacks"][0]["StackId"]
        assert sandbox("up", "--force").code == 2, "no yes to the role: nothing is deleted"
        assert (
            aws("cloudformation").describe_stacks(StackName=STACK)["Stacks"][0]["StackId"] == before
        )
        again = sandbox(*UP, "--force")
        assert again.code == 0, again.err
        assert len(sandbox("instances", "--output", "json").json) == 1, (
            "as the flags say, not as it was"
        )
        assert (
            aws("cloudformation").describe_stacks(StackName=STACK)["Stacks"][0]["StackId"] != before
        )


FILE = """\
cluster: shop
region: us-east-1
capability-iam: true
capacity: {instance-types: t3.small, size: 2, key-pair: demo}
network:
  subnets: 3
  ingress: [{port: 443}, {port: 22, cidr: my-ip}]
container-insights: true
tags: {team: shop}
"""


MANAGED = """\
capability-iam: true
capacity:
  instance-types: [t3.small, t3a.small]
  min: 1
  desired: 1
  max: 3
  spot: true
  root-volume: {size: 40}
  capacity-provider: true
network: {private-subnets: true}
fargate: {spot: 1}
"""


class TestPlan:
    def test_a_dry_run_leaves_nothing_behind(self, sandbox: Cli, aws: Callable[[str], Any]) -> None:
        shown = sandbox(*UP, "--dry-run")
        assert shown.code == 3
        assert "+ create cluster demo" in shown.out
        assert "    + Vpc (AWS::EC2::VPC)" in shown.out
        assert [row["StackName"] for row in aws("cloudformation").describe_stacks()["Stacks"]] == []
        assert aws("ecs").list_clusters()["clusterArns"] == []

    def test_render_needs_no_aws(self, cli: Cli) -> None:
        shown = cli("render", "--cluster", "demo", "--capability-iam", "--size", "3")
        assert shown.code == 0, shown.err
        assert "#   AsgMaxSize=3" in shown.out
        as_data = cli("render", "--cluster", "demo", "--output", "json").json
        assert as_data["stack"] == STACK
        assert as_data["template"].startswith("AWSTemplateFormatVersion")
        cli("--sandbox", "render", "--cluster", "demo")
        assert "No sandbox runs" in cli("sandbox", "status").out


class TestRefusals:
    """Nothing is made where something is wrong, and everything that is wrong is told."""

    @pytest.mark.parametrize(
        ("flags", "told"),
        [
            (
                ("--instance-type", "t3.enormous"),
                "--instance-type: instance type t3.enormous is not offered",
            ),
            (("--keypair", "nosuch"), "--keypair: there is no key pair nosuch in us-east-1"),
            (("--image-id", "ami-00000000"), "--image-id: there is no image ami-00000000"),
            (
                ("--launch-type", "EXTERNAL"),
                "EXTERNAL is not a launch type that a cluster can be made for",
            ),
            (("--azs", "us-east-1a,us-east-1x"), "--azs: there is no zone us-east-1x"),
            (
                ("--vpc", "vpc-00000000", "--subnets", "subnet-00000000"),
                "--vpc: there is no VPC vpc-00000000",
            ),
        ],
    )
    def test_what_does_not_exist_is_named_with_its_flag(
        self, sandbox: Cli, aws: Callable[[str], Any], flags: tuple[str, ...], told: str
    ) -> None:
        refused = sandbox(*UP, *flags)
        assert refused.code == 2
        assert told in refused.err
        assert aws("ecs").list_clusters()["clusterArns"] == []

    def test_several_findings_come_together(self, sandbox: Cli) -> None:
        refused = sandbox(*UP, "--keypair", "nosuch", "--instance-type", "t3.enormous")
        assert "nosuch" in refused.err
        assert "t3.enormous" in refused.err

    def test_a_role_without_a_yes(self, sandbox: Cli) -> None:
        refused = sandbox("up")
        assert refused.code == 2
        assert "hint: confirm with --capability-iam" in refused.err

    def test_another_account(self, sandbox: Cli) -> None:
        sandbox.write("ecs-cluster.yml", "account: '999999999999'\ncapability-iam: true\n")
        refused = sandbox("up")
        assert refused.code == 4
        assert "ecs-cluster.yml:1:1: the infra file is for account 999999999999" in refused.err
        assert sandbox("down", "--force").code == 4
        assert sandbox("scale", "--capability-iam", "--size", "2").code == 4

    def test_a_stack_of_somebody_else(self, sandbox: Cli, aws: Callable[[str], Any]) -> None:
        body = json.dumps({"Resources": {"Topic": {"Type": "AWS::EC2::InternetGateway"}}})
        aws("cloudformation").create_stack(StackName=STACK, TemplateBody=body)
        refused = sandbox(*UP)
        assert refused.code == 2
        assert f"stack {STACK} exists and was not made by ecscli" in refused.err

    def test_a_subnet_outside_the_vpc(self, sandbox: Cli, aws: Callable[[str], Any]) -> None:
        ec2 = aws("ec2")
        vpc = ec2.create_vpc(CidrBlock="10.5.0.0/16")["Vpc"]["VpcId"]
        other = ec2.describe_subnets()["Subnets"][0]["SubnetId"]
        refused = sandbox(*UP, "--vpc", vpc, "--subnets", other)
        assert f"--subnets: there is no subnet {other} in {vpc}" in refused.err

    def test_an_account_that_is_full(self, sandbox: Cli, aws: Callable[[str], Any]) -> None:
        for number in range(4):
            aws("ec2").create_vpc(CidrBlock=f"10.{number}.0.0/16")
        refused = sandbox(*UP)
        assert refused.code == 2
        assert "the account has 5 VPCs in us-east-1 and may have 5" in refused.err
        assert "hint: use an existing VPC" in refused.err
        assert aws("ecs").list_clusters()["clusterArns"] == []

    def test_an_existing_network_by_name(self, sandbox: Cli, aws: Callable[[str], Any]) -> None:
        ec2 = aws("ec2")
        vpc = ec2.create_vpc(CidrBlock="10.5.0.0/16")["Vpc"]["VpcId"]
        subnet = ec2.create_subnet(VpcId=vpc, CidrBlock="10.5.1.0/24")["Subnet"]["SubnetId"]
        group = ec2.create_security_group(GroupName="web", Description="web", VpcId=vpc)["GroupId"]
        ec2.create_tags(Resources=[vpc], Tags=[{"Key": "Name", "Value": "main"}])
        ec2.create_tags(Resources=[subnet], Tags=[{"Key": "tier", "Value": "web"}])
        sandbox.write(
            "ecs-cluster.yml",
            "network: {vpc: main, subnets: [{tag: {tier: web}}], security-groups: [web]}\n",
        )
        made = sandbox(*UP, "--output", "json")
        assert made.code == 0, made.err
        outputs = made.json["outputs"]
        assert (outputs["VpcId"], outputs["SubnetIds"], outputs["SecurityGroupIds"]) == (
            vpc,
            subnet,
            group,
        )


class TestInterruptions:
    @pytest.mark.parametrize(
        "at", ["Created cluster", "CREATE_IN_PROGRESS", "EcsInstanceAsg", "have joined"]
    )
    def test_up_goes_on_where_it_was(
        self, sandbox: Cli, monkeypatch: pytest.MonkeyPatch, at: str
    ) -> None:
        at_line(monkeypatch, at, ctrl_c)
        stopped = sandbox(*UP, "--size", "2")
        assert stopped.code == 130
        assert (
            f"Interrupted. CloudFormation goes on with stack {STACK}; nothing is deleted."
            in stopped.err
        )
        assert "`ecscli up` again" in stopped.err
        again = sandbox(*UP, "--size", "2")
        assert again.code == 0, again.err
        assert "2 of 2 instances have joined" in again.err

    def test_down_goes_on_where_it_was(self, sandbox: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
        assert sandbox(*UP).code == 0
        at_line(monkeypatch, "DELETE_IN_PROGRESS", ctrl_c)
        assert sandbox("down", "--force", "--timeout", "0.5").code == 130
        assert sandbox("down", "--force", "--timeout", "0.5").code == 0
        assert "nothing to do" in sandbox("down", "--force", "--timeout", "0.5").err

    def test_a_change_set_that_was_never_executed(
        self, sandbox: Cli, aws: Callable[[str], Any]
    ) -> None:
        body = json.dumps({"Resources": {"Gateway": {"Type": "AWS::EC2::InternetGateway"}}})
        aws("cloudformation").create_change_set(
            StackName=STACK, ChangeSetName="left", ChangeSetType="CREATE", TemplateBody=body
        )
        assert sandbox("plan", "--capability-iam").code == 3
        assert len(aws("cloudformation").list_change_sets(StackName=STACK)["Summaries"]) == 1
        made = sandbox(*UP)
        assert made.code == 0, made.err

    def test_throttled_calls_end_no_wait(self, sandbox: Cli, url: str) -> None:
        fault(url, action="cloudformation:DescribeStackEvents", kind="throttle", times=4)
        fault(url, action="ecs:ListContainerInstances", kind="throttle", times=4)
        made = sandbox(*UP)
        assert made.code == 0, made.err


class TestFailures:
    def test_the_first_failed_resource_and_why_and_then_again(self, sandbox: Cli, url: str) -> None:
        message = "You are not authorized to perform this operation."
        fault(
            url,
            action="autoscaling:CreateAutoScalingGroup",
            code="AccessDenied",
            message=message,
            times=1,
        )
        sandbox_up = sandbox(*UP)
        if sandbox_up.code == 0:
            pytest.skip("the sandbox makes groups without a call that can fail")
        assert sandbox_up.code == 5
        assert "ended as ROLLBACK_COMPLETE" in sandbox_up.err
        again = sandbox(*UP)
        assert again.code == 0, again.err

    def test_a_creation_that_rolled_back_is_begun_anew(
        self, sandbox: Cli, aws: Callable[[str], Any]
    ) -> None:
        taken = aws("cloudformation")
        body = {
            "Resources": {
                "Bad": {
                    "Type": "AWS::EC2::Subnet",
                    "Properties": {"VpcId": "vpc-0", "CidrBlock": "x"},
                }
            }
        }
        taken.create_stack(StackName=STACK, TemplateBody=json.dumps(body))
        with pytest.raises(Exception, match="Waiter"):
            taken.get_waiter("stack_create_complete").wait(
                StackName=STACK, WaiterConfig={"Delay": 1}
            )
        planned = sandbox("plan", "--capability-iam")
        assert planned.code == 3, planned.err
        assert f"+ stack {STACK}\n" in planned.out
        assert [row["StackName"] for row in taken.describe_stacks()["Stacks"]] == [STACK]
        made = sandbox(*UP)
        assert made.code == 0, made.err

    def test_an_operation_elsewhere_is_named_and_refused_and_ones_own_is_followed(
        self, slow_sandbox: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        at_line(monkeypatch, "CREATE_IN_PROGRESS", ctrl_c)
        assert slow_sandbox(*UP).code == 130
        for command in (("scale", "--capability-iam", "--size", "2"), ("down", "--force")):
            other = slow_sandbox(*command, HOME=str(tmp_path / "other"))
            assert other.code == 5, other.err
            assert f"somebody else is at work on stack {STACK}: CREATE_IN_PROGRESS" in other.err
        url = process.ensure(slow_sandbox.environment)
        at_line(monkeypatch, "Following", lambda: control(url, "advance", seconds=1800))
        mine = slow_sandbox(*UP)
        assert mine.code == 0, mine.err
        assert "Following what was begun before: CREATE_IN_PROGRESS" in mine.err
        assert "1 of 1 instances have joined" in mine.err

    def test_a_vpc_in_use_cannot_be_deleted_and_what_blocks_it_is_named(
        self, sandbox: Cli, aws: Callable[[str], Any]
    ) -> None:
        made = sandbox(*UP, "--output", "json").json["outputs"]
        ec2 = aws("ec2")
        group = ec2.create_security_group(
            GroupName="guest", Description="guest", VpcId=made["VpcId"]
        )["GroupId"]
        table = ec2.create_route_table(VpcId=made["VpcId"])["RouteTable"]["RouteTableId"]
        failed = sandbox("down", "--force", "--timeout", "0.5")
        assert f"security group {group} (guest)" in failed.err
        assert failed.code == 5, failed.err
        assert "ended as DELETE_FAILED" in failed.err
        ec2.delete_security_group(GroupId=group)
        ec2.delete_route_table(RouteTableId=table)
        assert sandbox("down", "--force", "--timeout", "0.5").code == 0


class TestPs:
    def test_containers_that_run_and_that_stopped(
        self, sandbox: Cli, aws: Callable[[str], Any]
    ) -> None:
        assert sandbox(*UP).code == 0
        ecs = aws("ecs")
        container = {
            "name": "web",
            "image": "nginx",
            "memory": 64,
            "portMappings": [{"containerPort": 80}],
        }
        ecs.register_task_definition(family="web", containerDefinitions=[container])
        (one,) = ecs.run_task(cluster="demo", taskDefinition="web")["tasks"]
        (two,) = ecs.run_task(cluster="demo", taskDefinition="web")["tasks"]
        ecs.get_waiter("tasks_running").wait(
            cluster="demo", tasks=[one["taskArn"], two["taskArn"]], WaiterConfig={"Delay": 1}
        )
        ecs.stop_task(cluster="demo", task=two["taskArn"])
        ecs.get_waiter("tasks_stopped").wait(
            cluster="demo", tasks=[two["taskArn"]], WaiterConfig={"Delay": 1}
        )
        rows = sandbox("ps", "--output", "json").json
        assert [row["name"] for row in rows] == [
            f"demo/{arn.rsplit('/', 1)[1]}/web" for arn in (one["taskArn"], two["taskArn"])
        ]
        assert [row["status"] for row in rows] == ["RUNNING", "STOPPED"]
        assert rows[1]["exitCode"] is not None
        (port,) = rows[0]["ports"]
        assert (port["containerPort"], port["protocol"]) == (80, "tcp")
        assert port["host"].count(".") == 3, "the address of the instance"
        table = sandbox("ps", "--desired-status", "RUNNING").out.splitlines()
        assert table[0].split() == ["Name", "State", "Ports", "TaskDefinition", "Health"]
        assert len(table) == 2

    def test_nothing_runs_and_nothing_is_printed(self, sandbox: Cli) -> None:
        assert sandbox("up", "--empty").code == 0
        assert sandbox("ps") == (shown := sandbox("ps", "--desired-status", "STOPPED"))
        assert (shown.code, shown.out) == (0, "")

    def test_a_status_that_is_none_and_a_cluster_that_is_not_there(self, sandbox: Cli) -> None:
        assert "is not a status" in sandbox("ps", "--desired-status", "running").err
        absent = sandbox("ps")
        assert absent.code == 2
        assert "there is no cluster demo in us-east-1" in absent.err


class TestScale:
    def test_up_and_down_and_the_same_again(self, sandbox: Cli) -> None:
        assert sandbox(*UP).code == 0
        more = sandbox("scale", "--timeout", "0.5", "--capability-iam", "--size", "3")
        assert more.code == 0, more.err
        assert "3 of 3 instances have joined" in more.err
        assert (
            "has these values already"
            in sandbox("scale", "--timeout", "0.5", "--capability-iam", "--size", "3").err
        )
        fewer = sandbox("scale", "--timeout", "0.5", "--capability-iam", "--size", "1")
        assert fewer.code == 0
        assert len(sandbox("instances", "--output", "json").json) == 1

    def test_minimum_and_maximum(self, sandbox: Cli, aws: Callable[[str], Any]) -> None:
        assert sandbox(*UP).code == 0
        assert (
            sandbox(
                "scale",
                "--timeout",
                "0.5",
                "--capability-iam",
                "--size",
                "2",
                "--min",
                "1",
                "--max",
                "4",
            ).code
            == 0
        )
        (group,) = aws("autoscaling").describe_auto_scaling_groups()["AutoScalingGroups"]
        assert (group["MinSize"], group["DesiredCapacity"], group["MaxSize"]) == (1, 2, 4)

    @pytest.mark.parametrize(
        ("flags", "told"),
        [
            (("--size", "2"), "add --capability-iam"),
            (("--capability-iam",), "--size is missing"),
            (("--capability-iam", "--size", "x"), '--size: "x" is not a whole number'),
            (("--capability-iam", "--size", "-1"), '--size: "-1" is not a whole number'),
            (("--capability-iam", "--size", "2"), "there is no cluster demo"),
        ],
    )
    def test_refusals(self, sandbox: Cli, flags: tuple[str, ...], told: str) -> None:
        refused = sandbox("scale", *flags)
        assert refused.code == 2
        assert told in refused.err

    def test_a_cluster_without_stack(self, sandbox: Cli) -> None:
        assert sandbox("up", "--timeout", "0.5", "--empty").code == 0
        refused = sandbox("scale", "--timeout", "0.5", "--capability-iam", "--size", "2")
        assert f"there is no stack {STACK} for cluster demo" in refused.err


class TestTakingOver:
    """A stack of ecs-cli, with its launch configuration."""

    def test_ps_scale_and_down_work_on_it_as_it_is(
        self, sandbox: Cli, url: str, aws: Callable[[str], Any]
    ) -> None:
        original_stack.make(url, "demo", 1)
        assert sandbox("ps").code == 0
        scaled = sandbox("scale", "--timeout", "0.5", "--capability-iam", "--size", "2")
        assert scaled.code == 0, scaled.err
        rows = aws("cloudformation").list_stack_resources(StackName=STACK)["StackResourceSummaries"]
        assert "EcsInstanceLc" in {row["LogicalResourceId"] for row in rows}
        gone = sandbox("down", "--force", "--timeout", "0.5")
        assert gone.code == 0, gone.err

    def test_up_leaves_it_alone_and_says_how(self, sandbox: Cli, url: str) -> None:
        original_stack.make(url, "demo", 1)
        refused = sandbox(*UP)
        assert refused.code == 2
        assert "was made by ecs-cli, and nothing changes under it unless you ask" in refused.err
        assert "--upgrade" in refused.err

    def test_upgrade_moves_it_to_a_launch_template(
        self, sandbox: Cli, url: str, aws: Callable[[str], Any]
    ) -> None:
        vpc = original_stack.make(url, "demo", 2)
        planned = sandbox("plan", "--upgrade")
        assert planned.code == 3, planned.err
        assert "+ EcsInstanceLaunchTemplate (AWS::EC2::LaunchTemplate)" in planned.out
        assert (
            "- EcsInstanceLc (AWS::AutoScaling::LaunchConfiguration) will be DELETED" in planned.out
        )
        assert "REPLACED" not in planned.out
        assert sandbox("up", "--timeout", "0.5", "--upgrade").code == 2, (
            "something is deleted: a yes is needed"
        )
        moved = sandbox("up", "--timeout", "0.5", "--upgrade", "--yes", "--output", "json")
        assert moved.code == 0, moved.err
        assert moved.json["outputs"]["VpcId"] == vpc
        (group,) = aws("autoscaling").describe_auto_scaling_groups()["AutoScalingGroups"]
        assert (group["DesiredCapacity"], group["MaxSize"]) == (2, 2)
        assert "LaunchTemplate" in group
        instances = sandbox("instances", "--output", "json").json
        assert len(instances) == 2
        assert sandbox("plan").code == 0, "a second plan is empty"


class TestDown:
    def test_services_and_tasks_go_first(self, sandbox: Cli, aws: Callable[[str], Any]) -> None:
        assert sandbox(*UP).code == 0
        ecs = aws("ecs")
        container = {"name": "web", "image": "nginx", "memory": 64}
        ecs.register_task_definition(family="web", containerDefinitions=[container])
        ecs.create_service(cluster="demo", serviceName="shop", taskDefinition="web", desiredCount=1)
        ecs.run_task(cluster="demo", taskDefinition="web")
        asked = sandbox("down")
        assert asked.code == 2
        assert "    - service shop" in asked.err
        gone = sandbox("down", "--force", "--timeout", "0.5")
        assert gone.code == 0, gone.err
        assert "Deleted 1 service" in gone.err
        assert "Deleted cluster demo" in gone.err
        assert ecs.list_clusters()["clusterArns"] == []
        assert aws("cloudformation").describe_stacks()["Stacks"] == []

    def test_what_is_not_there_is_no_error(self, sandbox: Cli) -> None:
        assert sandbox("down", "--force", "--timeout", "0.5").code == 0

"""What `up` and its neighbours refuse or warn of before the first write, and what they advise."""

import json
from collections.abc import Callable
from typing import Any

import boto3
import pytest

from ecscli.sandbox import process
from tests.commands.calls import Calls
from tests.commands.test_cluster import fault
from tests.conftest import Cli

UP = ("up", "--cluster", "demo", "--capability-iam", "--timeout", "0.5")
STACK = "amazon-ecs-cli-setup-demo"


@pytest.fixture(autouse=True)
def region(sandbox: Cli) -> None:
    sandbox.environment |= {"AWS_REGION": "us-east-1", "ECS_CLUSTER": "demo"}


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


def test_a_name_that_no_stack_can_have_is_found_before_anything_is_made(
    sandbox: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls = Calls(monkeypatch)
    refused = sandbox("up", "--cluster", "my_cluster", "--capability-iam")
    assert refused.code == 2
    assert calls.names == []
    refused = sandbox(
        "up", "--cluster", "my_cluster", "--launch-type", "FARGATE", "--port", "99999"
    )
    assert "--cluster: a stack cannot be called amazon-ecs-cli-setup-my_cluster" in refused.err
    assert "--port" in refused.err, "all that is wrong at once"
    assert calls.names == []
    assert sandbox("up", "--cluster", "my_cluster", "--empty").code == 0


def test_a_key_pair_that_is_a_file_is_answered_with_its_name(sandbox: Cli, url: str) -> None:
    refused = sandbox(*UP, "--keypair", "~/.ssh/demo.pem")
    assert refused.code == 2
    assert 'did you mean "demo"?' in refused.err
    assert "create-key-pair" not in refused.err
    refused = sandbox(*UP, "--keypair", "nosuch")
    assert "hint: key pairs here: demo; " in refused.err
    assert (
        f"aws --endpoint-url {url} --region us-east-1 ec2 create-key-pair --key-name nosuch"
        " --query KeyMaterial --output text > nosuch.pem`" in (refused.err)
    )


NAMED = """\
version: 1
cluster: three
capability-iam: true
capacity:
  permissions-boundary: arn:aws:iam::123456789012:policy/bound
  root-volume: {kms-key: alias/disk}
exec-logging: {log-group: sessions, bucket: sessions, kms-key: alias/talk}
"""


def test_what_the_cluster_file_names_is_looked_up(sandbox: Cli, aws: Callable[[str], Any]) -> None:
    sandbox.write("ecs-cluster.yml", NAMED)
    done = sandbox("up")
    assert done.code == 2
    for part in (
        "ecs-cluster.yml:5:3: there is no policy arn:aws:iam::123456789012:policy/bound",
        "there is no KMS key alias/disk",
        "there is no log group sessions",
        "there is no S3 bucket sessions",
        "there is no KMS key alias/talk",
    ):
        assert part in done.err, part
    assert not aws("ecs").list_clusters()["clusterArns"]
    key = aws("kms").create_key()["KeyMetadata"]["KeyId"]
    for alias in ("alias/disk", "alias/talk"):
        aws("kms").create_alias(AliasName=alias, TargetKeyId=key)
    aws("logs").create_log_group(logGroupName="sessions")
    aws("s3").create_bucket(Bucket="sessions")
    statement = {"Effect": "Allow", "Action": "*", "Resource": "*"}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    aws("iam").create_policy(PolicyName="bound", PolicyDocument=policy)
    shown = sandbox("up", "--dry-run")
    assert shown.code == 3, shown.err
    assert "could not be checked" not in shown.err


@pytest.mark.parametrize(
    ("action", "code", "flags", "subject"),
    [
        ("ec2:DescribeInstanceTypeOfferings", "InvalidAction", (), "the instance types"),
        ("ec2:DescribeAvailabilityZones", "UnauthorizedOperation", (), "the zones"),
        ("ec2:DescribeKeyPairs", "UnauthorizedOperation", ("--keypair", "demo"), "the key pair"),
        ("iam:GetRole", "AccessDenied", ("--instance-role", "own"), "the instance role"),
    ],
)
def test_a_look_up_that_is_not_answered_is_a_warning(
    sandbox: Cli, url: str, action: str, code: str, flags: tuple[str, ...], subject: str
) -> None:
    fault(url, action=action, code=code, message="no", times=9)
    planned = sandbox("plan", "--cluster", "demo", *flags)
    assert planned.code == 3, planned.err
    assert f"warning: {subject} could not be checked: " in planned.err


def test_ids_of_a_network_that_may_not_be_read_are_taken(sandbox: Cli, url: str) -> None:
    fault(url, action="ec2:DescribeVpcs", code="UnauthorizedOperation", message="no", times=9)
    ids = ("--vpc", "vpc-12345678", "--subnets", "subnet-12345678")
    planned = sandbox("plan", *ids)
    assert planned.code == 3, planned.err
    assert "warning: the VPC and what is in it could not be checked: " in planned.err
    sandbox.write("ecs-cluster.yml", "network: {vpc: main, subnets: [web]}\n")
    assert sandbox("plan").code == 4, "a name must be looked up"


def test_a_refresh_that_is_asked_for_replaces_every_instance(
    sandbox: Cli, aws: Callable[[str], Any]
) -> None:
    assert sandbox(*UP, "--keypair", "demo").code == 0
    before = [one["ec2InstanceId"] for one in sandbox("instances", "--output", "json").json]
    assert sandbox("up", "--refresh", "--timeout", "0.5").code == 0
    after = [one["ec2InstanceId"] for one in sandbox("instances", "--output", "json").json]
    assert len(after) == len(before)
    assert not set(after) & set(before)


def test_force_names_the_services_that_use_the_stack(
    sandbox: Cli, aws: Callable[[str], Any]
) -> None:
    made = sandbox("up", "--launch-type", "FARGATE", "--timeout", "0.5", "--output", "json")
    assert made.code == 0, made.err
    subnet = made.json["outputs"]["SubnetIds"].split(",")[0]
    ecs = aws("ecs")
    ecs.register_task_definition(
        family="web",
        networkMode="awsvpc",
        requiresCompatibilities=["FARGATE"],
        cpu="256",
        memory="512",
        containerDefinitions=[{"name": "web", "image": "nginx"}],
    )
    ecs.create_service(
        cluster="demo",
        serviceName="web",
        taskDefinition="web",
        desiredCount=1,
        launchType="FARGATE",
        networkConfiguration={"awsvpcConfiguration": {"subnets": [subnet]}},
    )
    refused = sandbox("up", "--force", "--launch-type", "FARGATE")
    assert refused.code == 2, refused.err
    assert f"stack {STACK} cannot be deleted, since it is in use: service web has subnet" in (
        refused.err
    )
    assert "`ecscli compose service rm`" in refused.err
    stack = aws("cloudformation").describe_stacks(StackName=STACK)["Stacks"][0]
    assert stack["StackStatus"] == "CREATE_COMPLETE"


def test_what_follows_a_fargate_cluster_can_be_typed(sandbox: Cli) -> None:
    made = sandbox("up", "--launch-type", "FARGATE", "--timeout", "0.5")
    last = made.err.splitlines()[-1]
    assert last == "Next: ecscli compose service up --cluster demo --launch-type FARGATE"
    sandbox.write("compose.yml", "services: {web: {image: nginx}}\n")
    done = sandbox(*last.removeprefix("Next: ecscli ").split(), "--timeout", "0.5")
    assert done.code == 0, done.err


def test_no_security_group_on_request(sandbox: Cli, aws: Callable[[str], Any]) -> None:
    flags = ("--launch-type", "FARGATE", "--no-security-group", "--timeout", "0.5")
    made = sandbox("up", *flags, "--output", "json")
    assert made.code == 0, made.err
    assert "SecurityGroupIds" not in made.json["outputs"]
    inside = [{"Name": "vpc-id", "Values": [made.json["outputs"]["VpcId"]]}]
    groups = aws("ec2").describe_security_groups(Filters=inside)["SecurityGroups"]
    assert [group["GroupName"] for group in groups] == ["default"]
    refused = sandbox("plan", "--cluster", "other", "--no-security-group")
    assert refused.code == 2
    assert "--no-security-group: instances need a security group" in refused.err


def test_another_region_names_what_is_configured_and_what_is_there(
    sandbox: Cli, aws: Callable[[str], Any]
) -> None:
    sandbox("configure", "--cluster", "demo", "--region", "eu-west-1")
    aws("ecs").create_cluster(clusterName="shop")
    away = sandbox("ps", "--region", "us-east-1")
    assert away.code == 2
    assert "there is no cluster demo in us-east-1" in away.err
    assert "leave out --region to look in eu-west-1, the region of your configuration" in away.err
    assert "choose another with --cluster; there are: shop" in away.err
    assert "ecscli up" not in away.err
    nowhere = sandbox("ps", "--region", "us-esat-1")
    assert 'the region "us-esat-1" is not known: did you mean "us-east-1"?' in nowhere.err


def test_an_endpoint_beside_the_sandbox_is_not_used_and_that_is_said(sandbox: Cli) -> None:
    shown = sandbox("--endpoint", "http://127.0.0.1:1", "configure", "show")
    assert "warning: --endpoint: not used: every call goes to the sandbox" in shown.err


def test_a_deletion_goes_on_when_its_reader_has_gone(
    sandbox: Cli, monkeypatch: pytest.MonkeyPatch, aws: Callable[[str], Any]
) -> None:
    assert sandbox("up", "--launch-type", "FARGATE", "--timeout", "0.5").code == 0
    import io

    class Gone(io.StringIO):
        def write(self, text: str) -> int:
            if "DELETE_IN_PROGRESS" in text:
                raise BrokenPipeError
            return super().write(text)

    monkeypatch.setattr("tests.conftest.io.StringIO", Gone)
    assert sandbox("down", "--force", "--timeout", "0.5").code == 0
    assert aws("ecs").list_clusters()["clusterArns"] == []
    stacks = aws("cloudformation").describe_stacks()["Stacks"]
    assert stacks == []


def test_a_plan_without_credentials_comes_from_the_files_alone(cli: Cli) -> None:
    cli.write("ecs-cluster.yml", "cluster: shop\nregion: eu-west-1\nnetwork: {subnets: 3}\n")
    for command in (("plan",), ("up", "--dry-run")):
        planned = cli(*command)
        assert planned.code == 3, planned.err
        assert "warning: nothing was compared with AWS" in planned.err
        assert "+ create cluster shop" in planned.out
        assert "    + PubSubnetAz3 (AWS::EC2::Subnet)" in planned.out
        assert "error" not in planned.err
    cli.write("ecs-cluster.yml", "cluster: shop\nregion: eu-west-1\nnetwork: {subnets: 300}\n")
    assert cli("plan").code == 2

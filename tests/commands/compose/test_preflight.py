"""Names that files and flags give are looked up before the first write."""

import json

import pytest

from tests.commands.compose.conftest import World
from tests.commands.compose.test_service import target_group, up

PARAMS = """\
version: 1
task_definition:
  ecs_network_mode: {mode}
  {role}
run_params:
  network_configuration:
    awsvpc_configuration:
      subnets: [{subnet}]
"""
ARN = "arn:aws:elasticloadbalancing:us-east-1:123456789012:targetgroup/none/1111111111111111"
IMAGE = "123456789012.dkr.ecr.us-east-1.amazonaws.com/shop:1"
LOGS = """\
    logging:
      driver: awslogs
      options: {awslogs-group: nowhere, awslogs-region: us-east-1, awslogs-stream-prefix: web}
"""
PORT = '    ports: ["80"]\n'
ROLE = "arn:aws:iam::123456789012:role/nobody"


def balanced(arn: str) -> tuple[str, ...]:
    return ("--target-group-arn", arn, "--container-name", "web", "--container-port", "80")


def test_everything_that_does_not_exist_is_an_error_before_anything_is_written(
    world: World,
) -> None:
    world.project(IMAGE, more=PORT + LOGS)
    world.cli.write(
        "ecs-params.yml",
        PARAMS.format(mode="awsvpc", role=f"task_role_arn: {ROLE}", subnet="subnet-0123abcd"),
    )
    done = up(world, *balanced(ARN), "--capacity-provider", "spot=1")
    assert done.code == 2, done.err
    for part in (
        f"there is no target group {ARN}",
        f"there is no role {ROLE}",
        f"there is no image {IMAGE} in ECR",
        "there is no log group nowhere in us-east-1",
        "subnet-0123abcd",
        "cluster demo has no capacity provider spot",
    ):
        assert part in done.err, part
    assert world.revisions() == 0


def test_a_target_group_of_the_wrong_kind_is_an_error(world: World) -> None:
    subnet = world.client("ec2").describe_subnets()["Subnets"][0]["SubnetId"]
    world.project(more=PORT)
    world.cli.write("ecs-params.yml", PARAMS.format(mode="awsvpc", role="", subnet=subnet))
    done = up(world, *balanced(target_group(world)))
    assert done.code == 2
    assert "target group shop has target type instance" in done.err
    assert "network mode awsvpc needs ip" in done.err
    assert world.revisions() == 0


def test_a_look_up_that_is_denied_is_a_warning(world: World) -> None:
    world.project(more=PORT)
    world.control("faults", action="elasticloadbalancing:DescribeTargetGroups", kind="deny")
    done = up(world, *balanced(target_group(world)))
    assert done.code == 0, done.err
    assert (
        "target groups could not be looked up: these credentials have no permission for "
        in done.err
    )


@pytest.mark.parametrize("command", ["up", "scale 2", "run web true", "service create"])
def test_every_command_that_starts_something_looks_first(world: World, command: str) -> None:
    world.project(IMAGE)
    done = world(*command.split())
    assert done.code == 2
    assert f"there is no image {IMAGE} in ECR" in done.err
    assert world.revisions() == 0


SECRET = "arn:aws:secretsmanager:us-east-1:123456789012:secret:none-AbCdEf"
AT_START = f"""\
    secrets: [db, key]
    volumes: ["share:/data", "disk:/disk"]
secrets:
  db: {{external: true, name: "{SECRET}:user::"}}
  key: {{external: true, name: /none}}
volumes:
  share: {{}}
  disk: {{}}
"""
STORAGE = f"""\
version: 1
task_definition:
  task_execution_role: {ROLE}
  services:
    web:
      environment_files: [{{value: "arn:aws:s3:::none/a.env", type: s3}}]
      repository_credentials: {{credentials_parameter: login}}
  efs_volumes: [{{name: share, filesystem_id: fs-12345678}}]
  ebs_volumes:
    - {{name: disk, snapshot_id: snap-12345678, kms_key_id: alias/none, role_arn: "{ROLE}"}}
run_params:
  service_connect: {{enabled: true, namespace: corp}}
  deployment: {{alarms: {{alarm_names: [errors], enable: true, rollback: true}}}}
"""
DISCOVERY = (
    "--enable-service-discovery",
    *("--private-dns-namespace", "corp", "--vpc", "vpc-0123abcd"),
    *("--sd-container-name", "web", "--sd-container-port", "81"),
)


def test_everything_that_a_task_needs_at_its_start_is_looked_up(world: World) -> None:
    world.project(more=PORT + AT_START)
    world.cli.write("ecs-params.yml", STORAGE)
    done = up(world, *DISCOVERY)
    assert done.code == 2, done.err
    for part in (
        f"there is no role {ROLE}",
        "there is no secret none-AbCdEf in us-east-1",
        "there is no secret login in us-east-1",
        "there is no SSM parameter /none in us-east-1",
        "there is no S3 bucket none",
        "there is no EFS file system fs-12345678",
        "there is no snapshot snap-12345678",
        "there is no KMS key alias/none",
        "there is no VPC vpc-0123abcd",
        "there is no namespace corp",
        "there is no alarm errors",
        "container web has no port 81",
    ):
        assert part in done.err, part
    assert world.revisions() == 0
    assert not world.client("cloudformation").describe_stacks()["Stacks"]


def test_what_a_task_needs_at_its_start_is_found_where_it_is(world: World) -> None:
    s3, secrets = world.client("s3"), world.client("secretsmanager")
    s3.create_bucket(Bucket="files")
    s3.put_object(Bucket="files", Key="a.env", Body=b"A=1")
    secret = secrets.create_secret(Name="db", SecretString="hidden")["ARN"]
    world.client("ssm").put_parameter(Name="/key", Value="hidden", Type="SecureString")
    world.roles("nobody")
    world.project(more=AT_START.replace(SECRET, secret).replace("/none", "/key"))
    text = STORAGE.partition("      repository_credentials")[0].replace("none/a.env", "files/a.env")
    disk = world.client("efs").create_file_system(CreationToken="disk")["FileSystemId"]
    share = world.client("efs").create_file_system(CreationToken="share")["FileSystemId"]
    volumes = f"{{name: share, filesystem_id: {share}}}, {{name: disk, filesystem_id: {disk}}}"
    world.cli.write("ecs-params.yml", f"{text}  efs_volumes: [{volumes}]\n")
    done = up(world, "--dry-run")
    assert done.code == 3, done.err
    assert "could not be looked up" not in done.err
    assert "hidden" not in done.err + done.out


READING = """\
    secrets: [db]
    logging: {driver: none}
secrets: {db: {external: true, name: "SECRET"}}
"""
NOT_ALLOWED = f"the policies of role {ROLE} do not allow secretsmanager:GetSecretValue on SECRET"


def test_a_named_role_that_may_not_read_the_secrets_is_named_before_the_wait(world: World) -> None:
    made = world.client("secretsmanager").create_secret(Name="db", SecretString="hidden")
    secret = made["ARN"]
    world.roles("nobody")
    world.project(more=READING.replace("SECRET", secret))
    world.cli.write("ecs-params.yml", f"task_definition: {{task_execution_role: {ROLE}}}\n")
    planned = up(world, "--dry-run")
    assert planned.code == 3, planned.err
    assert NOT_ALLOWED.replace("SECRET", secret) in planned.err
    statement = {"Effect": "Allow", "Action": "secretsmanager:GetSecretValue", "Resource": secret}
    world.client("iam").put_role_policy(
        RoleName="nobody", PolicyName="read", PolicyDocument=json.dumps({"Statement": [statement]})
    )
    allowed = up(world)
    assert allowed.code == 0, allowed.err
    assert "do not allow" not in allowed.err


def test_a_task_that_no_instance_can_hold_is_refused_before_the_first_write(world: World) -> None:
    world.project(more="  side:\n    image: nginx:1\n    mem_limit: 900m\n")
    for command in ("up", "service up", "run web true"):
        done = world(*command.split())
        assert done.code == 2, done.err
        assert "needs 1000 MiB of memory, and the largest (t3.micro) has 983" in done.err
    assert world.revisions() == 0


def test_a_new_revision_that_waits_for_its_own_port_is_refused_before_the_wait(
    world: World,
) -> None:
    """Two tasks have port 8080 of both instances, and neither may stop before a new one runs."""
    port = '    ports: ["8080:80"]\n'
    world.project(more=port)
    assert up(world, "--desired-count", "2").code == 0
    world.project("nginx:2", more=port)
    refused = up(world)
    assert refused.code == 2, refused.err
    assert "port 8080/tcp is taken on every instance of cluster demo" in refused.err
    assert "--deployment-min-healthy-percent 0" in refused.err
    assert world.revisions() == 1
    assert up(world, "--deployment-min-healthy-percent", "50").code == 0
    world.project("nginx:3", more=f"{port}    deploy: {{update_config: {{order: stop-first}}}}\n")
    assert up(world).code == 0


def test_one_free_instance_is_enough_for_a_new_revision(world: World) -> None:
    port = '    ports: ["8080:80"]\n'
    world.project(more=port)
    assert up(world).code == 0
    world.project("nginx:2", more=port)
    assert up(world).code == 0


def test_a_published_port_that_is_closed_is_named_with_the_command_that_opens_it(
    world: World,
) -> None:
    ec2 = world.client("ec2")
    vpc = ec2.describe_vpcs()["Vpcs"][0]["VpcId"]
    group = ec2.create_security_group(GroupName="web", Description="web", VpcId=vpc)["GroupId"]
    ids = [row["Instances"][0]["InstanceId"] for row in ec2.describe_instances()["Reservations"]]
    for id_ in ids:
        ec2.modify_instance_attribute(InstanceId=id_, Groups=[group])
    world.project(more='    ports: ["8000:80"]\n')
    shown = up(world, "--dry-run")
    assert f"port 8000/tcp is published, and security group {group} lets nobody reach it" in (
        shown.err
    )
    assert f"authorize-security-group-ingress --group-id {group} --protocol tcp --port 8000" in (
        shown.err
    )
    ec2.authorize_security_group_ingress(
        GroupId=group, IpProtocol="tcp", FromPort=8000, ToPort=8000, CidrIp="0.0.0.0/0"
    )
    assert "lets nobody reach it" not in up(world).err

"""Tasks with EFS volumes: they start where each can be mounted, and stop with AWS's words where the
file system, a mount target, a rule or a right is missing."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.sandbox.conftest import Sandbox

MINUTES = 600
ZONES = ("us-east-1a", "us-east-1b")
SIZE = {"networkMode": "awsvpc", "cpu": "256", "memory": "512"}
DENIED = "access denied by server while mounting 127.0.0.1:/"
CLIENT = "elasticfilesystem:Client"


class Disk:
    """A file system with a mount target in the first zone, and tasks that mount it."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.sandbox, self.efs = sandbox, sandbox.client("efs")
        subnets = sandbox.client("ec2").describe_subnets()["Subnets"]
        self.subnets = {one["AvailabilityZone"]: one["SubnetId"] for one in subnets}
        self.id = self.efs.create_file_system(CreationToken="disk")["FileSystemId"]
        sandbox.settle(MINUTES)
        self.group = sandbox.client("ec2").create_security_group(
            GroupName="disk", Description="disk", VpcId=subnets[0]["VpcId"]
        )["GroupId"]
        self.efs.create_mount_target(
            FileSystemId=self.id, SubnetId=self.subnets[ZONES[0]], SecurityGroups=[self.group]
        )
        sandbox.settle(MINUTES)

    def open_port(self) -> None:
        ec2 = self.sandbox.client("ec2")
        (usual,) = ec2.describe_security_groups(GroupNames=["default"])["SecurityGroups"]
        pairs = [{"GroupId": usual["GroupId"]}]
        rule = {"IpProtocol": "tcp", "FromPort": 2049, "ToPort": 2049, "UserIdGroupPairs": pairs}
        ec2.authorize_security_group_ingress(GroupId=self.group, IpPermissions=[rule])

    def definition(self, **efs: Any) -> str:
        volume = {"name": "data", "efsVolumeConfiguration": {"fileSystemId": self.id, **efs}}
        role = {"taskRoleArn": "arn:aws:iam::123456789012:role/writer"}
        return self.sandbox.definition(volumes=[volume], **SIZE, **role)

    def task(self, zone: str = ZONES[0], **efs: Any) -> dict[str, Any]:
        network = {"awsvpcConfiguration": {"subnets": [self.subnets[zone]]}}
        task = self.sandbox.run(
            self.definition(**efs), launchType="FARGATE", networkConfiguration=network
        )
        self.sandbox.settle(MINUTES)
        return self.sandbox.task(task)

    def reason(self, zone: str = ZONES[0], **efs: Any) -> str:
        """Why a task stops; empty for one that runs."""
        task = self.task(zone, **efs)
        assert task["lastStatus"] in ("RUNNING", "STOPPED")
        return str(task.get("stoppedReason", ""))


@pytest.fixture
def disk(sandbox: Sandbox) -> Disk:
    sandbox.cluster(0)
    return Disk(sandbox)


def point(name: str, iam: str = "DISABLED") -> dict[str, Any]:
    config = {"accessPointId": name, "iam": iam}
    return {"transitEncryption": "ENABLED", "authorizationConfig": config}


def test_a_task_needs_a_mount_target_in_its_zone_that_lets_it_in(disk: Disk) -> None:
    assert "Connection timed out" in disk.reason()
    disk.open_port()
    assert disk.reason() == ""
    assert disk.reason(ZONES[1]) == (
        "ResourceInitializationError: failed to invoke EFS utils commands to set up EFS volumes:"
        f' stderr: Failed to resolve "{disk.id}.efs.us-east-1.amazonaws.com" - check that your file'
        " system ID is correct, and ensure that the VPC has an EFS mount target for this file"
        " system ID. See https://docs.aws.amazon.com/console/efs/mount-dns-name for more detail."
        " Attempting to lookup mount target ip address using botocore. Failed to import necessary"
        " dependency botocore, please install botocore first. : unsuccessful EFS utils command"
        " execution; code: 1"
    )
    assert "Failed to resolve" in disk.reason(fileSystemId="fs-00000000")
    assert DENIED in disk.reason(**point("fsap-0123456789abcdef0"))
    made = disk.efs.create_access_point(ClientToken="x", FileSystemId=disk.id)["AccessPointId"]
    assert disk.reason(**point(made)) == ""


def test_a_policy_of_the_file_system_lets_in_those_whom_it_or_their_role_allows(
    disk: Disk,
) -> None:
    disk.open_port()
    iam, efs = disk.sandbox.client("iam"), disk.efs
    trust = {"Statement": {"Effect": "Allow", "Principal": "*", "Action": "sts:AssumeRole"}}
    iam.create_role(RoleName="writer", AssumeRolePolicyDocument=json.dumps(trust))
    tls = {
        "Effect": "Deny",
        "Principal": {"AWS": "*"},
        "Action": "*",
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
    }
    efs.put_file_system_policy(FileSystemId=disk.id, Policy=json.dumps({"Statement": [tls]}))
    mine, other = (
        efs.create_access_point(ClientToken=name, FileSystemId=disk.id) for name in ("a", "b")
    )
    secure = point(mine["AccessPointId"], "ENABLED")
    assert DENIED in disk.reason(**secure), "neither the policy nor the role allows it"
    only = {"StringEquals": {"elasticfilesystem:AccessPointArn": mine["AccessPointArn"]}}
    right = {"Effect": "Allow", "Action": [f"{CLIENT}Mount"], "Resource": "*", "Condition": only}
    document = json.dumps({"Version": "2012-10-17", "Statement": [right]})
    iam.put_role_policy(RoleName="writer", PolicyName="efs", PolicyDocument=document)
    assert disk.reason(**secure) == ""
    assert DENIED in disk.reason(**point(other["AccessPointId"], "ENABLED"))
    assert DENIED in disk.reason(**point(mine["AccessPointId"])), "nobody is not the role"
    everybody = {"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": f"{CLIENT}*"}
    policy = json.dumps({"Statement": [tls, everybody]})
    efs.put_file_system_policy(FileSystemId=disk.id, Policy=policy)
    assert disk.reason(**point(other["AccessPointId"])) == ""
    assert DENIED in disk.reason(transitEncryption="DISABLED")


def test_instances_stop_tasks_in_the_words_of_their_volume_plugin(sandbox: Sandbox) -> None:
    sandbox.cluster()
    volume = {"name": "data", "efsVolumeConfiguration": {"fileSystemId": "fs-00000000"}}
    task = sandbox.run(sandbox.definition(volumes=[volume]))
    sandbox.settle(MINUTES)
    reason = sandbox.task(task)["stoppedReason"]
    assert reason.startswith("Error response from daemon: create ecs-web-1-data-")
    assert "VolumeDriver.Create: mounting volume failed: Failed to resolve" in reason

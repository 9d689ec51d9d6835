"""File systems of EFS with real containers: what tasks write is there for others, and later, until
the file system is deleted."""

from __future__ import annotations

from typing import Any

import pytest

from ecscli.sandbox.docker.machine import OWNER
from tests.sandbox.conftest import Sandbox, wait_until
from tests.sandbox.docker.conftest import IMAGE, SH, stopped
from tests.sandbox.docker.test_real_tasks import SIZE, fargate

pytestmark = [
    pytest.mark.docker,
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]
MINUTES = 600


class Disk:
    """A file system with a mount target in each zone, and short tasks that mount it."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.sandbox, self.efs = sandbox, sandbox.client("efs")
        self.id = self.efs.create_file_system(CreationToken="disk")["FileSystemId"]
        sandbox.settle(MINUTES)
        for subnet in sandbox.client("ec2").describe_subnets()["Subnets"]:
            self.efs.create_mount_target(
                FileSystemId=self.id, SubnetId=subnet["SubnetId"], SecurityGroups=[self.group()]
            )
        sandbox.settle(MINUTES)

    def group(self) -> str:
        ec2 = self.sandbox.client("ec2")
        found = ec2.describe_security_groups(Filters=[{"Name": "group-name", "Values": ["disk"]}])
        if found["SecurityGroups"]:
            return str(found["SecurityGroups"][0]["GroupId"])
        vpc = ec2.describe_vpcs()["Vpcs"][0]["VpcId"]
        made = ec2.create_security_group(GroupName="disk", Description="disk", VpcId=vpc)
        rule = {"IpProtocol": "tcp", "FromPort": 2049, "ToPort": 2049}
        rule |= {"IpRanges": [{"CidrIp": "0.0.0.0/0"}]}
        ec2.authorize_security_group_ingress(GroupId=made["GroupId"], IpPermissions=[rule])
        return str(made["GroupId"])

    def point(self, token: str, path: str) -> dict[str, Any]:
        """The EFS configuration of a new access point."""
        info = {"OwnerUid": 70, "OwnerGid": 71, "Permissions": "0750"}
        directory = {"Path": path, "CreationInfo": info}
        made = self.efs.create_access_point(
            ClientToken=token, FileSystemId=self.id, RootDirectory=directory
        )
        config = {"accessPointId": made["AccessPointId"]}
        return {"transitEncryption": "ENABLED", "authorizationConfig": config}

    def task(
        self, script: str, efs: dict[str, Any], *, read_only: bool = False, **task: Any
    ) -> dict[str, Any]:
        """A task that has run a script with the file system at /data."""
        mount = {"sourceVolume": "data", "containerPath": "/data", "readOnly": read_only}
        container = {"image": IMAGE, "command": [*SH, script], "mountPoints": [mount]}
        volume = {"name": "data", "efsVolumeConfiguration": {"fileSystemId": self.id, **efs}}
        options = fargate(self.sandbox) if task else {}
        definition = self.sandbox.definition(containers=[container], volumes=[volume], **task)
        return stopped(self.sandbox, self.sandbox.run(definition, **options))

    def succeeds(self, script: str, efs: dict[str, Any], **options: Any) -> bool:
        task = self.task(script, efs, **options)
        return bool(task["containers"][0].get("exitCode") == 0)


@pytest.fixture
def disk(sandbox: Sandbox) -> Disk:
    return Disk(sandbox)


def volumes(engine: Any) -> list[str]:
    found = engine.volumes.list(filters={"label": OWNER})
    return [str(one.name) for one in found]


HAS_ROW = "[ $(/bin/busybox cat /data/row) = 42 ]"


def test_what_a_task_writes_is_there_for_others_until_the_file_system_is_deleted(
    disk: Disk, engine: Any
) -> None:
    first, second = disk.point("first", "/app/data"), disk.point("second", "/app/data")
    owner = "[ $(/bin/busybox stat -c %u:%g:%a /data) = 70:71:750 ]"
    assert disk.succeeds(f"{owner} && echo 42 > /data/row", first)
    assert disk.succeeds(f"{HAS_ROW} && {owner}", first)
    assert disk.succeeds(f"{HAS_ROW} && {owner}", second, **SIZE), "another access point, Fargate"
    assert disk.succeeds("[ $(/bin/busybox cat /data/app/data/row) = 42 ]", {}), "the root"
    assert disk.succeeds(HAS_ROW, {"rootDirectory": "/app/data"})
    assert disk.succeeds("[ ! -e /data/row ]", disk.point("other", "/other"))

    assert not disk.succeeds("echo 43 > /data/row", first, read_only=True)
    assert disk.succeeds(f"{HAS_ROW} && /bin/busybox chmod 700 /data", first)
    assert disk.succeeds("[ $(/bin/busybox stat -c %a /data) = 700 ]", second), "made only once"
    missing = disk.task("true", {"rootDirectory": "/missing"})
    assert (
        "mounting 127.0.0.1:/missing failed, reason given by server: No such file"
        in (missing["stoppedReason"])
    )
    assert any(disk.id in name for name in volumes(engine))
    for one in disk.efs.describe_mount_targets(FileSystemId=disk.id)["MountTargets"]:
        disk.efs.delete_mount_target(MountTargetId=one["MountTargetId"])
    disk.sandbox.settle(MINUTES)
    disk.efs.delete_file_system(FileSystemId=disk.id)
    wait_until(lambda: volumes(engine) == [])


def test_a_reset_forgets_file_systems_with_what_they_hold(disk: Disk, engine: Any) -> None:
    assert disk.succeeds("echo 42 > /data/row", {})
    disk.sandbox.control("reset")
    assert volumes(engine) == []

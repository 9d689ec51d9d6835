"""EFS in stacks: file systems, mount targets and access points are changed in place, replaced where
the schemas say so, and kept where the template asks for it."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.sandbox.conftest import Sandbox
from tests.sandbox.stacks.test_stacks import create, physical, reasons, stack
from tests.sandbox.stacks.test_support_kinds import delete, ref, resource, update

MINUTES = 600
TLS_ONLY = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Deny",
            "Principal": {"AWS": "*"},
            "Action": "*",
            "Condition": {"Bool": {"aws:SecureTransport": "false"}},
        }
    ],
}


def disk(**properties: Any) -> dict[str, Any]:
    """A file system that outlives its stack."""
    return {
        **resource("EFS::FileSystem", Encrypted=True, ThroughputMode="elastic", **properties),
        "DeletionPolicy": "RetainExceptOnCreate",
        "UpdateReplacePolicy": "Retain",
    }


def point(path: str = "/data", **properties: Any) -> dict[str, Any]:
    info = {"OwnerUid": "0", "OwnerGid": "0", "Permissions": "0755"}
    return resource(
        "EFS::AccessPoint",
        FileSystemId=ref("Disk"),
        RootDirectory={"Path": path, "CreationInfo": info},
        **properties,
    )


@pytest.fixture
def subnets(sandbox: Sandbox) -> list[str]:
    """Subnets of the default VPC, each in another zone."""
    return [one["SubnetId"] for one in sandbox.client("ec2").describe_subnets()["Subnets"]]


@pytest.fixture
def group(sandbox: Sandbox) -> str:
    ec2 = sandbox.client("ec2")
    vpc = ec2.describe_vpcs()["Vpcs"][0]["VpcId"]
    return str(ec2.create_security_group(GroupName="v", Description="v", VpcId=vpc)["GroupId"])


def target(subnet: str, group: str) -> dict[str, Any]:
    return resource(
        "EFS::MountTarget", FileSystemId=ref("Disk"), SubnetId=subnet, SecurityGroups=[group]
    )


def settled(sandbox: Sandbox, resources: dict[str, Any]) -> None:
    create(sandbox, json.dumps({"Resources": resources}))
    sandbox.settle(MINUTES)
    assert stack(sandbox)["StackStatus"] == "CREATE_COMPLETE", reasons(sandbox)


def changed(sandbox: Sandbox, resources: dict[str, Any]) -> dict[str, str | None]:
    """Update, and which resources that has modified, and whether they were replaced."""
    found = update(sandbox, resources)
    sandbox.settle(MINUTES)
    return found


def described(sandbox: Sandbox, id_: str = "") -> dict[str, Any]:
    wanted = id_ or physical(sandbox, "Disk")
    (found,) = sandbox.client("efs").describe_file_systems(FileSystemId=wanted)["FileSystems"]
    return dict(found)


def test_a_file_system_changes_in_place(sandbox: Sandbox) -> None:
    efs = sandbox.client("efs")
    settled(sandbox, {"Disk": disk()})
    id_ = physical(sandbox, "Disk")
    assert described(sandbox)["LifeCycleState"] == "available"
    assert described(sandbox)["ThroughputMode"] == "elastic"
    resources = {
        "Disk": disk(
            BackupPolicy={"Status": "ENABLED"},
            LifecyclePolicies=[{"TransitionToIA": "AFTER_30_DAYS"}],
            FileSystemTags=[{"Key": "Name", "Value": "files"}],
            FileSystemPolicy=TLS_ONLY,
        )
    }
    resources["Disk"]["Properties"]["ThroughputMode"] = "bursting"
    assert changed(sandbox, resources) == {"Disk": "False"}
    found = described(sandbox, id_)
    assert (found["ThroughputMode"], found["Name"]) == ("bursting", "files")
    assert efs.describe_backup_policy(FileSystemId=id_)["BackupPolicy"]["Status"] == "ENABLED"
    policies = efs.describe_lifecycle_configuration(FileSystemId=id_)["LifecyclePolicies"]
    assert policies == [{"TransitionToIA": "AFTER_30_DAYS"}]
    policy = efs.describe_file_system_policy(FileSystemId=id_)["Policy"]
    assert json.loads(policy) == TLS_ONLY
    resources["Disk"]["Properties"]["ThroughputMode"] = "elastic"
    changed(sandbox, resources)
    assert stack(sandbox)["StackStatus"] == "UPDATE_ROLLBACK_COMPLETE"
    assert any("once in 24 hours" in one for one in reasons(sandbox))


def test_a_replaced_file_system_is_kept_beside_the_new_empty_one(sandbox: Sandbox) -> None:
    settled(sandbox, {"Disk": disk()})
    old = physical(sandbox, "Disk")
    assert changed(sandbox, {"Disk": disk(PerformanceMode="generalPurpose")}) == {"Disk": "True"}
    assert physical(sandbox, "Disk") != old
    assert described(sandbox, old)["LifeCycleState"] == "available"
    delete(sandbox)
    assert len(sandbox.client("efs").describe_file_systems()["FileSystems"]) == 2


def test_a_file_system_of_a_failed_creation_goes_unless_it_is_retained(sandbox: Sandbox) -> None:
    efs = sandbox.client("efs")
    resources = {"Disk": disk(), "Target": target("subnet-00000000", "sg-0")}
    create(sandbox, json.dumps({"Resources": resources}))
    sandbox.settle(MINUTES)
    assert stack(sandbox)["StackStatus"] == "ROLLBACK_COMPLETE"
    assert efs.describe_file_systems()["FileSystems"] == []
    delete(sandbox)
    resources["Disk"]["DeletionPolicy"] = "Retain"
    create(sandbox, json.dumps({"Resources": resources}))
    sandbox.settle(MINUTES)
    assert len(efs.describe_file_systems()["FileSystems"]) == 1


def test_mount_targets_change_their_groups_and_go_before_their_file_system(
    sandbox: Sandbox, subnets: list[str], group: str
) -> None:
    efs = sandbox.client("efs")
    resources = {
        "Disk": resource("EFS::FileSystem"),
        "First": target(subnets[0], group),
        "Second": target(subnets[1], group),
    }
    settled(sandbox, resources)
    first = physical(sandbox, "First")
    ec2 = sandbox.client("ec2")
    other = ec2.describe_security_groups(GroupNames=["default"])["SecurityGroups"][0]["GroupId"]
    resources["First"]["Properties"]["SecurityGroups"] = [other]
    assert changed(sandbox, resources) == {"First": "False"}
    groups = efs.describe_mount_target_security_groups(MountTargetId=first)["SecurityGroups"]
    assert groups == [other]
    resources["Second"]["Properties"]["SubnetId"] = subnets[0]
    assert changed(sandbox, resources) == {"Second": "True"}
    assert stack(sandbox)["StackStatus"] == "UPDATE_ROLLBACK_COMPLETE"
    assert any("mount target already exists in this AZ" in one for one in reasons(sandbox))
    delete(sandbox)
    sandbox.settle(MINUTES)
    assert efs.describe_file_systems()["FileSystems"] == []


def test_an_access_point_with_another_directory_is_another_one(sandbox: Sandbox) -> None:
    settled(sandbox, {"Disk": disk(), "Point": point(), "Other": point("/other")})
    efs, first = sandbox.client("efs"), physical(sandbox, "Point")
    tagged = point(AccessPointTags=[{"Key": "Name", "Value": "data"}])
    resources = {"Disk": disk(), "Point": tagged, "Other": point("/other")}
    assert changed(sandbox, resources) == {"Point": "False"}
    (found,) = efs.describe_access_points(AccessPointId=first)["AccessPoints"]
    assert (found["Name"], found["LifeCycleState"]) == ("data", "available")
    resources["Point"] = point(PosixUser={"Uid": "1000", "Gid": "1000"})
    assert changed(sandbox, resources) == {"Point": "True"}
    points = efs.describe_access_points(FileSystemId=physical(sandbox, "Disk"))["AccessPoints"]
    assert first not in {one["AccessPointId"] for one in points}
    assert {one["RootDirectory"]["Path"] for one in points} == {"/data", "/other"}

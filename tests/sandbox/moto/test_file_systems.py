"""EFS by its API: what comes and goes in its own time, and what is refused with AWS's codes."""

from __future__ import annotations

from typing import Any

import pytest

from tests.sandbox.conftest import Sandbox, refused

MINUTES = 600


@pytest.fixture
def efs(sandbox: Sandbox) -> Any:
    return sandbox.client("efs")


def made(sandbox: Sandbox, token: str = "disk", **options: Any) -> str:
    """The id of a file system that is available."""
    found = sandbox.client("efs").create_file_system(CreationToken=token, **options)
    assert found["LifeCycleState"] == "creating"
    sandbox.settle(MINUTES)
    return str(found["FileSystemId"])


def subnets(sandbox: Sandbox) -> list[dict[str, Any]]:
    found = sandbox.client("ec2").describe_subnets()["Subnets"]
    return sorted(found, key=lambda one: one["AvailabilityZone"])


def test_a_file_system_is_there_until_its_mount_targets_and_itself_are_deleted(
    sandbox: Sandbox, efs: Any
) -> None:
    first, second = subnets(sandbox)[:2]
    disk = made(sandbox)
    sandbox.control("pace", pace=1)
    target = efs.create_mount_target(FileSystemId=disk, SubnetId=first["SubnetId"])
    assert target["LifeCycleState"] == "creating"
    name = target["MountTargetId"]
    code, _ = refused(
        efs.modify_mount_target_security_groups, MountTargetId=name, SecurityGroups=[]
    )
    assert code == "IncorrectMountTargetState"
    again = {"FileSystemId": disk, "SubnetId": first["SubnetId"]}
    assert refused(efs.create_mount_target, **again)[0] == "MountTargetConflict"
    sandbox.settle(MINUTES)
    point = efs.create_access_point(ClientToken="point", FileSystemId=disk)["AccessPointId"]
    (found,) = efs.describe_mount_targets(AccessPointId=point)["MountTargets"]
    assert found["LifeCycleState"] == "available"
    (interface,) = sandbox.client("ec2").describe_network_interfaces(
        NetworkInterfaceIds=[found["NetworkInterfaceId"]]
    )["NetworkInterfaces"]
    assert interface["Description"] == f"EFS mount target for {disk} ({name})"
    assert [one["GroupName"] for one in interface["Groups"]] == ["default"]
    assert refused(efs.delete_file_system, FileSystemId=disk)[0] == "FileSystemInUse"
    efs.delete_mount_target(MountTargetId=name)
    assert refused(efs.delete_file_system, FileSystemId=disk)[0] == "FileSystemInUse"
    sandbox.settle(MINUTES)
    efs.delete_file_system(FileSystemId=disk)
    (found,) = efs.describe_file_systems(FileSystemId=disk)["FileSystems"]
    assert found["LifeCycleState"] == "deleting"
    late = {"FileSystemId": disk, "SubnetId": second["SubnetId"]}
    assert refused(efs.create_mount_target, **late)[0] == "IncorrectFileSystemLifeCycleState"
    sandbox.settle(MINUTES)
    assert refused(efs.describe_file_systems, FileSystemId=disk)[0] == "FileSystemNotFound"
    assert refused(efs.describe_access_points, AccessPointId=point)[0] == "AccessPointNotFound"


def test_mount_targets_keep_to_one_vpc(sandbox: Sandbox, efs: Any) -> None:
    ec2, disk = sandbox.client("ec2"), made(sandbox)
    efs.create_mount_target(FileSystemId=disk, SubnetId=subnets(sandbox)[0]["SubnetId"])
    other = ec2.create_vpc(CidrBlock="10.9.0.0/16")["Vpc"]["VpcId"]
    subnet = ec2.create_subnet(VpcId=other, CidrBlock="10.9.0.0/24", AvailabilityZone="us-east-1b")[
        "Subnet"
    ]["SubnetId"]
    group = ec2.describe_security_groups(GroupNames=["default"])["SecurityGroups"][0]["GroupId"]
    wanted = {"FileSystemId": disk, "SubnetId": subnet}
    assert refused(efs.create_mount_target, **wanted)[0] == "MountTargetConflict"
    code, _ = refused(efs.create_mount_target, **wanted, SecurityGroups=[group])
    assert code == "SecurityGroupNotFound"
    zonal = made(sandbox, "zonal", AvailabilityZoneName="us-east-1a")
    code, _ = refused(efs.create_mount_target, FileSystemId=zonal, SubnetId=subnet)
    assert code == "AvailabilityZonesMismatch"


def test_file_systems_and_access_points_are_listed_in_pages_with_size_and_tags(
    sandbox: Sandbox, efs: Any
) -> None:
    for number in range(5):
        tags = [{"Key": "ecscli:project", "Value": f"p{number}"}]
        efs.create_file_system(CreationToken=str(number), Tags=tags)
    sandbox.settle(MINUTES)
    pages = list(efs.get_paginator("describe_file_systems").paginate(MaxItems=2))
    disks = [one for page in pages for one in page["FileSystems"]]
    assert len(pages) == 3
    assert [one["Tags"][0]["Value"] for one in disks] == ["p0", "p1", "p2", "p3", "p4"]
    assert {one["SizeInBytes"]["Value"] for one in disks} == {6144}
    disk = disks[0]["FileSystemId"]
    info = {"OwnerUid": 1, "OwnerGid": 1, "Permissions": "0700"}
    for name in ("a", "b", "c"):
        directory = {"Path": f"/{name}", "CreationInfo": info}
        efs.create_access_point(ClientToken=name, FileSystemId=disk, RootDirectory=directory)
    pages = list(
        efs.get_paginator("describe_access_points").paginate(
            FileSystemId=disk, PaginationConfig={"PageSize": 2}
        )
    )
    points = [one for page in pages for one in page["AccessPoints"]]
    assert [one["RootDirectory"]["Path"] for one in points] == ["/a", "/b", "/c"]
    point = points[0]["AccessPointId"]
    efs.tag_resource(ResourceId=point, Tags=[{"Key": "Name", "Value": "first"}])
    assert efs.list_tags_for_resource(ResourceId=point)["Tags"][0]["Value"] == "first"
    efs.untag_resource(ResourceId=disk, TagKeys=["ecscli:project"])
    assert efs.list_tags_for_resource(ResourceId=disk)["Tags"] == []


MISSING = {"FileSystemId": "fs-00000000"}
DIRECTORY = {"Path": "/a", "CreationInfo": {"OwnerUid": 1, "OwnerGid": 1, "Permissions": "rwx"}}


ABSENT = (
    ("describe_backup_policy", MISSING, "FileSystemNotFound"),
    ("describe_file_system_policy", MISSING, "FileSystemNotFound"),
    ("describe_access_points", MISSING, "FileSystemNotFound"),
    ("create_access_point", MISSING, "FileSystemNotFound"),
    ("delete_access_point", {"AccessPointId": "fsap-0"}, "AccessPointNotFound"),
    ("describe_mount_targets", {"AccessPointId": "fsap-0"}, "AccessPointNotFound"),
    ("delete_mount_target", {"MountTargetId": "fsmt-00000000"}, "MountTargetNotFound"),
    ("list_tags_for_resource", {"ResourceId": "fs-00000000"}, "FileSystemNotFound"),
    ("tag_resource", {"ResourceId": "fsap-0", "Tags": []}, "AccessPointNotFound"),
)


def test_what_is_not_there_is_refused(efs: Any) -> None:
    for action, request, code in ABSENT:
        assert refused(getattr(efs, action), **request)[0] == code, action


def test_what_does_not_go_together_is_refused(sandbox: Sandbox, efs: Any) -> None:
    disk = made(sandbox)
    for wanted in (
        {"ThroughputMode": "provisioned"},
        {"ThroughputMode": "elastic", "ProvisionedThroughputInMibps": 8},
        {"ThroughputMode": "elastic", "PerformanceMode": "maxIO"},
        {"KmsKeyId": "alias/aws/elasticfilesystem"},
    ):
        assert refused(efs.create_file_system, CreationToken="x", **wanted)[0] == "BadRequest"
    efs.create_access_point(ClientToken="point", FileSystemId=disk)
    again = {"ClientToken": "point", "FileSystemId": disk}
    assert refused(efs.create_access_point, **again)[0] == "AccessPointAlreadyExists"
    bad = {"ClientToken": "bad", "FileSystemId": disk, "RootDirectory": DIRECTORY}
    assert refused(efs.create_access_point, **bad)[0] == "BadRequest"
    policy = {"FileSystemId": disk, "Policy": "no JSON"}
    assert refused(efs.put_file_system_policy, **policy)[0] == "InvalidPolicyException"
    assert refused(efs.describe_file_system_policy, FileSystemId=disk)[0] == "PolicyNotFound"

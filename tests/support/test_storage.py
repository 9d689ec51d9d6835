"""Volumes in EFS in the support stack: file systems, mount targets, access points and rights, as
CloudFormation takes them."""

import pytest

from ecscli.base.documents import Document
from ecscli.support.network import WantedNetworks, network_part
from ecscli.support.parts import Part, joined
from ecscli.support.storage.live import fixed_changes, kept_storage, replaced_points, volumes_of
from ecscli.support.storage.model import Directory, WantedFileSystem, WantedStorage
from ecscli.support.storage.part import storage_part
from ecscli.support.storage.rights import Mounting, mounting_statements
from ecscli.support.template import compact_body, part_of
from tests.lint import lint

VPC = "vpc-0123456789abcdef0"
SUBNETS = {"eu-west-1a": "subnet-0123456789abcdef0", "eu-west-1b": "subnet-0123456789abcdef1"}
DEFAULT = {"default": {"Fn::GetAtt": ["SecurityGroupDefault", "GroupId"]}}
DATA = Directory("data", "/data")
UPLOADS = Directory("uploads", "/up", (1000, 1000), "0750", acts_as_owner=True)
KEY = "arn:aws:kms:eu-west-1:123456789012:key/01234567-89ab-cdef-0123-456789abcdef"


def storage(*file_systems: WantedFileSystem) -> WantedStorage:
    return WantedStorage("shop", "demo", VPC, file_systems)


def part(wanted: WantedStorage) -> Part:
    """As it is read again from a template."""
    return part_of(compact_body(storage_part(wanted)))


ONE = storage(WantedFileSystem("", "", (DATA, UPLOADS), SUBNETS, DEFAULT))
PROJECTS = {
    "one": ONE,
    "own": storage(
        WantedFileSystem("", "", (UPLOADS,), SUBNETS, DEFAULT, ("shop-web",), "bursting"),
        WantedFileSystem(
            "data",
            "",
            (DATA,),
            SUBNETS,
            {"sg-0123456789abcdef0": "sg-0123456789abcdef0"},
            ("arn:aws:iam::123456789012:role/db",),
            "provisioned",
            64,
            backup=False,
            lifecycle="1d",
            kms_key=KEY,
        ),
    ),
    "found again": storage(
        WantedFileSystem("", "fs-0123456789abcdef0", (DATA,), SUBNETS, DEFAULT, lifecycle="none")
    ),
}


@pytest.mark.parametrize("name", PROJECTS)
def test_cloudformation_takes_the_template(name: str) -> None:
    networks = network_part(WantedNetworks("shop", VPC, ("default",)))
    body = compact_body(joined([networks, storage_part(PROJECTS[name])]))
    assert lint(body, "eu-west-1") == []


def properties(found: Part, id_: str) -> Document:
    known: Document = found.resources[id_]["Properties"]
    return known


def test_one_file_system_holds_all_volumes_and_is_never_deleted_with_the_stack() -> None:
    found = part(ONE)
    assert list(found.resources) == [
        "FileSystem",
        "Volumes",
        "MountsFromDefault",
        "MountTargetEuWest1a",
        "MountTargetEuWest1b",
        "AccessPointData",
        "AccessPointUploads",
    ]
    assert found.outputs["FileSystem"] == {"Value": {"Ref": "FileSystem"}}
    resource = found.resources["FileSystem"]
    assert resource["DeletionPolicy"] == "RetainExceptOnCreate"
    assert resource["UpdateReplacePolicy"] == "Retain"
    assert properties(found, "FileSystem") == {
        "Encrypted": True,
        "PerformanceMode": "generalPurpose",
        "ThroughputMode": "elastic",
        "BackupPolicy": {"Status": "ENABLED"},
        "FileSystemTags": [
            {"Key": "ecscli:project", "Value": "shop"},
            {"Key": "ecscli:cluster", "Value": "demo"},
            {"Key": "Name", "Value": "shop"},
        ],
        "FileSystemPolicy": {
            "Version": "2012-10-17",
            "Statement": [
                {
                    "Effect": "Deny",
                    "Principal": {"AWS": "*"},
                    "Action": "*",
                    "Condition": {"Bool": {"aws:SecureTransport": "false"}},
                }
            ],
        },
        "LifecyclePolicies": [{"TransitionToIA": "AFTER_30_DAYS"}],
    }


def test_it_is_reached_by_nfs_in_each_zone_from_the_groups_that_mount() -> None:
    found = part(ONE)
    rule = properties(found, "MountsFromDefault")
    assert (rule["FromPort"], rule["ToPort"], rule["IpProtocol"]) == (2049, 2049, "tcp")
    assert rule["SourceSecurityGroupId"] == {"Fn::GetAtt": ["SecurityGroupDefault", "GroupId"]}
    target = properties(found, "MountTargetEuWest1a")
    assert target["SubnetId"] == SUBNETS["eu-west-1a"]
    assert target["SecurityGroups"] == [{"Fn::GetAtt": ["Volumes", "GroupId"]}]


def test_a_directory_is_made_for_its_owner_and_acts_as_it_only_where_that_is_asked() -> None:
    found = part(ONE)
    data, uploads = properties(found, "AccessPointData"), properties(found, "AccessPointUploads")
    assert data["RootDirectory"] == {
        "Path": "/data",
        "CreationInfo": {"OwnerUid": "0", "OwnerGid": "0", "Permissions": "0755"},
    }
    assert "PosixUser" not in data
    assert uploads["PosixUser"] == {"Uid": "1000", "Gid": "1000"}
    assert volumes_of(found) == {"AccessPointData": "data", "AccessPointUploads": "uploads"}


def test_roles_that_files_name_are_allowed_by_the_policy() -> None:
    found = part(PROJECTS["own"])
    statements = properties(found, "FileSystem")["FileSystemPolicy"]["Statement"]
    sub = "arn:${AWS::Partition}:iam::${AWS::AccountId}:role/shop-web"
    assert statements[1]["Principal"] == {"AWS": [{"Fn::Sub": sub}]}
    own = properties(found, "FileSystemData")["FileSystemPolicy"]["Statement"]
    assert own[1]["Principal"] == {"AWS": ["arn:aws:iam::123456789012:role/db"]}


def test_a_file_system_that_is_there_gets_new_ways_to_it_and_no_copy() -> None:
    found = part(PROJECTS["found again"])
    assert "FileSystem" not in found.resources
    assert found.outputs["FileSystem"] == {"Value": "fs-0123456789abcdef0"}
    for id_ in ("MountTargetEuWest1a", "AccessPointData"):
        assert properties(found, id_)["FileSystemId"] == "fs-0123456789abcdef0"


def test_storage_of_a_template_stays_without_the_rules_of_what_mounts() -> None:
    networks = network_part(WantedNetworks("shop", VPC, ("default",)))
    whole = part_of(compact_body(joined([networks, storage_part(ONE)])))
    kept = kept_storage(whole)
    assert set(kept.resources) == set(part(ONE).resources) - {"MountsFromDefault"}
    assert set(kept.outputs) == {"FileSystem", "AccessPointData", "AccessPointUploads"}
    assert not kept_storage(part_of(compact_body(networks)))


@pytest.mark.parametrize(
    ("wanted", "keys"),
    [
        (WantedFileSystem(), []),
        (WantedFileSystem(throughput="bursting", backup=False, lifecycle="7d"), []),
        (WantedFileSystem(performance="maxIO"), ["performance"]),
        (WantedFileSystem(encrypted=False), ["encrypted"]),
        (WantedFileSystem(kms_key="alias/shop"), ["kms_key"]),
    ],
)
def test_what_efs_cannot_change_is_found(wanted: WantedFileSystem, keys: list[str]) -> None:
    live = properties(part(ONE), "FileSystem")
    assert [key for key, _ in fixed_changes(live, wanted, of_stack=True)] == keys


def test_a_description_names_the_key_of_the_account_too() -> None:
    described = {"PerformanceMode": "generalPurpose", "Encrypted": True, "KmsKeyId": KEY}

    def changes(kms_key: str | None) -> list[str]:
        wanted = WantedFileSystem(kms_key=kms_key)
        return [key for key, _ in fixed_changes(described, wanted, of_stack=False)]

    assert changes(None) == changes(KEY) == changes("alias/shop") == []
    assert changes(KEY.rpartition("/")[2]) == []
    assert changes("00000000-89ab-cdef-0123-456789abcdef") == ["kms_key"]


def test_another_path_or_user_makes_another_access_point() -> None:
    moved = storage(
        WantedFileSystem("", "", (Directory("data", "/other"), UPLOADS), SUBNETS, DEFAULT)
    )
    assert replaced_points(part(ONE), part(moved)) == ["AccessPointData"]
    assert replaced_points(part(ONE), part(ONE)) == []


def test_a_task_role_may_mount_by_its_access_points_alone() -> None:
    found = list(
        mounting_statements(
            [
                Mounting("FileSystem", "AccessPointData", writes=True),
                Mounting("", "fsap-01234567", writes=False, as_root=False, given="fs-01234567"),
                Mounting("", "", writes=False, given="fs-01234567"),
            ]
        )
    )
    assert found[0] == {
        "Effect": "Allow",
        "Action": [
            "elasticfilesystem:ClientMount",
            "elasticfilesystem:ClientWrite",
            "elasticfilesystem:ClientRootAccess",
        ],
        "Resource": {"Fn::GetAtt": ["FileSystem", "Arn"]},
        "Condition": {
            "StringEquals": {
                "elasticfilesystem:AccessPointArn": {"Fn::GetAtt": ["AccessPointData", "Arn"]}
            }
        },
    }
    assert found[1]["Action"] == ["elasticfilesystem:ClientMount"]
    assert str(found[1]["Resource"]["Fn::Sub"]).endswith(":file-system/fs-01234567")
    assert "Condition" not in found[2]

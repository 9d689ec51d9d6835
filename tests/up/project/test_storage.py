"""Volumes of a project in EFS against what is there: kept, found again, never replaced by an empty
one."""

import pytest

from ecscli.base.documents import Document
from ecscli.base.errors import InputError
from ecscli.base.marks import Mark
from ecscli.base.records import replace
from ecscli.compose.storage.model import EfsVolume, FileSystem, Storage, configuration
from ecscli.support.names import stack_tags
from ecscli.support.parts import Part
from ecscli.support.storage.model import VOLUME_TAG, VOLUMES_TAG
from ecscli.support.template import compact_body, part_of
from ecscli.up.diff import lines
from ecscli.up.model import DeployStack, Plan, Ref
from ecscli.up.project.storage import (
    ProjectStorage,
    StoragePlace,
    fixed_findings,
    moved_findings,
    sought_file_systems,
    stack_part,
    statements_of,
    storage_remarks,
    strayed_findings,
    unreached_findings,
    values_of,
    with_ids,
)
from ecscli.up.service.names import Names
from ecscli.up.stack.model import Stack
from ecscli.up.support.file_systems import by_name, volumes_in
from ecscli.up.support.live import LiveSupport

NAMES = Names("shop", "demo")
DATA, UPLOADS = EfsVolume("data", "/data"), EfsVolume("uploads", "/up", "uploads")
STORAGE = Storage(
    {"data": DATA, "uploads": UPLOADS}, (FileSystem(), FileSystem("uploads", backup=False))
)
PROJECT = ProjectStorage(STORAGE, {"db": {"data": True}, "web": {"uploads": False}})
PLACE = StoragePlace(
    "vpc-1", {"zone-a": "subnet-1"}, {"db": {"default": "sg-1"}, "web": {"default": "sg-1"}}
)
OUTPUTS = {
    "FileSystem": "fs-1",
    "FileSystemUploads": "fs-2",
    "AccessPointData": "fsap-1",
    "AccessPointUploads": "fsap-2",
    "AccessPointCache": "fsap-3",
}


def live(part: Part) -> LiveSupport:
    """The stack once it has been made."""
    outputs = {name: OUTPUTS[name] for name in part.outputs}
    stack = Stack("id", "ecscli-demo-shop", "CREATE_COMPLETE", "", {}, outputs, _tags())
    return LiveSupport(stack, compact_body(part))


def _tags() -> dict[str, str]:
    return stack_tags("demo", "shop")


def properties(found: LiveSupport, id_: str) -> Document:
    """The properties of a resource of the stack."""
    known: Document = part_of(found.body).resources[id_]["Properties"]
    return known


NOTHING = LiveSupport()
MADE = live(stack_part(NAMES, PROJECT, PLACE, NOTHING))


def described(id_: str, **tags: str) -> Document:
    rows = [{"Key": key, "Value": value} for key, value in {**_tags(), **tags}.items()]
    return {"FileSystemId": id_, "Tags": rows, "PerformanceMode": "generalPurpose"}


def with_volume(volume: EfsVolume, *file_systems: FileSystem) -> ProjectStorage:
    return replace(PROJECT, storage=Storage({volume.name: volume}, file_systems or (FileSystem(),)))


def test_ids_are_known_once_the_stack_is_there() -> None:
    definition = {"volumes": [{"name": "d", "efsVolumeConfiguration": configuration(DATA)}]}
    part = stack_part(NAMES, PROJECT, PLACE, NOTHING)
    [first] = with_ids(definition, values_of(NAMES, PROJECT, NOTHING, part))["volumes"]
    file_system = first["efsVolumeConfiguration"]["fileSystemId"]
    assert file_system == Ref("ecscli-demo-shop.FileSystem", "ecscli-demo-shop.FileSystem")
    part = stack_part(NAMES, PROJECT, PLACE, MADE)
    [again] = with_ids(definition, values_of(NAMES, PROJECT, MADE, part))["volumes"]
    assert again["efsVolumeConfiguration"] == {
        "fileSystemId": "fs-1",
        "transitEncryption": "ENABLED",
        "authorizationConfig": {"accessPointId": "fsap-1", "iam": "ENABLED"},
    }
    assert not list(storage_remarks(NAMES, PROJECT, MADE, part))


def test_a_new_path_is_a_new_access_point_whose_id_is_not_known_yet() -> None:
    project = with_volume(replace(DATA, path="/other"))
    part = stack_part(NAMES, project, PLACE, MADE)
    values = values_of(NAMES, project, MADE, part)
    assert values["<file system>"] == "fs-1"
    assert isinstance(values["<access point of data>"], Ref)
    remarks = [one.message for one in storage_remarks(NAMES, project, MADE, part)]
    assert remarks[1] == (
        "! access point AccessPointData of volume data is replaced: it is /other from now on, and"
        " what is in /data stays there"
    )


def test_a_plan_marks_what_is_replaced() -> None:
    before = compact_body(stack_part(NAMES, PROJECT, PLACE, NOTHING))
    moved = with_volume(replace(DATA, path="/other"), FileSystem(backup=False))
    after = compact_body(stack_part(NAMES, moved, PLACE, MADE))
    action = DeployStack(
        {"StackName": "ecscli-demo-shop", "TemplateBody": after},
        {"TemplateBody": before},
        "before the services",
    )
    found = list(lines(Plan((action,))))
    assert "    - AccessPointData.RootDirectory.Path: /data" in found
    assert "    + AccessPointData.RootDirectory.Path: /other" in found
    assert "    + FileSystem.BackupPolicy.Status: DISABLED" in found
    assert [line for line in found if "!" in line] == ["    ! AccessPointData is replaced"]


def test_a_volume_does_not_leave_the_file_system_with_its_data() -> None:
    project = with_volume(replace(DATA, file_system="data"), FileSystem("data"))
    part = stack_part(NAMES, project, PLACE, MADE)
    [finding] = moved_findings(NAMES, project, MADE, part)
    assert finding.message == (
        "volumes.data: its data is in another file system, which it would leave"
    )


def test_nor_one_that_the_stack_has_left() -> None:
    """`down` leaves the file systems without the stack, and `own` may change before the next
    `up`."""
    shared = properties(MADE, "FileSystem")
    kept = {row["Key"]: row["Value"] for row in shared["FileSystemTags"]}
    there = {"fs-1": ("", volumes_in(described("fs-1", **kept)))}
    own = with_volume(replace(DATA, file_system="data"), FileSystem("data"))
    [finding] = strayed_findings(own, there)
    assert finding.message == "volumes.data: its data is in file system fs-1, which it would leave"
    assert not list(strayed_findings(with_volume(DATA), there))

    of_one = {"fs-2": ("uploads", volumes_in(described("fs-2", **{VOLUME_TAG: "uploads"})))}
    joined = with_volume(replace(UPLOADS, file_system=""), FileSystem())
    [finding] = strayed_findings(joined, of_one)
    assert "its data is in file system fs-2" in finding.message


def test_the_tags_of_a_file_system_name_volumes_that_have_left_the_files() -> None:
    both = Storage({"data": DATA, "cache": EfsVolume("cache", "/cache")}, (FileSystem(),))
    before = live(stack_part(NAMES, replace(PROJECT, storage=both), PLACE, NOTHING))
    after = live(stack_part(NAMES, with_volume(DATA), PLACE, before))
    assert {"Key": VOLUMES_TAG, "Value": "data cache"} in properties(after, "FileSystem")[
        "FileSystemTags"
    ]


def test_storage_outlives_its_line_in_the_files() -> None:
    project = with_volume(DATA)
    part = stack_part(NAMES, project, PLACE, MADE)
    assert {"FileSystemUploads", "AccessPointUploads"} <= set(part.resources)
    [remark] = storage_remarks(NAMES, project, MADE, part)
    assert remark.message.startswith("volume uploads keeps its file system")
    assert "--volumes" in str(remark.hint)
    nothing = ProjectStorage()
    assert "FileSystem" in stack_part(NAMES, nothing, None, MADE).resources


def test_a_mount_target_stays_in_its_subnet_as_a_zone_has_room_for_one() -> None:
    moved = replace(PLACE, subnets={"zone-a": "subnet-9", "zone-b": "subnet-8"})
    part = stack_part(NAMES, PROJECT, moved, MADE)
    subnets = {
        id_: one["Properties"]["SubnetId"]
        for id_, one in part.resources.items()
        if id_.startswith("MountTargetZone")
    }
    assert subnets == {"MountTargetZoneA": "subnet-1", "MountTargetZoneB": "subnet-8"}


@pytest.mark.parametrize("key", ["performance", "encrypted", "kms_key"])
def test_what_efs_cannot_change_is_refused_with_its_place(key: str) -> None:
    value = {"performance": "maxIO", "encrypted": False, "kms_key": "alias/a"}[key]
    mark = Mark("compose.yml", 7, 3)
    made = FileSystem(throughput="bursting", marks={key: mark}, **{key: value})
    [finding] = fixed_findings(NAMES, with_volume(DATA, made), MADE)
    assert finding.message.startswith(f"volumes: {key}: file system fs-1 has ")
    assert finding.where == mark
    changed = FileSystem(throughput="bursting", backup=False, lifecycle="none")
    assert not list(fixed_findings(NAMES, with_volume(DATA, changed), MADE))


def test_a_file_system_that_was_left_is_used_again_and_not_made() -> None:
    assert sought_file_systems(NAMES, PROJECT, NOTHING) == ["", "uploads"]
    assert sought_file_systems(NAMES, PROJECT, MADE) == []
    rows = [described("fs-1"), described("fs-2", **{"ecscli:volume": "uploads"})]
    found = by_name(rows, ["", "uploads"])
    project = replace(PROJECT, found=found)
    part = stack_part(NAMES, project, PLACE, NOTHING)
    assert "FileSystem" not in part.resources
    assert part.resources["AccessPointData"]["Properties"]["FileSystemId"] == "fs-1"
    assert values_of(NAMES, project, NOTHING, part)["<file system of uploads>"] == "fs-2"
    remarks = [one.message for one in storage_remarks(NAMES, project, NOTHING, part)]
    assert remarks == [
        "file system fs-1 of the volumes is used again, with the data and settings that it has",
        "file system fs-2 of volume uploads is used again, with the data and settings that it has",
    ]


def test_of_two_file_systems_none_is_chosen() -> None:
    with pytest.raises(InputError, match="the project has two file systems, fs-1 and fs-9"):
        by_name([described("fs-1"), described("fs-9")], [""])


def test_a_role_that_files_name_gets_no_rights_but_the_policy_allows_it() -> None:
    [own] = statements_of(PROJECT, "db")
    assert "elasticfilesystem:ClientWrite" in own["Action"]
    [reading] = statements_of(PROJECT, "web")
    assert "elasticfilesystem:ClientWrite" not in reading["Action"]
    named = replace(PROJECT, roles={"db": "mine"})
    assert statements_of(named, "db") == []
    part = stack_part(NAMES, named, PLACE, NOTHING)
    policy = part.resources["FileSystem"]["Properties"]["FileSystemPolicy"]
    assert "role/mine" in str(policy["Statement"][1])


def test_an_existing_file_system_must_reach_the_tasks() -> None:
    mark = Mark("compose.yml", 5, 9)
    volume = EfsVolume("data", "/", existing="fs-9", marks={"file_system": mark})

    def problems(*targets: tuple[str, str]) -> list[str]:
        rows = [{"VpcId": vpc, "AvailabilityZoneName": zone} for vpc, zone in targets]
        found = list(unreached_findings([volume], "vpc-1", ["zone-a", "zone-b"], {"fs-9": rows}))
        assert {one.where for one in found} <= {mark}
        return [one.message for one in found]

    assert problems(("vpc-1", "zone-a"), ("vpc-1", "zone-b")) == []
    assert problems(("vpc-2", "zone-a")) == [
        "volumes.data: file system fs-9 is in vpc-2, the tasks in vpc-1"
    ]
    assert problems(("vpc-1", "zone-a")) == [
        "volumes.data: file system fs-9 has no mount target in zone-b"
    ]
    assert not list(unreached_findings([volume], "vpc-1", ["zone-a"], {}))

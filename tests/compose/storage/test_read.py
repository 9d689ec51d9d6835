"""Where files say that a volume is kept in EFS, and what of that cannot be."""

from pathlib import Path

import pytest

from ecscli.base.errors import InputError
from ecscli.base.findings import Findings
from ecscli.compose.find.options import LoadOptions
from ecscli.compose.load import load_project
from ecscli.compose.params.extension import with_extension
from ecscli.compose.params.read import EcsParams, parse_params
from ecscli.compose.storage.model import EfsVolume, FileSystem, Storage, configuration
from ecscli.compose.storage.read import read_storage
from ecscli.compose.verdict import build_task_definition

WEB = 'services: {web: {image: nginx, user: "33:34", volumes: ["data:/srv"]}}\n'
ONE = "volumes: {data: {x-ecs: {efs: %s}}}\n"


def read(tmp_path: Path, compose: str, params: str = "") -> tuple[Storage, Findings]:
    (tmp_path / "compose.yml").write_text(compose)
    project = load_project(LoadOptions(str(tmp_path), {}))
    beside = parse_params(params, "ecs-params.yml", {}) if params else EcsParams()
    beside, findings = with_extension(beside, project), Findings()
    storage = read_storage(project, beside, findings)
    findings.errors.extend(beside.errors)
    return storage, findings


def storage_of(tmp_path: Path, compose: str, params: str = "") -> Storage:
    storage, findings = read(tmp_path, compose, params)
    findings.raise_errors()
    return storage


def volume_of(tmp_path: Path, compose: str, params: str = "") -> EfsVolume:
    return storage_of(tmp_path, compose, params).volumes["data"]


@pytest.mark.parametrize(
    ("compose", "params"),
    [
        (WEB + ONE % "true", ""),
        (WEB + ONE % "{}", ""),
        (WEB + "volumes: {data: }\nx-ecs: {volumes: {data: {efs: true}}}\n", ""),
        (WEB + "volumes: {data: }\n", "volumes: {data: {efs: true}}\n"),
        (WEB + "volumes: {data: {driver: efs}}\n", ""),
    ],
    ids=["x-ecs of the volume", "empty mapping", "x-ecs at the top", "ecs-params", "driver"],
)
def test_each_place_asks_for_the_same(tmp_path: Path, compose: str, params: str) -> None:
    storage = storage_of(tmp_path, compose, params)
    volume = storage.volumes["data"]
    assert (volume.path, volume.owner, volume.permissions) == ("/data", (33, 34), "0755")
    assert not volume.acts_as_owner
    assert storage.file_systems == (FileSystem(),)
    assert configuration(volume) == {
        "fileSystemId": "<file system>",
        "transitEncryption": "ENABLED",
        "authorizationConfig": {"accessPointId": "<access point of data>", "iam": "ENABLED"},
    }


def test_options_of_docker_have_our_keys(tmp_path: Path) -> None:
    options = (
        "backup_policy: DISABLED, lifecycle_policy: AFTER_14_DAYS, performance_mode: maxIO,"
        " throughput_mode: provisioned, provisioned_throughput: 64, uid: 1000, gid: 1001,"
        ' permissions: "0700", root_directory: /here'
    )
    storage = storage_of(tmp_path, WEB + f"volumes: {{data: {{driver_opts: {{{options}}}}}}}\n")
    volume, (made,) = storage.volumes["data"], storage.file_systems
    assert (volume.owner, volume.acts_as_owner) == ((1000, 1001), True)
    assert (volume.path, volume.permissions) == ("/here", "0700")
    assert (made.throughput, made.provisioned, made.performance) == ("provisioned", 64, "maxIO")
    assert (made.backup, made.lifecycle) == (False, "14d")


def test_ecs_params_wins_over_the_compose_file_key_by_key(tmp_path: Path) -> None:
    compose = WEB + ONE % '{path: /a, permissions: "0700"}'
    assert volume_of(tmp_path, compose, "volumes: {data: {efs: {path: /b}}}\n").path == "/b"
    assert volume_of(tmp_path, compose, "volumes: {data: {efs: true}}\n").permissions == "0700"
    assert not storage_of(tmp_path, compose, "volumes: {data: {efs: false}}\n")


def test_an_existing_file_system_is_mounted_as_it_is(tmp_path: Path) -> None:
    compose = WEB + ONE % "{file_system: fs-01234567, access_point: fsap-01234567}"
    storage = storage_of(tmp_path, compose)
    assert storage.file_systems == ()
    assert configuration(storage.volumes["data"]) == {
        "fileSystemId": "fs-01234567",
        "transitEncryption": "ENABLED",
        "authorizationConfig": {"accessPointId": "fsap-01234567", "iam": "ENABLED"},
    }
    compose = WEB + ONE % "{file_system: fs-01234567, path: /a, iam: false}"
    assert configuration(volume_of(tmp_path, compose)) == {
        "fileSystemId": "fs-01234567",
        "transitEncryption": "ENABLED",
        "rootDirectory": "/a",
    }


def test_a_driver_with_an_id_keeps_its_meaning(tmp_path: Path) -> None:
    compose = WEB + "volumes: {data: {driver: efs, driver_opts: {filesystem_id: fs-01234567}}}\n"
    assert not storage_of(tmp_path, compose)


def test_options_of_other_drivers_are_no_file_system(tmp_path: Path) -> None:
    compose = WEB + "volumes: {data: {driver_opts: {type: nfs, device: ':/'}}}\n"
    assert not storage_of(tmp_path, compose)


def test_a_part_of_a_volume_has_an_access_point_of_its_own(tmp_path: Path) -> None:
    mount = "{type: volume, source: data, target: /srv, volume: {subpath: a/b}}"
    compose = f"services: {{web: {{image: nginx, volumes: [{mount}]}}}}\n" + ONE % "true"
    storage = storage_of(tmp_path, compose)
    assert [(one.name, one.path) for one in storage.made] == [
        ("data", "/data"),
        ("data/a/b", "/data/a/b"),
    ]


def test_volumes_share_a_file_system_but_for_those_with_their_own(tmp_path: Path) -> None:
    compose = (
        "services: {web: {image: nginx, volumes: ['a:/a', 'b:/b', 'c:/c']}}\n"
        "volumes:\n"
        "  a: {x-ecs: {efs: {throughput: bursting}}}\n"
        "  b: {x-ecs: {efs: {backup: false}}}\n"
        "  c: {x-ecs: {efs: {own: true}}}\n"
    )
    shared, own = storage_of(tmp_path, compose).file_systems
    assert (shared.name, shared.throughput, shared.backup) == ("", "bursting", False)
    assert (own.name, own.throughput, own.backup) == ("c", "elastic", True)


TWO = (
    "services: {web: {image: nginx, volumes: ['a:/a', 'b:/b']}}\n"
    "volumes:\n"
    "  a: {x-ecs: {efs: {throughput: bursting}}}\n"
    "  b: {x-ecs: {efs: {throughput: elastic}}}\n"
)


def test_keys_of_one_file_system_must_agree(tmp_path: Path) -> None:
    with pytest.raises(InputError) as error:
        storage_of(tmp_path, TWO)
    (finding,) = error.value.findings
    assert finding.message == (
        "volumes.b.efs.throughput: is elastic, and compose.yml:3:21 has bursting for the same file"
        " system"
    )
    assert str(finding.where) == "compose.yml:4:21"
    assert "own: true" in str(finding.hint)


@pytest.mark.parametrize(
    ("efs", "message"),
    [
        ("{uid: 1}", "uid: needs gid beside it"),
        ("{access_point: fsap-01234567}", "access_point: needs the file system that it is of"),
        ("{iam: false}", "iam: belongs to a file system that exists"),
        ("{file_system: fs-01234567, own: true}", "own: belongs to a file system that is made"),
        (
            "{file_system: fs-01234567, access_point: fsap-01234567, path: /a}",
            "path: the access point sets the directory",
        ),
        ("{throughput: provisioned}", "throughput: needs provisioned_throughput"),
        ("{provisioned_throughput: 8}", "provisioned_throughput: is for throughput: provisioned"),
        ("{performance: maxIO}", "performance: maxIO does not go with elastic throughput"),
        ("{encrypted: false, kms_key: alias/a}", "kms_key: needs encryption"),
        ("{lifecycle: 31d}", "lifecycle: must be one of"),
        ("{permissions: rwx}", "permissions: must be permissions in octal form"),
        ("{path: a}", "path: must be a path such as /uploads"),
        ("{path: /a/../b}", "path: must be a path such as /uploads"),
        ("{file_system: data}", "file_system: must be an id such as fs-"),
        ("[1]", "must be true or false"),
    ],
)
def test_what_cannot_be_is_refused_with_its_place(tmp_path: Path, efs: str, message: str) -> None:
    with pytest.raises(InputError) as error:
        storage_of(tmp_path, WEB + ONE % efs)
    finding = error.value.findings[0]
    assert message in finding.message
    assert str(finding.where).startswith("compose.yml:2:")


def test_two_volumes_are_never_one_directory(tmp_path: Path) -> None:
    compose = TWO.replace("throughput: bursting", "path: /x").replace(
        "throughput: elastic", "path: /x"
    )
    with pytest.raises(InputError, match="/x is that of volume a too"):
        storage_of(tmp_path, compose)


def test_a_volume_is_defined_in_one_way(tmp_path: Path) -> None:
    params = "task_definition: {efs_volumes: [{name: data, filesystem_id: fs-01234567}]}\n"
    with pytest.raises(InputError, match="is defined under task_definition too"):
        storage_of(tmp_path, WEB + ONE % "true", params)


def test_a_volume_that_the_compose_file_lacks_is_noted(tmp_path: Path) -> None:
    _, findings = read(tmp_path, WEB + ONE % "true", "volumes: {date: {efs: true}}\n")
    (warning,) = findings.warnings
    assert warning.message == "volumes.date: the Compose file has no such volume"
    assert warning.hint == 'did you mean "data"?'


def test_disks_and_file_systems_of_s3_have_their_places_too(tmp_path: Path) -> None:
    compose = (
        "services: {web: {image: nginx, volumes: ['cache:/c', 'media:/m']}}\n"
        "volumes:\n"
        "  cache: {x-ecs: {ebs: {size: 20, role_arn: 'arn:aws:iam::123456789012:role/ebs'}}}\n"
        "  media: {x-ecs: {s3files: 'arn:aws:s3files:eu-west-1:123456789012:file-system/fs-1'}}\n"
    )
    (tmp_path / "compose.yml").write_text(compose)
    definition = build_task_definition(load_project(LoadOptions(str(tmp_path), {})))
    assert definition.request["volumes"] == [
        {"name": "cache", "configuredAtLaunch": True},
        {
            "name": "media",
            "s3filesVolumeConfiguration": {
                "fileSystemArn": "arn:aws:s3files:eu-west-1:123456789012:file-system/fs-1"
            },
        },
    ]
    disk = {"sizeInGiB": 20, "roleArn": "arn:aws:iam::123456789012:role/ebs"}
    assert definition.managed_volumes == ({"name": "cache", "managedEBSVolume": disk},)


def test_a_volume_is_kept_in_one_place(tmp_path: Path) -> None:
    compose = WEB + "volumes: {data: {x-ecs: {efs: true, ebs: {size: 1, role_arn: r}}}}\n"
    with pytest.raises(InputError, match=r"volumes\.data: is kept in efs and ebs"):
        storage_of(tmp_path, compose)

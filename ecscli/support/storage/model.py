"""PURE: the file systems that a project gets, and the names of their parts in its stack."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from ecscli.base.records import field, record
from ecscli.support.parts import logical_ids

FILE_SYSTEM, ACCESS_POINT = "FileSystem", "AccessPoint"  # logical ids and outputs begin with them
MOUNT_TARGET, GROUP = "MountTarget", "Volumes"
KIND_OF_FILE_SYSTEM, KIND_OF_ACCESS_POINT = "AWS::EFS::FileSystem", "AWS::EFS::AccessPoint"
KIND_OF_MOUNT_TARGET = "AWS::EFS::MountTarget"
SECURITY_GROUP, INGRESS = "AWS::EC2::SecurityGroup", "AWS::EC2::SecurityGroupIngress"
NFS = 2049
VOLUME_TAG = "ecscli:volume"  # of an access point, and of a file system of one volume
VOLUMES_TAG = "ecscli:volumes"  # of a file system that volumes share: their names
LONGEST_TAG = 256  # characters of a value
OF_PROJECT = ""  # name of the file system that volumes share
MOUNT, WRITE, AS_ROOT = (
    "elasticfilesystem:ClientMount",
    "elasticfilesystem:ClientWrite",
    "elasticfilesystem:ClientRootAccess",
)


@record
class Directory:
    """A volume as a directory of its file system, with an access point; what it is owned by when it
    is made, and `acts_as_owner`: whatever user a container has, it acts as that one."""

    volume: str
    path: str
    owner: tuple[int, int] = (0, 0)
    permissions: str = "0755"
    acts_as_owner: bool = False


@record
class WantedFileSystem:
    """A file system: `name` is OF_PROJECT, or that of the volume whose own it is. `given`: the id
    of one that is there and not in the stack. `subnets`: one for each zone, by the zone's name;
    `clients`: the security groups that may mount it, by a name for each; `roles`: names or ARNs of
    roles that files name, which its policy allows. `lifecycle` is days, as in `30d`, or none;
    `provisioned` MiB a second; `volumes` the names of all whose data it has."""

    name: str = OF_PROJECT
    given: str = ""
    directories: tuple[Directory, ...] = ()
    subnets: Mapping[str, str] = field(default_factory=dict)
    clients: Mapping[str, object] = field(default_factory=dict)
    roles: tuple[str, ...] = ()
    throughput: str = "elastic"
    provisioned: int | None = None
    performance: str = "generalPurpose"
    backup: bool = True
    lifecycle: str = "30d"
    kms_key: str | None = None
    encrypted: bool = True
    volumes: tuple[str, ...] = ()


@record
class WantedStorage:
    """All of them, in one VPC."""

    project: str
    cluster: str
    vpc: str
    file_systems: tuple[WantedFileSystem, ...] = ()


def file_system_outputs(names: Iterable[str]) -> dict[str, str]:
    """The output with the id of each file system."""
    own = logical_ids(FILE_SYSTEM, (name for name in names if name))
    return {OF_PROJECT: FILE_SYSTEM, **own}


def access_point_outputs(volumes: Iterable[str]) -> dict[str, str]:
    """The output with the id of the access point of each volume."""
    return logical_ids(ACCESS_POINT, volumes)


def mount_target_ids(name: str, suffix: str, zones: Iterable[str]) -> dict[str, str]:
    """The logical id of the mount target in each zone, which has room for one alone."""
    return logical_ids(f"{MOUNT_TARGET}{suffix}", zones)

"""Volumes that are kept in EFS: each with its place in a file system, and what the file systems are
made with.

What is only known on AWS has a place in the text of a task definition until it is filled in.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from ecscli.base.documents import Document, Draft
from ecscli.base.marks import Mark
from ecscli.base.records import field, record
from ecscli.compose.project.model import Service

OF_PROJECT = ""  # name of the file system that the volumes of a project share
OWNER, PERMISSIONS = (0, 0), "0755"  # of a directory, where nothing else says so


@record
class EfsVolume:
    """A top-level volume, or a part of one that is mounted by `subpath`: its `name` is then
    VOLUME/PART.

    `file_system`: the name of the one that is made, OF_PROJECT or that of the volume whose own it
    is; `existing`: the id of one that is there, with its `access_point` or a `path`. `owner` and
    `permissions` are those of the directory when it is made; `acts_as_owner`: whatever user a
    container has, it acts as the owner. `marks` are the places of its keys.
    """

    name: str
    path: str
    file_system: str = OF_PROJECT
    existing: str = ""
    access_point: str = ""
    iam: bool = True
    owner: tuple[int, int] = OWNER
    permissions: str = PERMISSIONS
    acts_as_owner: bool = False
    where: Mark | None = None
    marks: Mapping[str, Mark] = field(default_factory=dict)

    @property
    def volume(self) -> str:
        """The name of the top-level volume."""
        return self.name.partition("/")[0]


@record
class FileSystem:
    """A file system that is made: `name` is OF_PROJECT, or the volume whose own it is; `lifecycle`
    as in `30d`, `provisioned` in MiB a second. `marks`: the places of the keys that files give."""

    name: str = OF_PROJECT
    throughput: str = "elastic"
    provisioned: int | None = None
    performance: str = "generalPurpose"
    backup: bool = True
    lifecycle: str = "30d"
    kms_key: str | None = None
    encrypted: bool = True
    marks: Mapping[str, Mark] = field(default_factory=dict)


@record
class Storage:
    """The volumes by name, and the file systems that are made for them. Of other volumes: `disks`,
    the managedEBSVolume of each, and `s3_files`, the ARNs of file systems of S3 Files."""

    volumes: Mapping[str, EfsVolume] = field(default_factory=dict)
    file_systems: tuple[FileSystem, ...] = ()
    disks: Mapping[str, Document] = field(default_factory=dict)
    s3_files: Mapping[str, str] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.volumes)

    @property
    def made(self) -> tuple[EfsVolume, ...]:
        """The volumes on file systems that are made."""
        return tuple(one for one in self.volumes.values() if not one.existing)

    @property
    def existing(self) -> tuple[EfsVolume, ...]:
        """The volumes on file systems that files name."""
        return tuple(one for one in self.volumes.values() if one.existing)


# ------------------------------------------------------------- in a task definition


def file_system_place(name: str) -> str:
    """What a task definition has in the place of the id of a file system that is made."""
    return f"<file system of {name}>" if name else "<file system>"


def is_place(text: str) -> bool:
    """Whether an id is that of a file system which is made."""
    return text.startswith("<file system")


def access_point_place(name: str) -> str:
    """What it has in the place of the id of the access point of a volume."""
    return f"<access point of {name}>"


def configuration(volume: EfsVolume) -> Draft:
    """The efsVolumeConfiguration of a volume."""
    access: Draft = {}
    point = volume.access_point
    if not volume.existing:
        point = access_point_place(volume.name)
    if point:
        access["accessPointId"] = point
    if volume.iam:
        access["iam"] = "ENABLED"
    found: Draft = {
        "fileSystemId": volume.existing or file_system_place(volume.file_system),
        "transitEncryption": "ENABLED",
    }
    if volume.existing and not point and volume.path != "/":
        found["rootDirectory"] = volume.path
    return {**found, "authorizationConfig": access} if access else found


def needs_role(services: Iterable[Service], storage: Storage) -> bool:
    """Whether services mount volumes by the rights of their task role."""
    sources = {mount.source for service in services for mount in service.volumes}
    return any(one.iam and one.name in sources for one in storage.volumes.values())


def mounted(definition: Document, storage: Storage) -> dict[str, bool]:
    """The volumes of `storage` that containers of a task definition mount, by name, and whether
    one of them writes."""
    known = _by_name_in_task(definition, storage.volumes.values())
    found: dict[str, bool] = {}
    for container in definition["containerDefinitions"]:
        for mount in container.get("mountPoints") or ():
            name = known.get(str(mount["sourceVolume"]))
            if name is not None:
                found[name] = found.get(name, False) or not mount.get("readOnly")
    return found


def _by_name_in_task(definition: Document, volumes: Iterable[EfsVolume]) -> dict[str, str]:
    """The name of each volume by that which it has in the task definition."""
    configurations = [(one.name, configuration(one)) for one in volumes]
    found: dict[str, str] = {}
    for volume in definition.get("volumes") or ():
        for name, known in configurations:
            if volume.get("efsVolumeConfiguration") == known:
                found[str(volume["name"])] = name
    return found

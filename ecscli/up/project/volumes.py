"""PURE: a task definition -> the volumes that its containers write to: those that outlive a task,
by the files that they show, and those that end with it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from ecscli.base.documents import Document
from ecscli.base.records import record

HOST, DOCKER = "host", "docker"
# kinds of file systems -> the member that has the id
FILE_SYSTEMS = {
    "efsVolumeConfiguration": "fileSystemId",
    "fsxWindowsFileServerVolumeConfiguration": "fileSystemId",
    "s3filesVolumeConfiguration": "fileSystemArn",
}
ID_OF_EFS = "fs-"  # what is not known yet begins otherwise


class Files(NamedTuple):
    """Files outside of tasks: the kind and id of what has them, a path in it, and the access point
    that shows them."""

    kind: str
    id: str
    path: str = ""
    point: str = ""


@record
class Written:
    """A volume by its name in the task, and a container that writes to it; `files` None: it ends
    with the task."""

    volume: str
    container: str
    files: Files | None = None


def written_volumes(definition: Document) -> Iterator[Written]:
    """The volumes that containers mount to write, once for each container."""
    volumes = {str(one["name"]): _files(one) for one in definition.get("volumes") or ()}
    for container in definition.get("containerDefinitions") or ():
        for mount in container.get("mountPoints") or ():
            name = str(mount.get("sourceVolume"))
            if name in volumes and not mount.get("readOnly"):
                yield Written(name, str(container["name"]), volumes[name])


def _files(volume: Document) -> Files | None:
    for kind, member in FILE_SYSTEMS.items():
        if volume.get(kind):
            return _of_file_system(kind, member, volume[kind])
    path = (volume.get("host") or {}).get("sourcePath")
    if path:
        return Files(HOST, "", _clean(path))
    docker = volume.get("dockerVolumeConfiguration") or {}
    return Files(DOCKER, str(volume["name"])) if docker.get("scope") == "shared" else None


def _of_file_system(kind: str, member: str, settings: Document) -> Files:
    point = (settings.get("authorizationConfig") or {}).get("accessPointId") or ""
    id_ = str(settings.get(member))
    if kind == "efsVolumeConfiguration" and not id_.startswith(ID_OF_EFS):
        id_ = ""
    return Files(kind, id_, _clean(settings.get("rootDirectory")), str(point))


def _clean(path: object) -> str:
    return str(path or "").strip("/")


def may_share(one: Files, other: Files) -> bool:
    """Whether two volumes may show the same files; a file system that is not known yet may be any,
    and so may be the directory of an access point."""
    if one.kind != other.kind or (one.id != other.id and one.id and other.id):
        return False
    if one.point and other.point:
        return one.point == other.point or not (one.id and other.id)
    if one.point or other.point:
        return True
    first, second = f"{one.path}/".lstrip("/"), f"{other.path}/".lstrip("/")
    return first.startswith(second) or second.startswith(first)

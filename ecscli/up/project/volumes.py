"""PURE: a task definition -> the volumes that its containers write to: those that outlive a task,
by what they are on AWS, and those that end with it."""

from __future__ import annotations

from collections.abc import Iterator

from ecscli.base.documents import Document
from ecscli.base.records import record

Key = tuple[str, ...]
# kinds of file systems -> the members that say which part of which one it is
FILE_SYSTEMS = {
    "efsVolumeConfiguration": ("fileSystemId", "rootDirectory", "authorizationConfig"),
    "fsxWindowsFileServerVolumeConfiguration": ("fileSystemId", "rootDirectory"),
    "s3filesVolumeConfiguration": ("fileSystemArn", "rootDirectory"),
}


@record
class Written:
    """A volume by its name in the task, and a container that writes to it; `key` is empty for a
    volume that ends with the task, else equal for all tasks that write to the same files."""

    volume: str
    container: str
    key: Key = ()


def written_volumes(definition: Document) -> Iterator[Written]:
    """The volumes that containers mount to write, once for each container."""
    volumes = {str(one["name"]): _key(one) for one in definition.get("volumes") or ()}
    for container in definition.get("containerDefinitions") or ():
        for mount in container.get("mountPoints") or ():
            name = str(mount.get("sourceVolume"))
            if name in volumes and not mount.get("readOnly"):
                yield Written(name, str(container["name"]), volumes[name])


def _key(volume: Document) -> Key:
    """What the volume is on AWS or on the instance; empty where it ends with the task."""
    for kind, members in FILE_SYSTEMS.items():
        if volume.get(kind):
            return (kind, *_parts(volume[kind], members))
    path = (volume.get("host") or {}).get("sourcePath")
    if path:
        return "host", str(path).rstrip("/")
    docker = volume.get("dockerVolumeConfiguration") or {}
    return ("docker", str(volume["name"])) if docker.get("scope") == "shared" else ()


def _parts(settings: Document, members: tuple[str, ...]) -> Iterator[str]:
    """The values by which two volumes show the same files; `/` is the default of a directory."""
    for name in members:
        value = settings.get(name)
        if name == "authorizationConfig":
            value = (value or {}).get("accessPointId")
        yield str(value or "").strip("/")

"""Rules of storage: volumes and their names, mounts that meet, temporary file systems."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from ecscli.base.documents import Document
from ecscli.base.marks import Mark, where
from ecscli.compose.ecs import limits
from ecscli.compose.rules.subject import Container, Problem, Subject, listed

Found = Iterator[Problem]


def volumes(subject: Subject) -> Found:
    names = Counter(str(volume["name"]) for volume in subject.items("volumes"))
    for name, times in names.items():
        key, place = f"volumes.{name}", where(subject.project.tree, "volumes", name)
        if not limits.NAME.fullmatch(name):
            hint = "1 to 255 letters, digits, dashes and underscores"
            yield Problem(key, "ECS takes no such name", place, hint)
        if times > 1:
            yield Problem(key, "is defined twice", place, "keep one of them")


def volumes_on_fargate(subject: Subject) -> Found:
    if not subject.fargate:
        return
    for volume in subject.items("volumes"):
        path = (volume.get("host") or {}).get("sourcePath")
        if path:
            yield from _host_mounts(subject, str(volume["name"]), path)
        elif "dockerVolumeConfiguration" in volume:
            yield Problem(
                f"volumes.{volume['name']}",
                "Fargate has no Docker volume drivers",
                _declared_at(subject, str(volume["name"])),
                "drop the driver, or use EFS",
            )


def _host_mounts(subject: Subject, name: str, path: str) -> Found:
    """A problem for each container that mounts a path of the host."""
    for one in subject.containers:
        for mount in one.items("mountPoints"):
            if mount["sourceVolume"] == name:
                message = f"Fargate has no host whose {path} could be mounted"
                hint = "use a named volume or EFS, or launch type EC2"
                yield one.mount_problem(str(mount["containerPath"]), message, hint)


def _declared_at(subject: Subject, name: str) -> Mark | None:
    """Where a volume is declared: in ecs-params where that has it, else in Compose."""
    if any(volume["name"] == name for volume in subject.params.volumes):
        return subject.params.where("task_definition", "docker_volumes")
    for volume in subject.project.volumes.values():
        if name in (volume.name, volume.real_name):
            return volume.mark
    return None


def storage(subject: Subject) -> Found:
    size = (subject.definition.get("ephemeralStorage") or {}).get("sizeInGiB")
    if size is not None and size not in limits.EPHEMERAL_STORAGE:
        yield subject.of_shared(
            "ephemeral_storage",
            "storage_opt",
            f"{size} GiB is out of range",
            f"Fargate has {limits.EPHEMERAL_STORAGE}; 20 GiB come with every task",
        )


def mounts(subject: Subject, one: Container) -> Found:
    known = {str(volume["name"]) for volume in subject.items("volumes")}
    for mount in one.items("mountPoints"):
        source = mount["sourceVolume"]
        if source not in known:
            yield one.problem("volumes", f"no such volume: {source}", f"there are {listed(known)}")


def mounted_twice(subject: Subject, one: Container) -> Found:
    mounted = (*one.items("mountPoints"), *_temporary(one))
    paths = Counter(str(mount["containerPath"]) for mount in mounted)
    for path, times in paths.items():
        if times > 1:
            yield one.mount_problem(path, f"{path} is mounted twice", "keep one of them")


def tmpfs(subject: Subject, one: Container) -> Found:
    for mount in _temporary(one):
        if not mount.get("size") or mount["size"] < 1:
            message = f"{mount['containerPath']} needs a size of 1 MiB or more"
            yield one.problem("tmpfs", message, 'write "/path:size=64m"')
        for option in mount.get("mountOptions") or ():
            if option.split("=")[0] not in limits.TMPFS_OPTIONS:
                hint = f"ECS has {listed(limits.TMPFS_OPTIONS)}"
                yield one.problem("tmpfs", f"no such option: {option}", hint)


def _temporary(one: Container) -> tuple[Document, ...]:
    return tuple(one.linux.get("tmpfs") or ())


def volumes_from(subject: Subject, one: Container) -> Found:
    for entry in one.items("volumesFrom"):
        source = entry["sourceContainer"]
        if source not in subject.names:
            hint = f"there are {listed(subject.names)}"
            yield one.problem("volumes_from", f"no such container: {source}", hint)


RULES = (volumes, volumes_on_fargate, storage)
CONTAINER_RULES = (mounts, mounted_twice, tmpfs, volumes_from)

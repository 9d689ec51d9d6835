"""Rules of storage: volumes and their names, mounts that meet, temporary file systems."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from ecscli.base.marks import where
from ecscli.compose.ecs import limits
from ecscli.compose.rules.subject import Container, Problem, Subject, listed

Found = Iterator[Problem]


def volumes(subject: Subject) -> Found:
    given = subject.definition.get("volumes") or ()
    for name, times in Counter(volume["name"] for volume in given).items():
        place = where(subject.project.tree, "volumes", name)
        if not limits.NAME.fullmatch(name):
            yield Problem(
                f"volumes.{name}",
                "ECS takes no such name",
                place,
                "1 to 255 letters, digits, dashes and underscores",
            )
        if times > 1:
            yield Problem(f"volumes.{name}", "is defined twice", place, "keep one of them")


def storage(subject: Subject) -> Found:
    size = (subject.definition.get("ephemeralStorage") or {}).get("sizeInGiB")
    if size is not None and size not in limits.EPHEMERAL_STORAGE:
        yield subject.of_task(
            "ephemeral_storage",
            f"{size} GiB is out of range",
            f"ECS allows {limits.EPHEMERAL_STORAGE}",
        )


def mounts(subject: Subject, one: Container) -> Found:
    known = {volume["name"] for volume in subject.definition.get("volumes") or ()}
    for mount in one.get("mountPoints") or ():
        if mount["sourceVolume"] not in known:
            yield subject.of_service(
                one["name"],
                "volumes",
                f"no such volume: {mount['sourceVolume']}",
                f"there are {listed(known)}",
            )
    paths = [mount["containerPath"] for mount in one.get("mountPoints") or ()]
    paths += [
        mount["containerPath"] for mount in (one.get("linuxParameters") or {}).get("tmpfs") or ()
    ]
    for path, times in Counter(paths).items():
        if times > 1:
            yield subject.of_mount(
                one["name"], path, f"{path} is mounted twice", "keep one of them"
            )


def tmpfs(subject: Subject, one: Container) -> Found:
    for mount in (one.get("linuxParameters") or {}).get("tmpfs") or ():
        if not mount.get("size") or mount["size"] < 1:
            yield subject.of_service(
                one["name"],
                "tmpfs",
                f"{mount['containerPath']} needs a size of 1 MiB or more",
                'write "/path:size=64m"',
            )
        for option in mount.get("mountOptions") or ():
            if option.split("=")[0] not in limits.TMPFS_OPTIONS:
                yield subject.of_service(
                    one["name"],
                    "tmpfs",
                    f"no such option: {option}",
                    f"ECS knows {listed(limits.TMPFS_OPTIONS)}",
                )


def volumes_from(subject: Subject, one: Container) -> Found:
    for source in one.get("volumesFrom") or ():
        if source["sourceContainer"] not in subject.names:
            yield subject.of_service(
                one["name"],
                "volumes_from",
                f"no such container: {source['sourceContainer']}",
                f"there are {listed(subject.names)}",
            )


RULES = (volumes, storage)
CONTAINER_RULES = (mounts, tmpfs, volumes_from)

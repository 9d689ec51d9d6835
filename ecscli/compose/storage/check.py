"""`efs` of a volume -> what of it does not go together.

Sources: "Performance" and "Working with access points" in the EFS user guide; CreateFileSystem in
the EFS API reference.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from ecscli.base.documents import Document
from ecscli.base.findings import Findings
from ecscli.base.marks import Map
from ecscli.compose.params.volume_settings import (
    BURSTING,
    ELASTIC,
    LONGEST_PATH,
    MAX_IO,
    MOST_STEPS,
    OF_FILE_SYSTEM,
    PROVISIONED,
)
from ecscli.compose.storage.model import EfsVolume

OF_NEW = ("own", "uid", "gid", "permissions", *OF_FILE_SYSTEM)  # keys of what is made


class Fault(NamedTuple):
    """What is wrong with one key."""

    key: str
    message: str
    hint: str | None = None


def check_efs(name: str, values: Document, efs: Map, findings: Findings) -> None:
    """Note what does not go together; `values` as they are meant, `efs` as written."""
    faults = _of_existing(values) if values.get("file_system") else _of_made(values)
    for fault in faults:
        place = efs.keys_at.get(fault.key) or efs.mark
        findings.error(fault.message, place, fault.hint, f"volumes.{name}.efs.{fault.key}")


def _of_existing(values: Document) -> Iterator[Fault]:
    for key in OF_NEW:
        if key in values:
            message = "belongs to a file system that is made; file_system names one that exists"
            yield Fault(key, message, "leave one of them out")
    if values.get("access_point") and "path" in values:
        yield Fault("path", "the access point sets the directory", "leave one of them out")


def _of_made(values: Document) -> Iterator[Fault]:
    if "access_point" in values:
        message = "needs the file system that it is of"
        yield Fault("access_point", message, "give file_system too")
    if "iam" in values:
        message = "belongs to a file system that exists; those that are made always use it"
        yield Fault("iam", message, "leave it out")
    for key, other in (("uid", "gid"), ("gid", "uid")):
        if key in values and other not in values:
            yield Fault(key, f"needs {other} beside it", f"give {other} too")
    yield from _of_throughput(values)
    if "kms_key" in values and values.get("encrypted") is False:
        yield Fault("kms_key", "needs encryption, and encrypted is false", "leave one of them out")


def _of_throughput(values: Document) -> Iterator[Fault]:
    throughput = values.get("throughput", ELASTIC)
    if throughput == PROVISIONED and "provisioned_throughput" not in values:
        yield Fault("throughput", "needs provisioned_throughput", "for example 64, in MiB a second")
    if "provisioned_throughput" in values and throughput != PROVISIONED:
        message = f"is for throughput: {PROVISIONED}, and this is {throughput}"
        yield Fault("provisioned_throughput", message, f"give throughput: {PROVISIONED}")
    if values.get("performance") == MAX_IO and throughput == ELASTIC:
        message = f"{MAX_IO} does not go with elastic throughput"
        hint = f"give throughput: {BURSTING}, or leave performance out, which is faster"
        yield Fault("performance", message, hint)


def check_paths(volumes: Iterable[EfsVolume], findings: Findings) -> None:
    """Note volumes that would be one directory, and paths that EFS does not take."""
    known: dict[tuple[str, str], EfsVolume] = {}
    for volume in volumes:
        if volume.existing:
            continue
        first = known.setdefault((volume.file_system, volume.path), volume)
        place = volume.marks.get("path") or volume.where
        key = f"volumes.{volume.volume}.efs.path"
        if first is not volume:
            message = f"{volume.path} is that of volume {first.name} too"
            findings.error(message, place, "give each volume a path of its own", key)
        steps = volume.path.count("/")
        if steps > MOST_STEPS or len(volume.path) > LONGEST_PATH:
            message = (
                f"{volume.path}: an access point takes {MOST_STEPS} names and {LONGEST_PATH}"
                " characters"
            )
            findings.error(message, place, "give the volume a shorter path", key)

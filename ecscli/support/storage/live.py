"""PURE: a support stack that is there -> its storage: what stays, whose it is, and what a change
would replace."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ecscli.base.documents import Document, Draft
from ecscli.support.parts import Part
from ecscli.support.storage.model import (
    ACCESS_POINT,
    FILE_SYSTEM,
    KIND_OF_ACCESS_POINT,
    KIND_OF_FILE_SYSTEM,
    KIND_OF_MOUNT_TARGET,
    VOLUME_TAG,
    WantedFileSystem,
)


def kept_storage(whole: Part) -> Part:
    """The storage of a template without the rules of its security groups: it stays whatever the
    files have, as data must not go with a line of a file."""
    kinds = (KIND_OF_FILE_SYSTEM, KIND_OF_MOUNT_TARGET, KIND_OF_ACCESS_POINT)
    groups = _groups_of_targets(whole)
    resources = {
        id_: one
        for id_, one in whole.resources.items()
        if one.get("Type") in kinds or id_ in groups
    }
    if not resources:
        return Part()
    prefixes = (FILE_SYSTEM, ACCESS_POINT)
    outputs = {name: one for name, one in whole.outputs.items() if name.startswith(prefixes)}
    return Part(resources, outputs)


def _groups_of_targets(whole: Part) -> set[str]:
    """The logical ids of the security groups of mount targets."""
    found = set()
    for one in whole.resources.values():
        if one.get("Type") == KIND_OF_MOUNT_TARGET:
            for group in one["Properties"].get("SecurityGroups") or ():
                if isinstance(group, Mapping):
                    found.add(str(group["Fn::GetAtt"][0]))
    return found


def volumes_of(whole: Part) -> dict[str, str]:
    """The volumes of the access points of a template, by logical id."""
    found = {}
    for id_, one in whole.resources.items():
        if one.get("Type") == KIND_OF_ACCESS_POINT:
            rows = one["Properties"].get("AccessPointTags") or ()
            tags = {row["Key"]: str(row["Value"]) for row in rows}
            found[id_] = tags.get(VOLUME_TAG, id_.removeprefix(ACCESS_POINT))
    return found


def file_systems_by_volume(whole: Part) -> dict[str, object]:
    """What the template has for the file system of each volume."""
    return {
        volume: whole.resources[id_]["Properties"]["FileSystemId"]
        for id_, volume in volumes_of(whole).items()
    }


def path_of(whole: Part, id_: str) -> str:
    """The directory of an access point."""
    return str(whole.resources[id_]["Properties"]["RootDirectory"]["Path"])


def file_systems_of(whole: Part, outputs: Mapping[str, str]) -> dict[str, list[str]]:
    """The volumes of each file system of a template by its id; `outputs` are those of the stack."""
    found: dict[str, list[str]] = {}
    for id_, volume in volumes_of(whole).items():
        given = whole.resources[id_]["Properties"]["FileSystemId"]
        file_system = outputs.get(given["Ref"], "") if isinstance(given, Mapping) else str(given)
        found.setdefault(file_system, []).append(volume)
    return found


def fixed_changes(
    live: Document, wanted: WantedFileSystem, of_stack: bool
) -> Iterator[tuple[str, object]]:
    """The keys that EFS can never change and that differ, each with the value of the file system
    that is there: `live` are its properties in the stack, or, not `of_stack`, its description,
    which names the account's own key too."""
    if live.get("PerformanceMode") != wanted.performance:
        yield "performance", live.get("PerformanceMode")
    if bool(live.get("Encrypted")) != wanted.encrypted:
        yield "encrypted", str(bool(live.get("Encrypted"))).lower()
    key = str(live.get("KmsKeyId") or "")
    if of_stack and key != (wanted.kms_key or ""):
        yield "kms_key", key or "the account's own"
    elif not of_stack and wanted.kms_key and not _is_same_key(key, wanted.kms_key):
        yield "kms_key", key


def _is_same_key(arn: str, name: str) -> bool:
    """Whether an ARN is that of a key, as far as its name shows; an alias shows nothing."""
    return "alias/" in name or arn.rpartition("/")[2] == name.rpartition("/")[2]


def replaced_points(live: Part, wanted: Part) -> list[str]:
    """The logical ids of the access points that get another path, user or file system, for which
    there will be new ones."""
    found = []
    for id_, one in wanted.resources.items():
        there = live.resources.get(id_)
        if there is None or one.get("Type") != KIND_OF_ACCESS_POINT:
            continue
        if _fixed_of_point(there) != _fixed_of_point(one):
            found.append(id_)
    return found


def _fixed_of_point(resource: Document) -> Draft:
    properties = resource["Properties"]
    return {name: properties.get(name) for name in ("FileSystemId", "RootDirectory", "PosixUser")}

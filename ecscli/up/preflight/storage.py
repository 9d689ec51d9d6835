"""READS: the storage that tasks mount -> a finding for every file system, access point, snapshot
and key that does not exist."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from ecscli.base.errors import Finding
from ecscli.up.preflight.reading import Look, found

if TYPE_CHECKING:
    from ecscli.aws.client import Aws
    from ecscli.up.preflight.named import Named


def file_systems(aws: Aws, named: Named) -> Look:
    """Each EFS file system exists, and each access point is one of it."""
    for findings in aws.together(
        *(partial(_file_system, aws, id_, point) for id_, point in named.file_systems)
    ):
        yield from findings


def _file_system(aws: Aws, id_: str, point: str | None) -> list[Finding]:
    if found(aws, "efs", "describe_file_systems", FileSystemId=id_) is None:
        hint = "`aws efs describe-file-systems` lists those of the region"
        return [Finding(f"there is no EFS file system {id_} in {aws.region}", None, hint)]
    return _access_point(aws, id_, point) if point else []


def _access_point(aws: Aws, id_: str, point: str) -> list[Finding]:
    hint = f"`aws efs describe-access-points --file-system-id {id_}` lists its own"
    answer = found(aws, "efs", "describe_access_points", AccessPointId=point) or {}
    owners = [row.get("FileSystemId", id_) for row in answer.get("AccessPoints", ())]
    if not owners:
        return [Finding(f"there is no EFS access point {point} in {aws.region}", None, hint)]
    if id_ not in owners:
        message = f"access point {point} is of file system {owners[0]}, not {id_}"
        return [Finding(message, None, hint)]
    return []


def windows_file_systems(aws: Aws, named: Named) -> Look:
    """Each FSx for Windows file system exists."""
    for id_ in named.windows_file_systems:
        if found(aws, "fsx", "describe_file_systems", FileSystemIds=[id_]) is None:
            hint = "`aws fsx describe-file-systems` lists those of the region"
            yield Finding(f"there is no FSx file system {id_} in {aws.region}", None, hint)


def snapshots(aws: Aws, named: Named) -> Look:
    """Each snapshot that a volume is made from exists."""
    for id_ in named.snapshots:
        if found(aws, "ec2", "describe_snapshots", SnapshotIds=[id_]) is None:
            hint = "`aws ec2 describe-snapshots --owner-ids self` lists yours"
            yield Finding(f"there is no snapshot {id_} in {aws.region}", None, hint)


def keys(aws: Aws, named: Named) -> Look:
    """Each KMS key that volumes are encrypted with exists and is enabled."""
    for key in named.keys:
        yield from key_findings(aws, key)


def key_findings(aws: Aws, key: str) -> list[Finding]:
    """What is wrong with a KMS key, by id, ARN or alias."""
    answer = found(aws, "kms", "describe_key", KeyId=key)
    hint = "`aws kms list-aliases` lists those of the region"
    if answer is None:
        return [Finding(f"there is no KMS key {key} in {aws.region}", None, hint)]
    state = answer["KeyMetadata"].get("KeyState", "Enabled")
    if state != "Enabled":
        return [Finding(f"KMS key {key} is in the state {state}", None, hint)]
    return []

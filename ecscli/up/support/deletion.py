"""WRITES: a file system of EFS that is deleted with all that it holds, once its mount targets have
gone with their stack."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from ecscli.aws.client import STACKS
from ecscli.aws.errors import missing
from ecscli.base.documents import Document
from ecscli.base.errors import AwsError, DeploymentError
from ecscli.up.model import DeleteFileSystem, Event

if TYPE_CHECKING:
    from ecscli.aws.client import Aws

LONGEST = 600.0  # seconds; a mount target goes within a minute or two, a file system at once


def delete_file_system(aws: Aws, action: DeleteFileSystem) -> Iterator[Event]:
    """Delete it, and wait until EFS has done so; one that is gone by now is gone. Raises
    DeploymentError where something still reaches it after ten minutes."""
    id_ = action.subject
    if not _gone(aws, lambda: _mount_targets(aws, id_)):
        hint = f"`aws efs describe-mount-targets --file-system-id {id_}` lists what reaches it"
        raise DeploymentError(f"file system {id_} still has mount targets", None, hint)
    try:
        aws.call(action.call.service, action.call.operation, FileSystemId=id_)
    except AwsError as error:
        if not _is_gone(error):
            raise
    if not _gone(aws, lambda: _descriptions(aws, id_)):
        raise DeploymentError(f"EFS is still deleting file system {id_}")
    yield Event(f"Deleted file system {id_} ({action.label})", "done")


def _gone(aws: Aws, read: Callable[[], list[Document]]) -> bool:
    """Whether nothing is left of it, at last."""
    *_, left = aws.poll(read, lambda found: not found, STACKS, LONGEST)
    return not left


def _mount_targets(aws: Aws, id_: str) -> list[Document]:
    return _read(
        lambda: aws.pages("efs", "describe_mount_targets", "MountTargets", FileSystemId=id_)
    )


def _descriptions(aws: Aws, id_: str) -> list[Document]:
    rows = _read(lambda: aws.pages("efs", "describe_file_systems", "FileSystems", FileSystemId=id_))
    return [one for one in rows if one.get("LifeCycleState") != "deleted"]


def _read(pages: Callable[[], Iterator[Document]]) -> list[Document]:
    """What there is; nothing of a file system that is gone."""
    try:
        return list(pages())
    except AwsError as error:
        if not _is_gone(error):
            raise
        return []


def _is_gone(error: AwsError) -> bool:
    return error.code == "FileSystemNotFound" or missing(error)

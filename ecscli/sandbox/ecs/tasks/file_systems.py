"""The EFS volumes of a task: what a task definition names, and the words in which a task stops that
cannot mount one. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from ecscli.sandbox.ecs.model import Task
from ecscli.sandbox.shapes import Json

#: What NFS answers, as EFS's mount helper shows it.
DENIED = "b'mount.nfs4: access denied by server while mounting 127.0.0.1:/'"
TIMED_OUT = (
    "Mount attempt 1/3 failed due to timeout after 15 sec, wait 0 sec before next attempt. Mount"
    " attempt 2/3 failed due to timeout after 15 sec, wait 0 sec before next attempt."
    " b'mount.nfs4: Connection timed out'"
)
#: Exit codes of the helper: that of mount, and its own.
OF_MOUNT, OF_HELPER = 32, 1


class Problem(NamedTuple):
    """What the mount helper writes, and its exit code."""

    text: str
    code: int = OF_MOUNT


def unresolved(host: str) -> Problem:
    text = (
        f'Failed to resolve "{host}" - check that your file system ID is correct, and ensure that'
        " the VPC has an EFS mount target for this file system ID. See"
        " https://docs.aws.amazon.com/console/efs/mount-dns-name for more detail. Attempting to"
        " lookup mount target ip address using botocore. Failed to import necessary dependency"
        " botocore, please install botocore first."
    )
    return Problem(text, OF_HELPER)


def no_directory(path: str) -> Problem:
    text = f"mount.nfs4: mounting 127.0.0.1:{path} failed, reason given by server: No such file or"
    return Problem(f"b'{text} directory'")


def efs_volumes(task: Task) -> Iterator[tuple[str, Json]]:
    """The name and the efsVolumeConfiguration of each EFS volume."""
    for one in task.definition.document["volumes"]:
        if one.get("efsVolumeConfiguration"):
            yield one["name"], one["efsVolumeConfiguration"]


def access_point_of(efs: Json) -> str | None:
    return (efs.get("authorizationConfig") or {}).get("accessPointId")


def uses_role(efs: Json) -> bool:
    return (efs.get("authorizationConfig") or {}).get("iam") == "ENABLED"


def is_encrypted(efs: Json) -> bool:
    """Whether the traffic is encrypted."""
    return bool(efs.get("transitEncryption") == "ENABLED")


def reason_of(task: Task, volume: str, problem: Problem) -> str:
    """The stopped reason: Fargate's, or that of the volume plugin of instances."""
    if task.instance is None:
        return (
            "ResourceInitializationError: failed to invoke EFS utils commands to set up EFS"
            f" volumes: stderr: {problem.text} : unsuccessful EFS utils command execution; code:"
            f" {problem.code}"
        )
    definition = task.definition
    name = f"ecs-{definition.family}-{definition.revision}-{volume}-{task.id[:20]}"
    return (
        f"Error response from daemon: create {name}: VolumeDriver.Create: mounting volume failed:"
        f" {problem.text}"
    )

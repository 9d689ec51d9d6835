"""Volumes that services of several groups mount -> an error where each group would have one of its
own, as its tasks have."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ecscli.base.documents import Document
from ecscli.base.findings import Findings
from ecscli.compose.layout.arrangement.model import Group
from ecscli.compose.project.model import Mount
from ecscli.compose.task.definition import TaskDefinition


def check_shared_volumes(
    definitions: Mapping[str, tuple[Group, TaskDefinition]], findings: Findings
) -> None:
    """Note each mount of a volume that another group mounts too, and that no two tasks share;
    `definitions` are by the names of the groups, in the order of the files."""
    first: dict[str, str] = {}
    for name, (group, definition) in definitions.items():
        for service, mount in _mounts_of_task(group, definition):
            source = str(mount.source)
            other = first.setdefault(source, name)
            if other != name:
                findings.error(
                    f"{source} is mounted by {other} too, and each of the two would have one of its"
                    " own",
                    mount.mark,
                    f"keep it in EFS, volumes: {{{source}: {{efs: true}}}}, or give both services"
                    " one group",
                    key=f"services.{service}.volumes",
                )


def _mounts_of_task(group: Group, definition: TaskDefinition) -> Iterator[tuple[str, Mount]]:
    """The mounts of volumes that only a task has, with the services that have them."""
    own = {str(one["name"]) for one in definition.request.get("volumes", ()) if _is_of_task(one)}
    containers = {one["name"]: one for one in definition.request["containerDefinitions"]}
    for name, service in zip(group.services, group.project.services, strict=True):
        points = containers.get(service.name, {}).get("mountPoints") or ()
        targets = {one["containerPath"] for one in points if one["sourceVolume"] in own}
        for mount in service.volumes:
            is_named = mount.type == "volume" and mount.source is not None
            if is_named and mount.target in targets:
                yield name, mount


def _is_of_task(volume: Document) -> bool:
    """Whether each task has a volume of its own: nothing is configured, or a disk is made."""
    scope = (volume.get("dockerVolumeConfiguration") or {}).get("scope")
    return volume.keys() == {"name"} or bool(volume.get("configuredAtLaunch")) or scope == "task"

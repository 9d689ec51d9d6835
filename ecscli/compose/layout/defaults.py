"""The task definition of a group -> the fields of CreateService that this layout sends where the
files do not say how to deploy.

Sources: DeploymentConfiguration and availabilityZoneRebalancing of CreateService in the ECS API
reference.
"""

from __future__ import annotations

from collections.abc import Iterator

from ecscli.base.documents import Document, Draft
from ecscli.base.errors import Finding
from ecscli.base.records import replace
from ecscli.compose.layout.arrangement.model import Group
from ecscli.compose.task.definition import TaskDefinition
from ecscli.compose.task.stop_first import DEPLOYMENT, REBALANCING, STOP_FIRST

FILE_SYSTEMS = (
    "efsVolumeConfiguration",
    "fsxWindowsFileServerVolumeConfiguration",
    "s3filesVolumeConfiguration",
)
ROLLING = {"minimumHealthyPercent": 100, "maximumPercent": 200}


def with_defaults(group: Group, definition: TaskDefinition) -> TaskDefinition:
    """The same with how its ECS service replaces its tasks, and a notice where they stop first."""
    files = {**definition.service, **group.params.service}
    if group.is_job or files.get("schedulingStrategy") == "DAEMON":
        return definition
    composed = definition.service.get(DEPLOYMENT, {})
    deployment = {**composed, **group.params.service.get(DEPLOYMENT, {})}
    service: Draft = dict(definition.service)
    notices = definition.notices
    if not deployment.keys() & ROLLING.keys():
        reason = _reason_to_stop_first(definition, int(files.get("desiredCount") or 1))
        deployment |= STOP_FIRST if reason else ROLLING
        service[DEPLOYMENT] = {**composed, **(STOP_FIRST if reason else ROLLING)}
        if reason:
            notices = (*notices, _notice(group, reason))
    # ECS balances new services over zones by default, and starts a second task to do so
    if deployment.get("maximumPercent") == 100 and REBALANCING not in files:
        service[REBALANCING] = "DISABLED"
    return replace(definition, service=service, notices=notices)


def _notice(group: Group, reason: str) -> Finding:
    return Finding(
        f"a task of {group.name} stops before its successor starts, as {reason}",
        group.project.services[0].where(),
        "to change it, give deploy.update_config order: start-first",
    )


def _reason_to_stop_first(definition: TaskDefinition, count: int) -> str:
    """Why two tasks of the service cannot run side by side; empty where they can."""
    port = next(_fixed_ports(definition), None)
    if port is not None:
        return f"both need port {port} of one instance"
    volume = next(_lasting_volumes(definition.request), None)
    if volume is not None and count == 1:
        return f"both would write to volume {volume}"
    return ""


def _fixed_ports(definition: TaskDefinition) -> Iterator[int]:
    """The ports of the instance that a task takes."""
    mode = definition.request.get("networkMode") or "bridge"
    if definition.launch.on_fargate or mode not in ("bridge", "host"):
        return
    for container in definition.request["containerDefinitions"]:
        for mapping in container.get("portMappings", ()):
            port = mapping.get("hostPort")
            if mode == "host":
                port = mapping["containerPort"]
            if port:
                yield port


def _lasting_volumes(request: Document) -> Iterator[str]:
    """The volumes that outlive a task, and that it writes to."""
    lasting = {str(one["name"]) for one in request.get("volumes", ()) if _outlives_tasks(one)}
    for container in request["containerDefinitions"]:
        for mount in container.get("mountPoints", ()):
            if mount["sourceVolume"] in lasting and not mount.get("readOnly"):
                yield str(mount["sourceVolume"])


def _outlives_tasks(volume: Document) -> bool:
    if not volume.keys().isdisjoint(FILE_SYSTEMS):
        return True
    if (volume.get("host") or {}).get("sourcePath"):
        return True
    return (volume.get("dockerVolumeConfiguration") or {}).get("scope") == "shared"

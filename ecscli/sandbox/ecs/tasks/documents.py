"""Tasks as DescribeTasks shows them."""

from __future__ import annotations

from collections.abc import Sequence

from ecscli.sandbox.ecs.model import Container, Task
from ecscli.sandbox.ecs.tasks.sessions import managed_agents
from ecscli.sandbox.shapes import Json

#: Members of a task that only appear once they are known.
OPTIONAL = {
    "startedBy": "started_by",
    "capacityProviderName": "capacity_provider",
    "platformVersion": "platform_version",
    "stopCode": "stop_code",
    "stoppedReason": "stopped_reason",
    "connectivityAt": "connectivity_at",
    "pullStartedAt": "pull_started_at",
    "pullStoppedAt": "pull_stopped_at",
    "startedAt": "started_at",
    "stoppingAt": "stopping_at",
    "stoppedAt": "stopped_at",
    "executionStoppedAt": "execution_stopped_at",
}
#: The ephemeral storage of a task on Fargate, in GiB, without a setting.
STORAGE = 20


def shown(task: Task, include: Sequence[str] = ()) -> Json:
    document = {**always(task), "tags": task.tags if "TAGS" in include else []}
    if task.connectivity_at:
        document["connectivity"] = "CONNECTED"
    if task.instance:
        document["containerInstanceArn"] = task.instance.arn
    if task.launch_type == "FARGATE":
        document["platformFamily"] = "Linux"
        document["ephemeralStorage"] = storage_of(task)
    for name, attribute in OPTIONAL.items():
        value = getattr(task, attribute)
        if value not in (None, ""):
            document[name] = value
    return document


def always(task: Task) -> Json:
    """The members that every task has."""
    return {
        "taskArn": task.arn,
        "clusterArn": task.arn.replace(":task/", ":cluster/").rpartition("/")[0],
        "taskDefinitionArn": task.definition.arn,
        "group": task.group,
        "launchType": task.launch_type,
        "lastStatus": task.last_status,
        "desiredStatus": task.desired_status,
        "createdAt": task.created_at,
        "cpu": str(task.needs.cpu),
        "memory": str(task.needs.memory),
        "availabilityZone": task.zone,
        "attachments": task.attachments,
        "attributes": [{"name": "ecs.cpu-architecture", "value": architecture(task)}],
        "containers": [shown_container(task, one) for one in task.containers],
        "overrides": shown_overrides(task),
        "healthStatus": task.health,
        "enableExecuteCommand": task.execute_command,
        "version": task.version,
    }


def storage_of(task: Task) -> Json:
    own = task.overrides.get("ephemeralStorage")
    return own or task.definition.document.get("ephemeralStorage") or {"sizeInGiB": STORAGE}


def shown_container(task: Task, one: Container) -> Json:
    document: Json = {
        "containerArn": one.arn,
        "taskArn": task.arn,
        "name": one.name,
        "image": one.definition.get("image"),
        "lastStatus": "RUNNING" if one.status == "STOPPING" else one.status,
        "networkBindings": one.bindings if one.status != "PENDING" else [],
        "networkInterfaces": [
            {"attachmentId": attachment["id"], "privateIpv4Address": task.private_ip}
            for attachment in task.attachments
        ],
        "healthStatus": one.health,
        "cpu": str(one.definition.get("cpu") or 0),
    }
    known = {name: value for name, value in if_known(task, one).items() if value is not None}
    return {**document, **known}


def if_known(task: Task, one: Container) -> Json:
    """Members of a container that only appear once they have a value."""
    definition = one.definition
    uses_gpus = task.gpus and definition.get("resourceRequirements")
    return {
        "memory": text_or_none(definition.get("memory")),
        "memoryReservation": text_or_none(definition.get("memoryReservation")),
        "managedAgents": managed_agents(task, one) or None,
        "runtimeId": one.runtime_id,
        "exitCode": one.exit_code,
        "reason": one.reason,
        "gpuIds": task.gpus if uses_gpus else None,
    }


def text_or_none(value: object) -> str | None:
    return None if value is None else str(value)


def shown_overrides(task: Task) -> Json:
    given = {one["name"]: one for one in task.overrides.get("containerOverrides") or []}
    containers = [given.get(one.name, {"name": one.name}) for one in task.containers]
    return {**task.overrides, "containerOverrides": containers, "inferenceAcceleratorOverrides": []}


def architecture(task: Task) -> str:
    if task.instance:
        return task.instance.attributes.get("ecs.cpu-architecture") or "x86_64"
    platform = task.definition.document.get("runtimePlatform") or {}
    return str(platform.get("cpuArchitecture", "x86_64")).lower()

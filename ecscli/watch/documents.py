"""PURE: a snapshot and its parts -> plain data, with the names that AWS has for the same."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import cache
from typing import Any

from ecscli.base.documents import Draft
from ecscli.base.errors import Finding
from ecscli.base.records import fields_of
from ecscli.documents.failure import finding_document
from ecscli.documents.keys import camel
from ecscli.up.diagnosis.unread import Unread
from ecscli.up.snapshot.model import (
    ClusterState,
    DeploymentState,
    EventState,
    ServiceState,
    TaskState,
)
from ecscli.up.stack.model import Instance

# What a field is called where its name in camelCase is not AWS's
COUNTS = {"desired": "desiredCount", "running": "runningCount", "pending": "pendingCount"}
NAMES: Mapping[type, Mapping[str, str]] = {
    ClusterState: {
        "name": "clusterName",
        "instances": "registeredContainerInstancesCount",
        "services": "activeServicesCount",
        "running": "runningTasksCount",
        "pending": "pendingTasksCount",
    },
    ServiceState: {"name": "serviceName", "revision": "taskDefinition", **COUNTS},
    DeploymentState: {
        "service": "serviceName",
        "revision": "taskDefinition",
        "failed": "failedTasks",
        "rollout": "rolloutState",
        "reason": "rolloutStateReason",
        "created": "createdAt",
        "stage": "lifecycleStage",
        "traffic": "trafficPercent",
        **COUNTS,
    },
    TaskState: {
        "service": "serviceName",
        "revision": "taskDefinition",
        "status": "lastStatus",
        "desired": "desiredStatus",
        "health": "healthStatus",
        "created": "createdAt",
        "changed": "changedAt",
        "stopped": "stoppedAt",
        "reason": "stoppedReason",
    },
    Instance: {
        "ec2_id": "ec2InstanceId",
        "connected": "agentConnected",
        "type": "instanceType",
        "zone": "availabilityZone",
        "agent": "agentVersion",
        "docker": "dockerVersion",
        "running": "runningTasksCount",
        "pending": "pendingTasksCount",
    },
    EventState: {"time": "createdAt", "service": "serviceName"},
}
AMOUNTS = ("cpu", "memory")  # of an instance: registered, free


def document_of(one: object) -> Draft:
    """A record as data; records inside too."""
    kind: Any = type(one)
    found = {key: plain(getattr(one, name)) for name, key in _members(kind)}
    if isinstance(one, Instance):
        for name in AMOUNTS:
            registered, free = getattr(one, name)
            found[name] = {"registered": registered, "free": free}
    if isinstance(one, TaskState):
        found["ports"] = one.ports.split()
    return found


@cache
def _members(kind: Any) -> tuple[tuple[str, str], ...]:
    """The fields of a record, and what they are called in a document."""
    names = NAMES.get(kind, {})
    return tuple((name, names.get(name) or camel(name)) for name in fields_of(kind))


def plain(value: Any) -> Any:
    """Data of any shape."""
    if value is None or isinstance(value, str | int | float | datetime):
        return value
    if isinstance(value, Finding):
        return finding_document(value)
    if isinstance(value, Unread):
        return {"what": value.what, "message": value.error.message}
    if isinstance(value, tuple):
        return [plain(part) for part in value]
    return document_of(value) if hasattr(value, "__fields__") else value

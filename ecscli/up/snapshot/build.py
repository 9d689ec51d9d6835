"""PURE: what ECS describes -> the records of a snapshot."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from ecscli.base.documents import Document
from ecscli.up.deployment.state import is_rollback, is_settled, primary, revision_of
from ecscli.up.model import short, task_id
from ecscli.up.snapshot.fronts import NOTHING, Front
from ecscli.up.snapshot.model import (
    DEPLOYING,
    DRAINING,
    FAILED,
    RECOVERING,
    ROLLING_BACK,
    STATES,
    STEADY,
    ClusterState,
    DeploymentState,
    EventState,
    ServiceState,
    TaskState,
)
from ecscli.up.stack.model import Instance

if TYPE_CHECKING:
    from types_boto3_ecs.type_defs import ServiceTypeDef, TaskTypeDef

OF_SERVICE = "service:"  # how the group of a service's task begins
REACHED = "has reached a steady state"  # of the events of a service


def cluster_state(row: Document, region: str, *, sandbox: bool) -> ClusterState:
    """DescribeClusters -> the cluster. The account is a part of its ARN."""
    return ClusterState(
        name=row["clusterName"],
        status=row.get("status", ""),
        region=region,
        account=account_of(row.get("clusterArn", "")),
        instances=row.get("registeredContainerInstancesCount", 0),
        services=row.get("activeServicesCount", 0),
        running=row.get("runningTasksCount", 0),
        pending=row.get("pendingTasksCount", 0),
        sandbox=sandbox,
    )


def account_of(arn: str) -> str:
    """The account of an ARN; empty where it has none."""
    parts = arn.split(":")
    return parts[4] if len(parts) > 4 else ""


def service_state(row: ServiceTypeDef, front: Front = NOTHING) -> ServiceState:
    """One service of DescribeServices, and what is known around it."""
    name = row["serviceName"]
    newest = primary(row) or {}
    return ServiceState(
        name=name,
        state=word_for(row),
        launch_type=_launch_type(row),
        desired=row.get("desiredCount", 0),
        running=row.get("runningCount", 0),
        pending=row.get("pendingCount", 0),
        revision=revision_of(newest) or short(row.get("taskDefinition", "")),
        last_steady=_last_steady(row),
        deployments=tuple(_deployments(row, front.deployment or {})),
        targets=front.targets,
        url=front.url,
    )


def word_for(row: ServiceTypeDef) -> str:
    """How a service does, in a word of STATES."""
    if row.get("status") == "DRAINING":
        return DRAINING
    newest = primary(row) or {}
    if newest.get("rolloutState") == "FAILED":
        return FAILED
    if is_settled(row):
        return STEADY
    if newest.get("rolloutState") == "IN_PROGRESS":
        return ROLLING_BACK if is_rollback(row, newest) else DEPLOYING
    is_short = row.get("runningCount", 0) < row.get("desiredCount", 0)
    return RECOVERING if is_short else DEPLOYING


def troubled_first(services: Iterable[ServiceState]) -> tuple[ServiceState, ...]:
    """Services by how they do, the worst first, and by name."""
    return tuple(sorted(services, key=lambda one: (STATES.index(one.state), one.name)))


def _launch_type(row: ServiceTypeDef) -> str:
    """The launch type; of a service with a strategy its capacity providers."""
    strategy = row.get("capacityProviderStrategy") or ()
    providers = "+".join(part["capacityProvider"] for part in strategy)
    return providers or row.get("launchType", "")


def _last_steady(row: ServiceTypeDef) -> datetime | None:
    events = row.get("events") or ()
    return max((one["createdAt"] for one in events if REACHED in one["message"]), default=None)


def _deployments(row: ServiceTypeDef, shifting: Document) -> Iterator[DeploymentState]:
    """The deployments of a service; `shifting`: how far the newest one has come, where it shifts
    traffic."""
    rows = row.get("deployments") or ()
    is_current = shifting.get("serviceDeploymentArn") == row.get("currentServiceDeployment")
    shares = _traffic(shifting, len(rows)) if shifting and is_current else {}
    for one in rows:
        is_newest = one.get("status") == "PRIMARY"
        yield DeploymentState(
            id=one.get("id", ""),
            service=row["serviceName"],
            status=one.get("status", ""),
            revision=revision_of(one),
            desired=one.get("desiredCount", 0),
            running=one.get("runningCount", 0),
            pending=one.get("pendingCount", 0),
            failed=one.get("failedTasks", 0),
            rollout=one.get("rolloutState", ""),
            reason=one.get("rolloutStateReason", ""),
            created=one.get("createdAt"),
            stage=shifting.get("lifecycleStage", "") if is_newest and is_current else "",
            traffic=shares.get(is_newest),
        )


def _traffic(shifting: Document, count: int) -> Mapping[bool, float]:
    """The percentage of the traffic that goes to the newest deployment, and to the other one where
    there is but one."""
    weight = "requestedProductionTrafficWeight"
    target: Document = shifting.get("targetServiceRevision") or {}
    sources = [one for one in shifting.get("sourceServiceRevisions") or () if weight in one]
    found = {True: target[weight]} if weight in target else {}
    return {**found, False: sources[0][weight]} if count == 2 and len(sources) == 1 else found


def event_states(services: Iterable[ServiceTypeDef]) -> tuple[EventState, ...]:
    """The events of these services, the newest last."""
    found = [
        EventState(event["id"], event["createdAt"], row["serviceName"], event["message"])
        for row in services
        for event in row.get("events") or ()
    ]
    return tuple(sorted(found, key=lambda event: (event.time, event.service, event.id)))


# ------------------------------------------------------------------------------- tasks


def task_state(row: TaskTypeDef, instances: Mapping[str, Instance]) -> TaskState:
    """One task of DescribeTasks; `instances` by the id of the container instance."""
    group = row.get("group", "")
    return TaskState(
        id=task_id(row["taskArn"]),
        service=group.removeprefix(OF_SERVICE) if group.startswith(OF_SERVICE) else "",
        group=group,
        revision=short(row["taskDefinitionArn"]),
        status=row["lastStatus"],
        desired=row.get("desiredStatus", ""),
        health=_health(row),
        place=_place(row, instances),
        ports=_ports(row),
        created=row.get("createdAt"),
        changed=_changed(row),
        stopped=row.get("stoppedAt"),
        reason=_reason(row),
    )


def _health(row: TaskTypeDef) -> str:
    health = row.get("healthStatus", "")
    return "" if health == "UNKNOWN" else health


def _changed(row: TaskTypeDef) -> datetime | None:
    """The time of the last step that a task has made."""
    steps = (
        row.get("createdAt"),
        row.get("startedAt"),
        row.get("stoppingAt"),
        row.get("stoppedAt"),
    )
    return max((step for step in steps if step is not None), default=None)


def _place(row: TaskTypeDef, instances: Mapping[str, Instance]) -> str:
    instance = instances.get(short(row.get("containerInstanceArn", "")))
    if instance is not None:
        return instance.ec2_id or instance.id
    return row.get("availabilityZone", "")


def _ports(row: TaskTypeDef) -> str:
    """``32768->80`` of each binding; in awsvpc mode the address of the task."""
    bindings = [
        f"{binding.get('hostPort', 0)}->{binding.get('containerPort', 0)}"
        for container in row.get("containers") or ()
        for binding in container.get("networkBindings") or ()
    ]
    if bindings:
        return " ".join(bindings)
    addresses = [
        interface.get("privateIpv4Address", "")
        for container in row.get("containers") or ()
        for interface in container.get("networkInterfaces") or ()
    ]
    return next(filter(None, addresses), "")


def _reason(row: TaskTypeDef) -> str:
    """Why a task has stopped or stops: ECS's reason, and the exit codes that are not 0."""
    parts = [row.get("stoppedReason", "")]
    for container in row.get("containers") or ():
        if container.get("exitCode"):
            parts.append(f"{container['name']}: exit code {container['exitCode']}")
        elif container.get("reason"):
            parts.append(f"{container['name']}: {container['reason']}")
    return "; ".join(filter(None, parts))

"""PURE: the deployments of a service as DescribeServices lists them: which one counts, and how far
it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ecscli.up.model import short

if TYPE_CHECKING:
    from types_boto3_ecs.type_defs import (
        DeploymentCircuitBreakerTypeDef,
        DeploymentTypeDef,
        ServiceTypeDef,
    )

ROLLING_BACK = "rolling back"  # in ECS's reasons and events
# seconds between the event and the creation of the deployment that goes back
ROLLBACK_EVENT_WITHIN = 2.0


def primary(service: ServiceTypeDef) -> DeploymentTypeDef | None:
    """The deployment that ECS works towards."""
    rows = service.get("deployments") or ()
    return next((row for row in rows if row.get("status") == "PRIMARY"), None)


def primary_id(service: ServiceTypeDef) -> str | None:
    """The id of the PRIMARY deployment."""
    return (primary(service) or {}).get("id")


def deployment_of(service: ServiceTypeDef, id_: str | None) -> DeploymentTypeDef:
    """The deployment of that id; empty where ECS does not list it any more."""
    for row in service.get("deployments") or ():
        if row.get("id") == id_:
            return row
    return {}


def revision_of(deployment: DeploymentTypeDef) -> str:
    """``family:revision`` of a deployment."""
    return short(deployment.get("taskDefinition", ""))


def is_deleted(service: ServiceTypeDef) -> bool:
    """Whether the service was deleted, with all its tasks or while some still stop."""
    return service.get("status") in ("INACTIVE", "DRAINING")


def is_settled(service: ServiceTypeDef) -> bool:
    """Whether nothing is under way: the newest deployment is completed and all its tasks run."""
    return is_done(service, primary_id(service))


def is_done(service: ServiceTypeDef | None, deployment: str | None) -> bool:
    """Whether this deployment is the only one, ECS calls it completed, and the desired number of
    tasks runs. A service that was deleted meanwhile wants none, and is never done."""
    if service is None or is_deleted(service):
        return False
    ours = deployment_of(service, deployment)
    if deployment is not None and ours.get("status") != "PRIMARY":
        return False
    if ours.get("rolloutState", "COMPLETED") != "COMPLETED":
        return False
    is_alone = len(service.get("deployments") or ()) <= 1
    return is_alone and service.get("runningCount") == service.get("desiredCount")


def has_count(service: ServiceTypeDef | None) -> bool:
    """Whether the desired number of tasks runs and nothing else, whatever became of the
    deployment."""
    if service is None or is_deleted(service):
        return False
    is_exact = service.get("runningCount") == service.get("desiredCount")
    return is_exact and not service.get("pendingCount")


def is_ended(service: ServiceTypeDef) -> bool:
    """Whether the newest deployment has come to its end, good or bad, or is ECS's way back: a
    change of the count is not a part of it."""
    current = primary(service) or {}
    return current.get("rolloutState") != "IN_PROGRESS" or is_rollback(service, current)


def is_rollback(service: ServiceTypeDef, deployment: DeploymentTypeDef) -> bool:
    """Whether a deployment is ECS's own way back, by its reason or, once completed, by the event
    that began it."""
    if ROLLING_BACK in (deployment.get("rolloutStateReason") or ""):
        return True
    begun = deployment.get("createdAt")
    if begun is None or deployment.get("rolloutState") != "COMPLETED":
        return False
    for event in service.get("events") or ():
        distance = abs((event["createdAt"] - begun).total_seconds())
        if ROLLING_BACK in event["message"] and distance <= ROLLBACK_EVENT_WITHIN:
            return True
    return False


def has_breaker(service: ServiceTypeDef) -> bool:
    """Whether ECS's circuit breaker ends a deployment whose tasks fail."""
    breaker = _breaker(service)
    return breaker is not None and breaker["enable"]


def rolls_back(service: ServiceTypeDef) -> bool:
    """Whether the circuit breaker goes back to the deployment before."""
    breaker = _breaker(service)
    return breaker is not None and breaker["rollback"]


def _breaker(service: ServiceTypeDef) -> DeploymentCircuitBreakerTypeDef | None:
    configuration = service.get("deploymentConfiguration") or {}
    return configuration.get("deploymentCircuitBreaker")

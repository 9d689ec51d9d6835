"""PURE: a service as it is polled -> why its deployment can no longer succeed; empty while it
can."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ecscli.up.deployment.progress import Progress
from ecscli.up.deployment.state import (
    deployment_of,
    has_breaker,
    is_deleted,
    is_rollback,
    primary,
    revision_of,
    rolls_back,
)
from ecscli.up.model import short

if TYPE_CHECKING:
    from types_boto3_ecs.type_defs import DeploymentTypeDef, ServiceTypeDef

ROLLBACK_BEGINS_WITHIN = 15.0  # seconds after the failure
# the bounds of ECS's own circuit breaker, for services without one
BREAKER_LEAST, BREAKER_MOST = 3, 200


def find_trouble(
    service: ServiceTypeDef, deployment: str | None, seen: Progress, now: float
) -> str:
    """Why the deployment of this id has failed or was replaced. `now` in seconds, as in `seen`."""
    if is_deleted(service):
        return "the service was deleted while its deployment was under way"
    ours, current = deployment_of(service, deployment), primary(service) or {}
    if ours.get("rolloutState") == "FAILED":
        return "" if _awaits_rollback(service, deployment, seen, now) else _failure(ours)
    if deployment is None or current.get("id") in (None, deployment):
        return _crash_loop(service, ours)
    return _replacement(service, current, deployment, seen)


def _replacement(
    service: ServiceTypeDef, current: DeploymentTypeDef, deployment: str, seen: Progress
) -> str:
    """Why another deployment is the current one."""
    if is_rollback(service, current) or seen.rolled_back:
        return f"the deployment of {seen.revision} failed"
    return f"another deployment, of {revision_of(current)}, has replaced ours ({deployment})"


def _failure(failed: DeploymentTypeDef) -> str:
    reason = (failed.get("rolloutStateReason") or "ECS gave no reason").rstrip(".")
    return f"the deployment of {revision_of(failed)} failed: {reason}"


def find_trouble_of_count(service: ServiceTypeDef, seen: Progress, now: float) -> str:
    """Why the number of tasks can no longer become what is desired. Tasks that still stop need no
    deployment; missing ones are those of the newest deployment."""
    started = service.get("runningCount", 0) + service.get("pendingCount", 0)
    if started >= service.get("desiredCount", 0) and not is_deleted(service):
        return ""
    return find_trouble(service, (primary(service) or {}).get("id"), seen, now)


def find_delay(
    service: ServiceTypeDef | None,
    deployment: str | None,
    seen: Progress,
    now: float,
    minutes: float,
) -> str:
    """Whether nothing has moved for `minutes`, and what it was that did not."""
    if now - seen.since <= minutes * 60:
        return ""
    if service is None:
        return f"AWS has not answered for {minutes:g} minutes"
    counted = deployment_of(service, deployment) or service
    running, desired = counted.get("runningCount", 0), counted.get("desiredCount", 0)
    revision = short(counted.get("taskDefinition", ""))
    counts = f"{running} of {desired} tasks of {revision} run"
    return f"no progress for {minutes:g} minutes: {counts}"


def _awaits_rollback(
    service: ServiceTypeDef, deployment: str | None, seen: Progress, now: float
) -> bool:
    """Whether ECS will go back to an older deployment, which begins a moment after the failure."""
    is_newest = (primary(service) or {}).get("id") == deployment
    has_older = len(service.get("deployments") or ()) > 1
    is_late = seen.failed_at is not None and now - seen.failed_at > ROLLBACK_BEGINS_WITHIN
    return is_newest and has_older and rolls_back(service) and not is_late


def _crash_loop(service: ServiceTypeDef, ours: DeploymentTypeDef) -> str:
    """Without a circuit breaker nothing ends a deployment whose tasks fail again and again: it is
    not waited for."""
    desired = ours.get("desiredCount") or 0
    failed = ours.get("failedTasks") or 0
    half = (desired + 1) // 2
    most = min(BREAKER_MOST, max(BREAKER_LEAST, half))
    all_run = (ours.get("runningCount") or 0) >= desired
    if has_breaker(service) or failed < most or all_run:
        return ""
    return (
        f"{failed} tasks of {revision_of(ours)} have failed one after the other, and no circuit"
        " breaker ends this deployment"
    )

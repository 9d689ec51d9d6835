"""Deployments of a service: begun, counted, completed, failed by the circuit breaker, rolled
back."""

from __future__ import annotations

import math
import secrets

from ecscli.sandbox.ecs.model import Definition, Deployment, Service, Task
from ecscli.sandbox.ecs.services import events
from ecscli.sandbox.ecs.state import Ecs
from ecscli.sandbox.shapes import Json

#: How many failed tasks in a row open the circuit breaker: half of the desired count, within these.
FEWEST_FAILURES, MOST_FAILURES = 3, 200
DEFAULT_THRESHOLD: Json = {"type": "BOUNDED_PERCENT", "value": 50}
#: How many deployments a service remembers.
REMEMBERED = 20


def begin(
    ecs: Ecs, service: Service, definition: Definition, settings: Json, reason: str = ""
) -> Deployment:
    """A new primary deployment; the others become ACTIVE, which means old."""
    for old in service.deployments:
        old.status = "ACTIVE"
        old.updated_at = ecs.now
        old.finished_at = old.finished_at or ecs.now
    made = Deployment(
        f"ecs-svc/{number()}",
        definition,
        ecs.now,
        settings,
        desired=service.desired,
        revision=number(),
    )
    made.reason = reason or f"ECS deployment {made.id} in progress."
    made.updated_at = ecs.now
    made.source = service.deployments[0] if service.deployments else None
    service.deployments.insert(0, made)
    remember(service, made)
    service.definition = definition
    service.steady, service.last_complaint = False, ""
    return made


def number() -> str:
    """Nineteen digits, as ECS names deployments and revisions."""
    return str(secrets.randbelow(9 * 10**18) + 10**18)


def remember(service: Service, made: Deployment) -> None:
    """Keep the deployment for ServiceDeployments; what is forgotten is no source of anything any
    more."""
    service.history.insert(0, made)
    for old in service.history[REMEMBERED - 1 :]:
        old.source = None
    del service.history[REMEMBERED:]


def note_end(ecs: Ecs, service: Service, task: Task) -> None:
    """A task has stopped: where it failed, its deployment remembers."""
    deployment = next((one for one in service.deployments if one.id == task.deployment), None)
    failed = task.deployment_failure or (not task.settled and task.stop_code in FAILURES)
    if deployment is None or not failed:
        return
    deployment.failed += 1
    deployment.in_a_row += 1
    deployment.failed_at = ecs.now
    if deployment.in_a_row == FEWEST_FAILURES and not breaker(service).get("enable"):
        events.write(
            ecs, service, f"is unable to consistently start tasks successfully. {events.GUIDE}"
        )
    watched = deployment is service.primary and deployment.rollout == "IN_PROGRESS"
    if breaker(service).get("enable") and watched and deployment.in_a_row >= threshold(service):
        trip(ecs, service, deployment)


#: Stop codes of tasks that ended by themselves, before they ran or so soon afterwards that nothing
#: was steady.
FAILURES = ("TaskFailedToStart", "EssentialContainerExited")


def breaker(service: Service) -> Json:
    found: Json = service.settings["deploymentConfiguration"].get("deploymentCircuitBreaker") or {}
    return found


def threshold(service: Service) -> int:
    """How many failed tasks in a row open the circuit breaker."""
    configured: Json = breaker(service).get("thresholdConfiguration") or DEFAULT_THRESHOLD
    kind, value = configured["type"], int(configured["value"])
    if kind == "COUNT":
        return value
    share = math.ceil(service.desired * value / 100)
    if kind == "UNBOUNDED_PERCENT":
        return max(share, 1)
    return min(max(FEWEST_FAILURES, share), MOST_FAILURES)


def trip(ecs: Ecs, service: Service, deployment: Deployment) -> None:
    """The circuit breaker opens: the deployment has failed, and goes back to the last good one
    where asked."""
    events.write(
        ecs, service, f"(deployment {deployment.id}) deployment failed: tasks failed to start."
    )
    reason = "ECS deployment circuit breaker: tasks failed to start."
    fail(ecs, service, deployment, reason, bool(breaker(service).get("rollback")))


def fail(ecs: Ecs, service: Service, deployment: Deployment, reason: str, back: bool) -> None:
    """End a deployment; with `back` the last good one, if there is one, is deployed again."""
    deployment.rollout, deployment.reason = "FAILED", reason
    deployment.updated_at = deployment.finished_at = ecs.now
    good = service.completed
    if back and good is not None and good is not deployment:
        events.write(ecs, service, f"rolling back to deployment {good.id}.")
        because = f"{reason.partition(':')[0]}: rolling back to deploymentId {good.id}."
        restored = begin(ecs, service, good.definition, good.settings, because)
        restored.restores, restored.revision = True, good.revision
        deployment.undone_by = restored


def count(ecs: Ecs, service: Service, wanted: int) -> None:
    """Bring the counts of service and deployments up to date; old deployments without tasks
    disappear."""
    tallies = {one.id: [0, 0, 0] for one in service.deployments}
    for task in service.tasks.values():
        tally = tallies.setdefault(task.deployment, [0, 0, 0])
        tally[0 if task.running else 1 if task.wanted else 2] += 1
    for one in list(service.deployments):
        one.running, one.pending, stopping = tallies[one.id]
        one.desired = wanted if one is service.primary else 0
        if one.status == "ACTIVE" and not (one.running or one.pending or stopping):
            service.deployments.remove(one)
    service.running = sum(one[0] for one in tallies.values())
    service.pending = sum(one[1] for one in tallies.values())


def settle(ecs: Ecs, service: Service, wanted: int) -> None:
    """Write the end of a deployment and the steady state, and let a drained service go."""
    primary = service.primary
    own = [task for task in service.tasks.values() if task.deployment == primary.id]
    healthy = sum(task.healthy and task.settled for task in own)
    if healthy and breaker(service).get("resetOnHealthyTask", True):
        primary.in_a_row = 0
    alone = len(service.deployments) == 1 and not service.pending
    steady = alone and healthy == wanted == service.running
    if steady and service.status == "ACTIVE":
        if primary.rollout == "IN_PROGRESS":
            complete(ecs, service, primary)
        if not service.steady:
            service.last_complaint = ""
            events.write(ecs, service, "has reached a steady state.")
    service.steady = steady
    if service.status == "DRAINING" and not service.tasks:
        service.status, service.ended_at = "INACTIVE", ecs.now


def complete(ecs: Ecs, service: Service, deployment: Deployment) -> None:
    """The deployment has what was asked for: a rollback would come back to it."""
    deployment.rollout = "COMPLETED"
    deployment.updated_at = deployment.finished_at = ecs.now
    deployment.reason = f"ECS deployment {deployment.id} completed."
    service.completed = deployment
    events.write(ecs, service, f"(deployment {deployment.id}) deployment completed.")

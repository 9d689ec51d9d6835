"""Deployments of a service: begun, counted, completed, failed by the circuit breaker, rolled
back."""

from __future__ import annotations

import math
import secrets
from collections import defaultdict
from dataclasses import dataclass

from ecscli.sandbox.ecs.model import Definition, Deployment, Service, Task
from ecscli.sandbox.ecs.services import connect, events
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
        supersede(ecs, old)
    identifier = f"ecs-svc/{number()}"
    made = Deployment(
        identifier,
        definition,
        ecs.now,
        settings,
        desired=service.desired,
        revision=number(),
        reason=reason or f"ECS deployment {identifier} in progress.",
        updated_at=ecs.now,
        source=service.deployments[0] if service.deployments else None,
    )
    connect.freeze(ecs, service, made)
    service.deployments.insert(0, made)
    remember(service, made)
    service.definition = definition
    service.steady, service.last_complaint = False, ""
    return made


def supersede(ecs: Ecs, old: Deployment) -> None:
    old.status = "ACTIVE"
    old.updated_at = ecs.now
    old.finished_at = old.finished_at or ecs.now


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
    if deployment is not None and failed:
        note_failure(ecs, service, deployment)


def note_failure(ecs: Ecs, service: Service, deployment: Deployment) -> None:
    """Count a failed task; write it, or open the circuit breaker, when there were too many."""
    deployment.failed += 1
    deployment.in_a_row += 1
    deployment.failed_at = ecs.now
    if not breaker(service).get("enable"):
        if deployment.in_a_row == FEWEST_FAILURES:
            unable = f"is unable to consistently start tasks successfully. {events.GUIDE}"
            events.write(ecs, service, unable)
        return
    is_watched = deployment is service.primary and deployment.rollout == "IN_PROGRESS"
    if is_watched and deployment.in_a_row >= threshold(service):
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
        because = f"{reason.partition(':')[0]}: rolling back to deploymentId {good.id}."
        deployment.undone_by = restore(ecs, service, good, because)


def restore(ecs: Ecs, service: Service, good: Deployment, reason: str) -> Deployment:
    """Deploy once more what an earlier deployment had."""
    events.write(ecs, service, f"rolling back to deployment {good.id}.")
    restored = begin(ecs, service, good.definition, good.settings, reason)
    restored.restores, restored.revision = True, good.revision
    return restored


@dataclass(slots=True)
class Tally:
    """The tasks of one deployment."""

    running: int = 0
    pending: int = 0
    stopping: int = 0

    def add(self, task: Task) -> None:
        if task.running:
            self.running += 1
        elif task.wanted:
            self.pending += 1
        else:
            self.stopping += 1


def count(service: Service, wanted: int) -> None:
    """Bring the counts of service and deployments up to date; old deployments without tasks
    disappear."""
    tallies: defaultdict[str, Tally] = defaultdict(Tally)
    for task in service.tasks.values():
        tallies[task.deployment].add(task)
    for one in list(service.deployments):
        tally = tallies[one.id]
        one.running, one.pending = tally.running, tally.pending
        one.desired = wanted if one is service.primary else 0
        if one.status == "ACTIVE" and tally == Tally():
            service.deployments.remove(one)
    service.running = sum(one.running for one in tallies.values())
    service.pending = sum(one.pending for one in tallies.values())


def settle(ecs: Ecs, service: Service, wanted: int) -> None:
    """Write the end of a deployment and the steady state, and let a drained service go."""
    if service.status == "DRAINING" and not service.tasks:
        service.status, service.ended_at = "INACTIVE", ecs.now
    healthy = healthy_tasks(service)
    if healthy and breaker(service).get("resetOnHealthyTask", True):
        service.primary.in_a_row = 0
    is_alone = len(service.deployments) == 1 and not service.pending
    is_steady = is_alone and healthy == wanted == service.running
    if is_steady and service.status == "ACTIVE":
        reach_steady_state(ecs, service)
    service.steady = is_steady


def healthy_tasks(service: Service) -> int:
    """How many tasks of the newest deployment are healthy and have run for a moment."""
    own = [task for task in service.tasks.values() if task.deployment == service.primary.id]
    return sum(task.healthy and task.settled for task in own)


def reach_steady_state(ecs: Ecs, service: Service) -> None:
    if service.primary.rollout == "IN_PROGRESS":
        complete(ecs, service, service.primary)
    if not service.steady:
        service.last_complaint = ""
        events.write(ecs, service, "has reached a steady state.")


def complete(ecs: Ecs, service: Service, deployment: Deployment) -> None:
    """The deployment has what was asked for: a rollback would come back to it."""
    deployment.rollout = "COMPLETED"
    deployment.updated_at = deployment.finished_at = ecs.now
    deployment.reason = f"ECS deployment {deployment.id} completed."
    service.completed = deployment
    events.write(ecs, service, f"(deployment {deployment.id}) deployment completed.")

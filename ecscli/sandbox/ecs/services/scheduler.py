"""The service scheduler: one look at a service starts what is missing, stops what is too much, and
writes events.

Looks are asked for by `wake` and `task_changed`, several at once become one; nothing here is ever
polled.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from ecscli.sandbox.ecs.capacity.scaling import review_soon
from ecscli.sandbox.ecs.instances.placement import compiled
from ecscli.sandbox.ecs.model import Cluster, Deployment, Service, Task
from ecscli.sandbox.ecs.services import events, naming, rollout
from ecscli.sandbox.ecs.state import Ecs
from ecscli.sandbox.ecs.tasks.launch import NO_CAPACITY, Launched, Order, launch, place_queued

#: How many tasks a service starts in one look, and the longest wait of a service whose tasks keep
#: failing, in looks.
STARTED_AT_ONCE, LONGEST_WAIT = 200, 16
#: Seconds between two tries of a service whose tasks fail, at any pace.
SHORTEST_WAIT = 0.01


class Bounds(NamedTuple):
    """What a service wants to have, and the fewest healthy and most active tasks while it
    changes."""

    wanted: int
    least: int
    most: int


def soon(ecs: Ecs, service: Service, duration: str = "scheduler looks") -> None:
    """Look at the service shortly, once."""
    if not service.looking and service.status != "INACTIVE":
        service.looking = True
        ecs.timeline.paced(duration, look, ecs, service)


def wake(ecs: Ecs, cluster: Cluster, everyone: bool = False) -> None:
    """Something became free in the cluster: what waits for room (or every service) looks again."""
    place_queued(ecs, cluster)
    names = list(cluster.services) if everyone else list(cluster.waiting)
    cluster.waiting.clear()
    for name in names:
        if name in cluster.services:
            soon(ecs, cluster.services[name])
    for service in cluster.services.values() if not everyone else ():
        if service.strategy == "DAEMON":
            soon(ecs, service)


def task_changed(ecs: Ecs, task: Task) -> None:
    """A task of this region has another status or health."""
    if task.service is not None:
        note_change(ecs, task.service, task)
    if task.stopped:
        ecs.ended(task)
        review_soon(ecs)
        offer_room(ecs, ecs.clusters[task.cluster])


def note_change(ecs: Ecs, service: Service, task: Task) -> None:
    """A task of the service runs, has ended, or has another health."""
    if task.running and not task.settling:
        task.settling = True
        ecs.timeline.after(ecs.runtime.proof(task), settled, ecs, task)
    if task.running and not task.targets and not task.cloud_map:
        ecs.neighbours.join_traffic(task)
    elif task.running:
        ecs.neighbours.note_health(task)
    ecs.runtime.rename(task, naming.names_of(ecs, task))
    if task.stopped:
        service.tasks.pop(task.id, None)
        rollout.note_end(ecs, service, task)
    soon(ecs, service)


def offer_room(ecs: Ecs, cluster: Cluster) -> None:
    """A task has left: queued tasks and services that wait for room try again."""
    if cluster.queued:
        place_queued(ecs, cluster)
    for name in list(cluster.waiting):
        soon(ecs, cluster.services[name])


def settled(ecs: Ecs, task: Task) -> None:
    """The task has run long enough to be taken for one that stays."""
    if task.running and task.service is not None:
        task.settled = True
        soon(ecs, task.service)


# ---------------------------------------------------------------------------------------------- one


def look(ecs: Ecs, service: Service) -> None:
    """The whole duty of the scheduler for one service."""
    service.looking = False
    cluster = ecs.clusters[service.cluster]
    if service.status == "INACTIVE":
        return
    stop_unhealthy(ecs, service)
    bounds = bounds_of(cluster, service)
    stopped = stop_surplus(ecs, cluster, service, bounds)
    started = start_missing(ecs, cluster, service, bounds)
    events.stopped(ecs, service, stopped)
    events.started(ecs, service, started)
    rollout.count(service, bounds.wanted)
    rollout.settle(ecs, service, bounds.wanted)
    if len(started) == STARTED_AT_ONCE:
        soon(ecs, service)


def bounds_of(cluster: Cluster, service: Service) -> Bounds:
    wanted = service.desired if service.status == "ACTIVE" else 0
    percents = service.settings["deploymentConfiguration"]
    if service.strategy == "DAEMON":
        wanted = len(daemon_hosts(cluster, service)) if service.status == "ACTIVE" else 0
        service.desired = wanted
    least = math.ceil(wanted * percents["minimumHealthyPercent"] / 100)
    most = math.floor(wanted * percents["maximumPercent"] / 100)
    return Bounds(wanted, least, max(most, wanted if service.strategy == "REPLICA" else 0))


def daemon_hosts(cluster: Cluster, service: Service) -> list[str]:
    """The instances on which a daemon belongs, by id."""
    order = service.primary.settings
    constraints = (
        *service.primary.definition.document["placementConstraints"],
        *order.get("placementConstraints", ()),
    )
    members, _ = compiled(constraints)
    return [
        one.id
        for one in cluster.instances.values()
        if one.status == "ACTIVE" and one.connected and all(member(one) for member in members)
    ]


def is_current(service: Service, task: Task) -> bool:
    """Belongs to the newest deployment and may stay where it is."""
    draining = task.instance is not None and task.instance.status != "ACTIVE"
    return task.deployment == service.primary.id and not draining


def stop_unhealthy(ecs: Ecs, service: Service) -> None:
    for task in list(service.tasks.values()):
        if task.running and task.health == "UNHEALTHY" and not in_grace(ecs, service, task):
            events.write(ecs, service, f"(task {task.id}) failed container health checks.")
            task.deployment_failure = True
            ecs.agent.stop(task, "Task failed container health checks", "ServiceSchedulerInitiated")


def in_grace(ecs: Ecs, service: Service, task: Task) -> bool:
    grace = float(service.settings.get("healthCheckGracePeriodSeconds") or 0) * ecs.timeline.pace
    return ecs.now - (task.started_at or ecs.now) < grace


def stop_surplus(ecs: Ecs, cluster: Cluster, service: Service, bounds: Bounds) -> list[Task]:
    """Stop old tasks as far as the minimum allows, and current ones beyond the count that is
    wanted."""
    active = [task for task in service.tasks.values() if task.wanted]
    healthy = sum(task.healthy for task in active)
    reason = f"Scaling activity initiated by (deployment {service.primary.id})"
    stopped = []
    for task in leaving(cluster, service, active, bounds):
        is_needed = task.healthy and healthy <= bounds.least and bounds.wanted
        if is_needed or protected(ecs, task):
            continue
        healthy -= task.healthy
        ecs.agent.stop(task, reason, "ServiceSchedulerInitiated")
        stopped.append(task)
    return stopped


def leaving(cluster: Cluster, service: Service, active: list[Task], bounds: Bounds) -> list[Task]:
    """The tasks that should go, in that order: old ones, unhealthy first, then surplus ones."""
    current = [task for task in active if is_current(service, task)]
    old = sorted(old_tasks(service, active, bounds), key=lambda one: one.healthy)
    return old + surplus_of(cluster, service, current, bounds)


def old_tasks(service: Service, active: list[Task], bounds: Bounds) -> list[Task]:
    """The tasks that a newer deployment replaces; a failed one replaces nothing."""
    old = [task for task in active if not is_current(service, task)]
    if service.primary.rollout == "FAILED" and bounds.wanted:
        return [task for task in old if task.deployment == service.primary.id]
    return old


def protected(ecs: Ecs, task: Task) -> bool:
    return (task.protected_until or 0) > ecs.now


def surplus_of(
    cluster: Cluster, service: Service, current: list[Task], bounds: Bounds
) -> list[Task]:
    """Those that leave when there are too many: not yet running first, then from the fullest host,
    youngest first."""
    if service.strategy == "DAEMON":
        hosts = set(daemon_hosts(cluster, service)) if bounds.wanted else set()
        return [task for task in current if not task.instance or task.instance.id not in hosts]
    surplus = max(len(current) - bounds.wanted, 0)

    def rank(task: Task) -> tuple[bool, int, float]:
        crowd = task.instance.groups[service.group] if task.instance else 0
        return task.healthy, -crowd, -task.created_at

    return sorted(current, key=rank)[:surplus] if surplus else []


def start_missing(ecs: Ecs, cluster: Cluster, service: Service, bounds: Bounds) -> list[Task]:
    """Start tasks of the newest deployment as far as the maximum allows; say so where one finds no
    place."""
    is_failed = service.primary.rollout == "FAILED"
    if service.status != "ACTIVE" or is_failed or not may_start(ecs, service):
        return []
    if service.strategy == "DAEMON":
        return start_all(ecs, cluster, service, daemon_orders(cluster, service))
    number = min(missing(service, bounds), STARTED_AT_ONCE)
    orders = (order_of(service, service.primary) for _ in range(number))
    return start_all(ecs, cluster, service, orders)


def missing(service: Service, bounds: Bounds) -> int:
    """How many tasks of the newest deployment may be started now; not above 0 means none."""
    active = [task for task in service.tasks.values() if task.wanted]
    current = sum(is_current(service, task) for task in active)
    return min(bounds.wanted - current, bounds.most - len(active))


def start_all(ecs: Ecs, cluster: Cluster, service: Service, orders: Iterable[Order]) -> list[Task]:
    """The tasks of the orders, up to the first that finds no place."""
    started: list[Task] = []
    for order in orders:
        outcome = launch(ecs, cluster, order)
        if outcome.task is None:
            wait_for_room(ecs, cluster, service, outcome)
            break
        started.append(outcome.task)
    return started


def daemon_orders(cluster: Cluster, service: Service) -> Iterator[Order]:
    """An order for each host that has no task, not even one that is still stopping."""
    taken = {task.instance.id for task in service.tasks.values() if task.instance}
    for host in daemon_hosts(cluster, service):
        if host not in taken:
            named = f"ec2InstanceId == {cluster.instances[host].ec2_id}"
            only = {"type": "memberOf", "expression": named}
            yield order_of(service, service.primary, (only,))


def may_start(ecs: Ecs, service: Service) -> bool:
    """A service whose tasks keep failing waits longer and longer between two tries."""
    failures = service.primary.in_a_row
    if failures < 2:
        return True
    first = max(ecs.timeline.lasting("scheduler looks"), SHORTEST_WAIT)
    wait = first * min(2 ** (failures - 1), LONGEST_WAIT)
    left: float = service.primary.failed_at + wait - ecs.now
    if left > 0 and not service.looking:
        service.looking = True
        ecs.timeline.after(left, look, ecs, service)
    return left <= 0


def order_of(
    service: Service, deployment: Deployment, constraints: Iterable[dict[str, str]] = ()
) -> Order:
    settings = deployment.settings
    return Order(
        definition=deployment.definition,
        group=service.group,
        launch_type=settings["launchType"],
        strategy=tuple(settings.get("capacityProviderStrategy") or ()),
        constraints=(*(settings.get("placementConstraints") or ()), *constraints),
        strategies=tuple(settings.get("placementStrategy") or ()),
        network=settings.get("networkConfiguration") or {},
        tags=tuple(settings["tags"]),
        started_by=deployment.id,
        deployment=deployment.id,
        platform_version=settings.get("platformVersion"),
        execute_command=bool(settings.get("enableExecuteCommand")),
        service=service,
    )


def wait_for_room(ecs: Ecs, cluster: Cluster, service: Service, outcome: Launched) -> None:
    """No place: write why, be woken when something becomes free, and try again by itself after a
    while."""
    if outcome.reason == NO_CAPACITY or service.primary.settings["launchType"] == "FARGATE":
        service.primary.failed += 1
    events.unplaced(ecs, service, outcome)
    cluster.waiting.add(service.name)
    review_soon(ecs)
    ecs.timeline.paced("scheduler retries", soon, ecs, service)

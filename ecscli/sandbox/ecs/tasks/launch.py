"""Making tasks: a definition, where it may run and what overrides it; out comes a task with its
place, or why not."""

from __future__ import annotations

import copy
from collections import Counter
from dataclasses import dataclass, field
from typing import NamedTuple

from ecscli.sandbox.ecs.capacity import scaling
from ecscli.sandbox.ecs.capacity.api import choose_provider
from ecscli.sandbox.ecs.checks.sizes import LATEST_PLATFORM, cpu_units, mebibytes
from ecscli.sandbox.ecs.definitions.document import needs_of
from ecscli.sandbox.ecs.instances.placement import Refusal, Want, compiled, place
from ecscli.sandbox.ecs.model import Cluster, Definition, Instance, Needs, Service, Task, new_id
from ecscli.sandbox.ecs.state import Ecs
from ecscli.sandbox.ecs.tags import checked_tags
from ecscli.sandbox.shapes import Json

NO_INSTANCES = "No Container Instances were found in your cluster."
NO_CAPACITY = (
    "Capacity is unavailable at this time. Please try again later or in a different availability"
    " zone"
)


@dataclass(frozen=True, slots=True)
class Order:
    """What a task is made with: the members of RunTask that outlive the call."""

    definition: Definition
    group: str
    launch_type: str = "EC2"
    strategy: tuple[Json, ...] = ()
    constraints: tuple[Json, ...] = ()
    strategies: tuple[Json, ...] = ()
    network: Json = field(default_factory=dict)
    overrides: Json = field(default_factory=dict)
    tags: tuple[Json, ...] = ()
    started_by: str = ""
    deployment: str = ""
    platform_version: str | None = None
    execute_command: bool = False
    service: Service | None = None


class Launched(NamedTuple):
    """A task, or the reasons of the instances that were asked (none asked: no instance at all)."""

    task: Task | None
    refusals: tuple[Refusal, ...] = ()
    reason: str = ""


def overridden(definition: Definition, overrides: Json) -> tuple[list[Json], Needs]:
    """The container definitions as this task runs them, and what it needs then."""
    changes = {one["name"]: one for one in overrides.get("containerOverrides") or []}
    containers = [changed(one, changes.get(one["name"], {})) for one in definition.containers]
    document = {**definition.document, "containerDefinitions": containers}
    if overrides.get("cpu"):
        document["cpu"] = cpu_units(str(overrides["cpu"]))
    if overrides.get("memory"):
        document["memory"] = mebibytes(str(overrides["memory"]))
    return containers, needs_of(document)


#: What an override replaces as a whole; its environment is merged.
REPLACED = ("command", "cpu", "memory", "memoryReservation", "environmentFiles")


def changed(container: Json, change: Json) -> Json:
    """A container definition with the overrides of one task."""
    merged = copy.deepcopy(container)
    merged.update({key: change[key] for key in REPLACED if change.get(key) is not None})
    environment = {one["name"]: one.get("value", "") for one in container["environment"]}
    for one in change.get("environment") or []:
        environment[one["name"]] = one.get("value", "")
    merged["environment"] = [{"name": name, "value": environment[name]} for name in environment]
    return merged


def task_tags(
    cluster_name: str, request: Json, definition: Definition, service: str = ""
) -> list[Json]:
    """The tags of a new task: its own, those it inherits, and ECS's own where they are switched
    on."""
    tags = list(request.get("tags") or [])
    if request.get("propagateTags") == "TASK_DEFINITION":
        tags = [*definition.tags, *tags]
    tags = checked_tags(tags)
    if request.get("enableECSManagedTags"):
        tags.append({"key": "aws:ecs:clusterName", "value": cluster_name})
        tags += [{"key": "aws:ecs:serviceName", "value": service}] if service else []
    return tags


def launch(ecs: Ecs, cluster: Cluster, order: Order) -> Launched:
    """Place one task of the order and begin its life."""
    if ecs.refusals.tasks:
        return Launched(None, (), ecs.refusals.tasks)
    provider = provider_of(cluster, order)
    task = made(ecs, cluster, order)
    task.capacity_provider = provider
    if order.launch_type == "FARGATE":
        settle(ecs, cluster, task)
        return Launched(task)
    instance, refusals = find_instance(cluster, order, task.needs, provider)
    if instance is not None:
        settle(ecs, cluster, task, instance)
    elif order.service is None and is_managed(ecs, provider):
        queue(ecs, cluster, task, order)
    else:
        return Launched(None, tuple(refusals), "" if refusals else NO_INSTANCES)
    return Launched(task)


def is_managed(ecs: Ecs, provider: str | None) -> bool:
    """Whether managed scaling will bring an instance for a task that has no room yet."""
    return provider in ecs.capacity_providers and scaling.is_managed(
        ecs.capacity_providers[provider or ""]
    )


def queue(ecs: Ecs, cluster: Cluster, task: Task, order: Order) -> None:
    """A task of RunTask stays in PROVISIONING until its capacity provider has room for it."""
    cluster.tasks[task.id] = task
    cluster.queued.append((task, order))
    scaling.review_soon(ecs)


def place_queued(ecs: Ecs, cluster: Cluster) -> None:
    """Something became free: tasks that wait find their place, in the order in which they came."""
    waiting, cluster.queued = cluster.queued, []
    for task, order in waiting:
        instance = None
        if task.wanted:
            instance, _ = find_instance(cluster, order, task.needs, task.capacity_provider)
        if instance is not None:
            settle(ecs, cluster, task, instance)
        elif task.wanted:
            cluster.queued.append((task, order))
    if cluster.queued:
        scaling.review_soon(ecs)


def provider_of(cluster: Cluster, order: Order) -> str | None:
    if not order.strategy:
        return None
    siblings = order.service.tasks.values() if order.service else cluster.tasks.values()
    have = Counter(
        one.capacity_provider or "" for one in siblings if one.wanted and one.group == order.group
    )
    return choose_provider(list(order.strategy), have)


def find_instance(
    cluster: Cluster, order: Order, needs: Needs, provider: str | None
) -> tuple[Instance | None, list[Refusal]]:
    members, distinct = compiled(
        (*order.definition.document["placementConstraints"], *order.constraints)
    )
    want = Want(
        needs, order.group, order.definition.required, members, distinct, order.strategies, provider
    )
    return place(list(cluster.instances.values()), want)


def platform_of(order: Order) -> str | None:
    """The platform version of a task on Fargate."""
    if order.launch_type != "FARGATE":
        return None
    return (order.platform_version or "LATEST").replace("LATEST", LATEST_PLATFORM)


def made(ecs: Ecs, cluster: Cluster, order: Order) -> Task:
    """A task of the order, without a place yet."""
    containers, needs = overridden(order.definition, order.overrides)
    task_id = new_id()
    return Task(
        arn=ecs.arn("task", cluster.name, task_id),
        cluster=cluster.name,
        definition=order.definition,
        group=order.group,
        launch_type=order.launch_type,
        created_at=ecs.now,
        containers=[ecs.new_container(task_id, cluster.name, one) for one in containers],
        needs=needs,
        service=order.service,
        started_by=order.started_by,
        deployment=order.deployment,
        overrides=order.overrides,
        network=order.network,
        tags=list(order.tags),
        platform_version=platform_of(order),
        execute_command=order.execute_command,
    )


def settle(ecs: Ecs, cluster: Cluster, task: Task, instance: Instance | None = None) -> None:
    """Put the task where it goes, remember it, and let it begin."""
    if instance:
        task.instance = instance
        task.zone = instance.attributes.get("ecs.availability-zone") or ""
        instance.take(task)
    cluster.tasks[task.id] = task
    if task.service:
        task.service.tasks[task.id] = task
    ecs.agent.begin(task)

"""Clusters: created, described with their counts, changed, deleted when nothing is left in them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from ecscli.sandbox.ecs.capacity.api import checked_strategy
from ecscli.sandbox.ecs.described import missing
from ecscli.sandbox.ecs.model import Cluster
from ecscli.sandbox.ecs.paging import page
from ecscli.sandbox.ecs.state import Ecs
from ecscli.sandbox.ecs.tags import checked_tags
from ecscli.sandbox.errors import ApiError, invalid
from ecscli.sandbox.shapes import Json


def shown(cluster: Cluster, include: Sequence[str] = ()) -> Json:
    document: Json = {
        "clusterArn": cluster.arn,
        "clusterName": cluster.name,
        "status": cluster.status,
        **counts(cluster),
        "statistics": statistics(cluster) if "STATISTICS" in include else [],
        "tags": cluster.tags if "TAGS" in include else [],
        "settings": cluster.settings if "SETTINGS" in include else [],
        "capacityProviders": cluster.capacity_providers,
        "defaultCapacityProviderStrategy": cluster.strategy,
    }
    if cluster.configuration and "CONFIGURATIONS" in include:
        document["configuration"] = cluster.configuration
    if cluster.connect:
        document["serviceConnectDefaults"] = cluster.connect
    return document


def counts(cluster: Cluster) -> Json:
    """How many instances, tasks and services a cluster has."""
    tasks = list(cluster.active_tasks())
    running = sum(task.running for task in tasks)
    return {
        "registeredContainerInstancesCount": len(cluster.instances),
        "runningTasksCount": running,
        "pendingTasksCount": sum(task.wanted for task in tasks) - running,
        "activeServicesCount": sum(one.status == "ACTIVE" for one in cluster.services.values()),
    }


def statistics(cluster: Cluster) -> list[Json]:
    """Counts by launch type, as STATISTICS gives them."""
    found: dict[str, int] = {}
    for launch, word in (("EC2", "EC2"), ("FARGATE", "Fargate")):
        tasks = [task for task in cluster.active_tasks() if task.launch_type == launch]
        running = sum(task.running for task in tasks)
        services = Counter(
            one.status
            for one in cluster.services.values()
            if one.settings.get("launchType", "EC2") == launch
        )
        found[f"running{word}TasksCount"] = running
        found[f"pending{word}TasksCount"] = len(tasks) - running
        found[f"active{word}ServiceCount"] = services["ACTIVE"]
        found[f"draining{word}ServiceCount"] = services["DRAINING"]
    return [{"name": name, "value": str(count)} for name, count in found.items()]


def create(ecs: Ecs, request: Json) -> Json:
    name = request.get("clusterName") or "default"
    if not re.fullmatch(r"[A-Za-z][A-Za-z0-9_-]{0,254}", name):
        raise invalid(
            "Invalid cluster name: letters, digits, hyphens and underscores, at most 255."
        )
    found = ecs.clusters.get(name)
    if found is None or found.status == "INACTIVE":
        found = Cluster(ecs.arn("cluster", name), name)
        found.settings = [{"name": "containerInsights", "value": "disabled"}]
        found.tags = checked_tags(request.get("tags") or [])
        configure(ecs, found, request)
        ecs.clusters[name] = found
    return {"cluster": shown(found, ("TAGS", "SETTINGS", "CONFIGURATIONS"))}


def configure(ecs: Ecs, cluster: Cluster, request: Json) -> None:
    for setting in request.get("settings") or []:
        cluster.settings = [one for one in cluster.settings if one["name"] != setting["name"]] + [
            setting
        ]
    cluster.configuration = request.get("configuration") or cluster.configuration
    cluster.connect = request.get("serviceConnectDefaults") or cluster.connect
    if "capacityProviders" in request:
        set_providers(
            ecs,
            cluster,
            request["capacityProviders"],
            request.get("defaultCapacityProviderStrategy") or [],
        )


def set_providers(ecs: Ecs, cluster: Cluster, providers: list[str], strategy: list[Json]) -> None:
    names = [name.rpartition("/")[2] for name in providers]
    for name in names:
        if name not in ("FARGATE", "FARGATE_SPOT") and name not in ecs.capacity_providers:
            raise invalid(
                f"The specified capacity provider {name} was not found. Specify a valid name or ARN"
                " and try again."
            )
    used = {task.capacity_provider for task in cluster.active_tasks()} - {None}
    for gone in set(cluster.capacity_providers) - set(names):
        if gone in used:
            raise ApiError(
                "ResourceInUseException",
                f"The specified capacity provider is in use and cannot be removed: {gone}",
            )
    checked = checked_strategy(strategy, names)
    cluster.capacity_providers, cluster.strategy = names, checked


def put_providers(ecs: Ecs, request: Json) -> Json:
    cluster = ecs.cluster(request["cluster"])
    set_providers(
        ecs, cluster, request["capacityProviders"], request["defaultCapacityProviderStrategy"]
    )
    return {"cluster": shown(cluster, ("SETTINGS",))}


def update(ecs: Ecs, request: Json) -> Json:
    cluster = ecs.cluster(request["cluster"])
    changed = ("settings", "configuration", "serviceConnectDefaults")
    configure(ecs, cluster, {name: request.get(name) for name in changed})
    return {"cluster": shown(cluster, ("TAGS", "SETTINGS", "CONFIGURATIONS"))}


def describe(ecs: Ecs, request: Json) -> Json:
    found, failures = [], []
    for name in request.get("clusters") or ["default"]:
        short = name.rpartition("/")[2]
        if short in ecs.clusters:
            found.append(shown(ecs.clusters[short], request.get("include", ())))
        else:
            failures.append(missing(ecs.arn("cluster", short)))
    return {"clusters": found, "failures": failures}


#: What must be gone before a cluster goes: how to find it, and the error.
LEFTOVERS = (
    (
        lambda one: one.instances,
        "ClusterContainsContainerInstancesException",
        "The Cluster cannot be deleted while Container Instances are active or draining.",
    ),
    (
        lambda one: [x for x in one.services.values() if x.status != "INACTIVE"],
        "ClusterContainsServicesException",
        "The Cluster cannot be deleted while Services are active.",
    ),
    (
        lambda one: list(one.active_tasks()),
        "ClusterContainsTasksException",
        "The Cluster cannot be deleted while Tasks are active.",
    ),
)


def delete(ecs: Ecs, request: Json) -> Json:
    cluster = ecs.cluster(request["cluster"])
    for left, code, message in LEFTOVERS:
        if left(cluster):
            raise ApiError(code, message)
    cluster.status, cluster.capacity_providers, cluster.strategy = "INACTIVE", [], []
    cluster.tasks.clear()
    cluster.ended.clear()
    return {"cluster": shown(cluster)}


def listed(ecs: Ecs, request: Json) -> Json:
    arns = sorted(one.arn for one in ecs.clusters.values() if one.status != "INACTIVE")
    return page("clusterArns", arns, request)


ACTIONS = {
    "CreateCluster": create,
    "DescribeClusters": describe,
    "DeleteCluster": delete,
    "ListClusters": listed,
    "UpdateCluster": update,
    "UpdateClusterSettings": update,
    "PutClusterCapacityProviders": put_providers,
}

"""Services over the API: created, updated, deleted, described, listed."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ecscli.sandbox.ecs.instances.placement import check_constraints, check_strategies
from ecscli.sandbox.ecs.model import Cluster, Definition, Deployment, Service
from ecscli.sandbox.ecs.paging import page
from ecscli.sandbox.ecs.services import deployments as service_deployments
from ecscli.sandbox.ecs.services import rollout
from ecscli.sandbox.ecs.services.scheduler import soon
from ecscli.sandbox.ecs.state import INACTIVE_KEPT, Ecs
from ecscli.sandbox.ecs.tags import checked_tags
from ecscli.sandbox.ecs.tasks.api import task_tags
from ecscli.sandbox.ecs.tasks.launch import check_network, launch_type_of
from ecscli.sandbox.errors import ApiError, invalid
from ecscli.sandbox.shapes import Json

#: Members of CreateService that DescribeServices gives back as they are.
KEPT = (
    "loadBalancers",
    "serviceRegistries",
    "deploymentConfiguration",
    "networkConfiguration",
    "placementConstraints",
    "placementStrategy",
    "healthCheckGracePeriodSeconds",
    "enableECSManagedTags",
    "propagateTags",
    "enableExecuteCommand",
    "capacityProviderStrategy",
    "platformVersion",
    "deploymentController",
    "availabilityZoneRebalancing",
    "volumeConfigurations",
    "serviceConnectConfiguration",
    "role",
)

#: Changes to one of these begin a new deployment.
DEPLOYED = (
    "networkConfiguration",
    "capacityProviderStrategy",
    "platformVersion",
    "loadBalancers",
    "serviceRegistries",
    "enableExecuteCommand",
    "propagateTags",
    "serviceConnectConfiguration",
    "volumeConfigurations",
    "placementConstraints",
    "placementStrategy",
    "enableECSManagedTags",
)

PERCENTS = {
    "REPLICA": {"maximumPercent": 200, "minimumHealthyPercent": 100},
    "DAEMON": {"maximumPercent": 100, "minimumHealthyPercent": 0},
}


def shown_deployment(one: Deployment) -> Json:
    document: Json = {
        "id": one.id,
        "status": one.status,
        "taskDefinition": one.definition.arn,
        "desiredCount": one.desired,
        "pendingCount": one.pending,
        "runningCount": one.running,
        "failedTasks": one.failed,
        "createdAt": one.created_at,
        "updatedAt": one.updated_at,
        "rolloutState": one.rollout,
        "rolloutStateReason": one.reason,
    }
    settings = one.settings
    if settings.get("capacityProviderStrategy"):
        document["capacityProviderStrategy"] = settings["capacityProviderStrategy"]
    else:
        document["launchType"] = settings["launchType"]
    for name in ("platformVersion", "networkConfiguration", "serviceConnectConfiguration"):
        if settings.get(name):
            document[name] = settings[name]
    return document


def shown(service: Service, include: Sequence[str] = ()) -> Json:
    settings = service.settings
    document: Json = {
        "serviceArn": service.arn,
        "serviceName": service.name,
        "clusterArn": service.arn.replace(":service/", ":cluster/").rpartition("/")[0],
        "status": service.status,
        "desiredCount": service.desired if service.status == "ACTIVE" else 0,
        "runningCount": service.running,
        "pendingCount": service.pending,
        "taskDefinition": service.definition.arn,
        "schedulingStrategy": service.strategy,
        "deployments": [shown_deployment(one) for one in service.deployments],
        "events": service.events,
        **service_deployments.current(service),
        "createdAt": service.created_at,
        "createdBy": f"arn:aws:iam::{service.arn.split(':')[4]}:root",
        "loadBalancers": [],
        "serviceRegistries": [],
        "placementConstraints": [],
        "placementStrategy": [],
        "enableECSManagedTags": False,
        "propagateTags": "NONE",
        "enableExecuteCommand": False,
        "tags": service.tags if "TAGS" in include else [],
    }
    document.update({name: settings[name] for name in KEPT if settings.get(name) not in (None, "")})
    document.pop("serviceConnectConfiguration", None)
    document["roleArn"] = document.pop("role", None) or service_role(service)
    if not settings.get("capacityProviderStrategy"):
        document["launchType"] = settings["launchType"]
    return document


def service_role(service: Service) -> str:
    account = service.arn.split(":")[4]
    return f"arn:aws:iam::{account}:role/aws-service-role/ecs.amazonaws.com/AWSServiceRoleForECS"


def percents(request: Json, strategy: str) -> Json:
    given = {
        name: value
        for name, value in (request.get("deploymentConfiguration") or {}).items()
        if value is not None
    }
    found = {**PERCENTS[strategy], **given}
    if found["maximumPercent"] <= found["minimumHealthyPercent"] and strategy == "REPLICA":
        raise invalid("MaximumPercent should be greater than MinimumHealthyPercent.")
    return found


def check_balancers(ecs: Ecs, definition: Definition, request: Json) -> None:
    """Every load balancer names a container and port of the definition and a target group that
    exists."""
    ports = {
        (one["name"], port.get("containerPort"))
        for one in definition.containers
        for port in one["portMappings"]
    }
    for one in request.get("loadBalancers") or []:
        if one.get("containerName") not in {name for name, _ in ports}:
            raise invalid(
                f"The container {one.get('containerName')} does not exist in the task definition."
            )
        if (one["containerName"], one.get("containerPort")) not in ports:
            raise invalid(
                f"The container {one['containerName']} did not have a "
                f"container port {one.get('containerPort')} defined."
            )
        if one.get("targetGroupArn"):
            ecs.neighbours.check_target_group(one["targetGroupArn"], definition.network_mode)
    for registry in request.get("serviceRegistries") or []:
        ecs.neighbours.check_registry(registry)


def settings_of(
    ecs: Ecs, cluster: Cluster, request: Json, definition: Definition, strategy: str
) -> Json:
    """What a service and its deployments keep of a request, after the checks that ECS makes."""
    controller = (request.get("deploymentController") or {}).get("type", "ECS")
    if controller != "ECS":
        raise ApiError(
            "UnsupportedFeatureException", f"The sandbox has no deployment controller {controller}."
        )
    launch_type, providers = launch_type_of(cluster, request)
    network = request.get("networkConfiguration") or {}
    check_network(definition, launch_type, network)
    check_strategies(request.get("placementStrategy") or ())
    check_constraints(request.get("placementConstraints") or ())
    check_balancers(ecs, definition, request)
    kept = {name: request[name] for name in KEPT if request.get(name) is not None}
    kept.update(launchType=launch_type, deploymentConfiguration=percents(request, strategy))
    if providers:
        kept["capacityProviderStrategy"] = list(providers)
    if launch_type == "FARGATE":
        kept.setdefault("platformVersion", "LATEST")
    return kept


def deployment_settings(cluster: Cluster, service: Service) -> Json:
    settings = dict(service.settings)
    source = settings.get("propagateTags")
    inherited = {**settings, "tags": service.tags if source == "SERVICE" else []}
    settings["tags"] = task_tags(cluster.name, inherited, service.definition, service.name)
    return settings


def create(ecs: Ecs, request: Json) -> Json:
    cluster = ecs.cluster(request.get("cluster"))
    name = request["serviceName"]
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_-]{0,254}", name):
        raise invalid(
            "The service name can contain letters, digits, hyphens and underscores, at most 255."
        )
    old = cluster.services.get(name)
    if old is not None and old.status == "DRAINING":
        raise invalid("Unable to Start a service that is still Draining.")
    if old is not None and old.status == "ACTIVE":
        if old.request != without_token(request):
            raise invalid("Creation of service was not idempotent.")
        return {"service": shown(old, ("TAGS",))}
    definition = ecs.runnable(request.get("taskDefinition") or "")
    strategy = request.get("schedulingStrategy") or "REPLICA"
    if strategy == "REPLICA" and request.get("desiredCount") is None:
        raise invalid("The desired count must be set for REPLICA services.")
    settings = settings_of(ecs, cluster, request, definition, strategy)
    made = Service(
        ecs.arn("service", cluster.name, name),
        name,
        cluster.name,
        definition,
        request.get("desiredCount") or 0,
        ecs.now,
        settings,
        strategy,
    )
    made.tags = checked_tags(request.get("tags") or [])
    made.request = without_token(request)
    cluster.services[name] = made
    rollout.begin(ecs, made, definition, deployment_settings(cluster, made))
    prune(cluster)
    soon(ecs, made)
    return {"service": shown(made, ("TAGS",))}


def without_token(request: Json) -> Json:
    return {name: value for name, value in request.items() if name != "clientToken"}


def prune(cluster: Cluster) -> None:
    gone = [name for name, one in cluster.services.items() if one.status == "INACTIVE"]
    for name in gone[:-INACTIVE_KEPT]:
        del cluster.services[name]


def update(ecs: Ecs, request: Json) -> Json:
    cluster = ecs.cluster(request.get("cluster"))
    service = ecs.service(cluster, request["service"])
    if service.status != "ACTIVE":
        raise ApiError("ServiceNotActiveException", "Service was not ACTIVE.")
    definition = (
        ecs.runnable(request["taskDefinition"])
        if request.get("taskDefinition")
        else service.definition
    )
    if request.get("desiredCount") is not None:
        if service.strategy == "DAEMON":
            raise invalid(
                "The daemon scheduling strategy does not support a desired count for services."
            )
        service.desired = request["desiredCount"]
    merged = {**without_launch(service.settings, request), **request}
    merged["deploymentConfiguration"] = {
        **service.settings["deploymentConfiguration"],
        **(request.get("deploymentConfiguration") or {}),
    }
    settings = settings_of(ecs, cluster, merged, definition, service.strategy)
    changed = any(
        name in request and settings.get(name) != service.settings.get(name) for name in DEPLOYED
    )
    service.settings = settings
    service.steady = False
    if changed or definition is not service.definition or request.get("forceNewDeployment"):
        service.definition = definition
        rollout.begin(ecs, service, definition, deployment_settings(cluster, service))
    rollout.count(ecs, service, service.desired)
    soon(ecs, service)
    return {"service": shown(service, ("TAGS",))}


def without_launch(settings: Json, request: Json) -> Json:
    """The settings so far: the launch type gives way to a strategy, and the other way round."""
    kept = dict(settings)
    if kept.get("capacityProviderStrategy") or request.get("capacityProviderStrategy"):
        kept.pop("launchType", None)
    return kept


def delete(ecs: Ecs, request: Json) -> Json:
    cluster = ecs.cluster(request.get("cluster"))
    service = ecs.service(cluster, request["service"])
    if service.status == "INACTIVE":
        raise ApiError("ServiceNotActiveException", "Service was not ACTIVE.")
    if service.desired and service.strategy == "REPLICA" and not request.get("force"):
        raise invalid("The service cannot be stopped while it is scaled above 0.")
    service.status, service.desired = "DRAINING", 0
    cluster.waiting.discard(service.name)
    soon(ecs, service)
    return {"service": shown(service)}


def describe(ecs: Ecs, request: Json) -> Json:
    cluster = ecs.cluster(request.get("cluster"))
    if not request.get("services"):
        raise invalid("Services cannot be empty.")
    if len(request["services"]) > 10:
        raise invalid("Services can have at most 10 items.")
    found, missing = [], []
    for name in request["services"]:
        service = cluster.services.get(name.rpartition("/")[2])
        if service:
            found.append(shown(service, request.get("include", ())))
        else:
            missing.append(
                {
                    "arn": ecs.arn("service", cluster.name, name.rpartition("/")[2]),
                    "reason": "MISSING",
                }
            )
    return {"services": found, "failures": missing}


def listed(ecs: Ecs, request: Json) -> Json:
    cluster = ecs.cluster(request.get("cluster"))
    arns = [
        one.arn
        for one in cluster.services.values()
        if one.status != "INACTIVE"
        and request.get("launchType") in (None, "", one.settings["launchType"])
        and request.get("schedulingStrategy") in (None, "", one.strategy)
    ]
    return page("serviceArns", arns, request, usual=10)


ACTIONS = {
    "CreateService": create,
    "UpdateService": update,
    "DeleteService": delete,
    "DescribeServices": describe,
    "ListServices": listed,
}

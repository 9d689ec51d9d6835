"""Services and their deployments as DescribeServices shows them."""

from __future__ import annotations

from collections.abc import Sequence

from ecscli.sandbox.ecs.model import Deployment, Service
from ecscli.sandbox.ecs.services.deployments import current
from ecscli.sandbox.ecs.services.settings import KEPT
from ecscli.sandbox.shapes import Json

#: What a service has without settings of its own.
DEFAULTS: Json = {
    "loadBalancers": [],
    "serviceRegistries": [],
    "placementConstraints": [],
    "placementStrategy": [],
    "enableECSManagedTags": False,
    "propagateTags": "NONE",
    "enableExecuteCommand": False,
    "deploymentController": {"type": "ECS"},
}
#: What a deployment configuration has without settings of its own, besides its two percentages.
DEPLOYMENT_DEFAULTS: Json = {
    "deploymentCircuitBreaker": {"enable": False, "rollback": False},
    "strategy": "ROLLING",
    "bakeTimeInMinutes": 0,
}
#: The service-linked role, under the account's roles.
SERVICE_ROLE = "aws-service-role/ecs.amazonaws.com/AWSServiceRoleForECS"
#: Settings that only deployments show.
OF_DEPLOYMENTS = ("serviceConnectConfiguration", "volumeConfigurations", "vpcLatticeConfigurations")


def shown(service: Service, include: Sequence[str] = ()) -> Json:
    settings = service.settings
    given = {name: settings[name] for name in KEPT if settings.get(name) not in (None, "")}
    document = {**always(service), **DEFAULTS, **given}
    document["tags"] = service.tags if "TAGS" in include else []
    for name in OF_DEPLOYMENTS:
        document.pop(name, None)
    configuration = {**DEPLOYMENT_DEFAULTS, **settings["deploymentConfiguration"]}
    document["deploymentConfiguration"] = configuration
    document.setdefault("availabilityZoneRebalancing", usual_rebalancing(service))
    document["roleArn"] = role_arn(service, document.pop("role", ""))
    if not settings.get("capacityProviderStrategy"):
        document["launchType"] = settings["launchType"]
    return document


def always(service: Service) -> Json:
    """The members that every service has."""
    return {
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
        **current(service),
        "createdAt": service.created_at,
        "createdBy": f"{account_of(service)}:root",
    }


def account_of(service: Service) -> str:
    """The beginning of IAM's ARNs in the account of a service."""
    parts = service.arn.split(":")
    return f"arn:{parts[1]}:iam::{parts[4]}"


def role_arn(service: Service, role: str) -> str:
    """The ARN of the role that was given by name or ARN, or of the service-linked role."""
    if role.startswith("arn:"):
        return role
    return f"{account_of(service)}:role/{role.removeprefix('/') or SERVICE_ROLE}"


def usual_rebalancing(service: Service) -> str:
    """ENABLED, the default of CreateService, where the service can be rebalanced."""
    percents = service.settings["deploymentConfiguration"]
    is_possible = service.strategy == "REPLICA" and percents["maximumPercent"] > 100
    return "ENABLED" if is_possible else "DISABLED"


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
    for name in ("platformVersion", "networkConfiguration", *OF_DEPLOYMENTS):
        if settings.get(name):
            document[name] = settings[name]
    return document

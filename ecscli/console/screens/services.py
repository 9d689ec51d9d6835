"""READS: one service: how it is set up, its load balancers, its scaling, its deployments."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from ecscli.aws.client import Aws, batches
from ecscli.base.documents import Document, Draft
from ecscli.console.api import Api, needed
from ecscli.console.screens.clusters import tags_of
from ecscli.up.model import short
from ecscli.up.service.live import need_service
from ecscli.up.service.names import Names
from ecscli.up.tasks.addresses import as_data
from ecscli.up.tasks.listeners import listener_addresses
from ecscli.up.tasks.targets import target_health

Query = Mapping[str, Any]
MOST_DEPLOYMENTS = 20  # the newest; also the most that DescribeServiceDeployments takes
DIMENSION = "ecs:service:DesiredCount"


def _live(api: Api, query: Query) -> Any:
    names = Names(needed(query, "service"), needed(query, "cluster"))
    return need_service(api.aws, names)


def service(api: Api, query: Query) -> Draft:
    """How a service is set up, and its last hundred events, the newest first."""
    return service_document(_live(api, query))


def service_document(row: Document) -> Draft:
    """What the screen shows of a service of DescribeServices."""
    network = (row.get("networkConfiguration") or {}).get("awsvpcConfiguration") or {}
    settings = row.get("deploymentConfiguration") or {}
    breaker = settings.get("deploymentCircuitBreaker") or {}
    return {
        "serviceName": row["serviceName"],
        "serviceArn": row.get("serviceArn", ""),
        "status": row.get("status", ""),
        "launchType": row.get("launchType"),
        "capacityProviderStrategy": [
            f"{one['capacityProvider']} (base {one.get('base', 0)}, weight {one.get('weight', 0)})"
            for one in row.get("capacityProviderStrategy") or ()
        ],
        "schedulingStrategy": row.get("schedulingStrategy"),
        "taskDefinition": short(row.get("taskDefinition", "")),
        "desiredCount": row.get("desiredCount", 0),
        "platformVersion": row.get("platformVersion"),
        "deploymentController": (row.get("deploymentController") or {}).get("type", "ECS"),
        "strategy": settings.get("strategy", "ROLLING"),
        "bakeTimeInMinutes": settings.get("bakeTimeInMinutes"),
        "minimumHealthyPercent": settings.get("minimumHealthyPercent"),
        "maximumPercent": settings.get("maximumPercent"),
        "circuitBreaker": {
            "enable": bool(breaker.get("enable")),
            "rollback": bool(breaker.get("rollback")),
        },
        "subnets": list(network.get("subnets") or ()),
        "securityGroups": list(network.get("securityGroups") or ()),
        "assignPublicIp": network.get("assignPublicIp"),
        "loadBalancers": [_balancer(one) for one in row.get("loadBalancers") or ()],
        "serviceRegistries": [
            short(one["registryArn"]) for one in row.get("serviceRegistries") or ()
        ],
        "healthCheckGracePeriodSeconds": row.get("healthCheckGracePeriodSeconds"),
        "availabilityZoneRebalancing": row.get("availabilityZoneRebalancing"),
        "enableExecuteCommand": bool(row.get("enableExecuteCommand")),
        "placementStrategy": [_placed(one) for one in row.get("placementStrategy") or ()],
        "placementConstraints": [_placed(one) for one in row.get("placementConstraints") or ()],
        "createdAt": row.get("createdAt"),
        "createdBy": row.get("createdBy"),
        "tags": tags_of(row.get("tags")),
        "events": [
            {"id": one["id"], "createdAt": one["createdAt"], "message": one["message"]}
            for one in row.get("events") or ()
        ],
    }


def _balancer(row: Document) -> Draft:
    arn = row.get("targetGroupArn") or ""
    return {
        "targetGroup": arn.split("/")[1] if arn.count("/") > 1 else row.get("loadBalancerName"),
        "containerName": row.get("containerName"),
        "containerPort": row.get("containerPort"),
    }


def _placed(row: Document) -> str:
    """A strategy or a constraint in a few words: ``spread attribute:ecs.availability-zone``."""
    return " ".join(filter(None, (row["type"], row.get("field") or row.get("expression"))))


def balancing(api: Api, query: Query) -> Draft:
    """The addresses of the load balancers of a service, and the health of its own targets."""
    found = _live(api, query)
    addresses, targets = api.aws.together(
        lambda: listener_addresses(api.aws, found), lambda: target_health(api.aws, found)
    )
    return {"addresses": as_data(addresses), "targets": [target_document(one) for one in targets]}


def target_document(row: Document) -> Draft:
    """One target of DescribeTargetHealth."""
    target, health = row["Target"], row.get("TargetHealth") or {}
    return {
        "id": target["Id"],
        "port": target.get("Port"),
        "zone": target.get("AvailabilityZone"),
        "state": health.get("State", ""),
        "reason": health.get("Reason"),
        "description": health.get("Description"),
    }


def scaling(api: Api, query: Query) -> Draft:
    """The limits of the scaling of a service, what it follows, and what is planned by the clock."""
    aws = api.aws
    id_ = f"service/{needed(query, 'cluster')}/{needed(query, 'service')}"
    one = {"ServiceNamespace": "ecs", "ScalableDimension": DIMENSION}
    targets, policies, actions = aws.together(
        lambda: list(
            aws.pages(
                "application-autoscaling",
                "describe_scalable_targets",
                "ScalableTargets",
                ResourceIds=[id_],
                **one,
            )
        ),
        lambda: list(
            aws.pages(
                "application-autoscaling",
                "describe_scaling_policies",
                "ScalingPolicies",
                ResourceId=id_,
                **one,
            )
        ),
        lambda: list(
            aws.pages(
                "application-autoscaling",
                "describe_scheduled_actions",
                "ScheduledActions",
                ResourceId=id_,
                **one,
            )
        ),
    )
    return scaling_document(targets, policies, actions)


def scaling_document(
    targets: Iterable[Document], policies: Iterable[Document], actions: Iterable[Document]
) -> Draft:
    """Answers of Application Auto Scaling; `target` is None where the service does not scale."""
    target = next(iter(targets), None)
    return {
        "target": target
        and {
            "minCapacity": target.get("MinCapacity"),
            "maxCapacity": target.get("MaxCapacity"),
            "suspended": [
                name for name, value in (target.get("SuspendedState") or {}).items() if value
            ],
        },
        "policies": [_policy(one) for one in policies],
        "scheduledActions": [_scheduled(one) for one in actions],
    }


def _policy(row: Document) -> Draft:
    tracking = row.get("TargetTrackingScalingPolicyConfiguration") or {}
    predefined = tracking.get("PredefinedMetricSpecification") or {}
    custom = tracking.get("CustomizedMetricSpecification") or {}
    return {
        "name": row.get("PolicyName", ""),
        "type": row.get("PolicyType", ""),
        "metric": predefined.get("PredefinedMetricType") or custom.get("MetricName"),
        "targetValue": tracking.get("TargetValue"),
    }


def _scheduled(row: Document) -> Draft:
    limits = row.get("ScalableTargetAction") or {}
    return {
        "name": row.get("ScheduledActionName", ""),
        "schedule": row.get("Schedule", ""),
        "timezone": row.get("Timezone"),
        "minCapacity": limits.get("MinCapacity"),
        "maxCapacity": limits.get("MaxCapacity"),
    }


# ------------------------------------------------------------------------------ deployments


def deployments(api: Api, query: Query) -> list[Draft]:
    """The newest deployments of a service, with what each deploys in place of what."""
    aws = api.aws
    cluster, name = needed(query, "cluster"), needed(query, "service")
    listed = aws.call(
        "ecs",
        "list_service_deployments",
        cluster=cluster,
        service=name,
        maxResults=MOST_DEPLOYMENTS,
    )["serviceDeployments"]
    arns = [one["serviceDeploymentArn"] for one in listed]
    if not arns:
        return []
    rows = aws.call("ecs", "describe_service_deployments", serviceDeploymentArns=arns)[
        "serviceDeployments"
    ]
    definitions = _definitions(aws, rows)
    found = [deployment_document(row, definitions) for row in rows]
    return sorted(found, key=lambda one: one["createdAt"], reverse=True)


def _definitions(aws: Aws, rows: Iterable[Document]) -> dict[str, str]:
    """``family:revision`` of each service revision that deployments name, by its ARN."""
    arns = {part["arn"] for row in rows for part in _revisions(row)}
    return {
        one["serviceRevisionArn"]: short(one.get("taskDefinition", ""))
        for lot in batches(sorted(arns), MOST_DEPLOYMENTS)
        for one in aws.call("ecs", "describe_service_revisions", serviceRevisionArns=lot)[
            "serviceRevisions"
        ]
    }


def _revisions(row: Document) -> list[Document]:
    target = row.get("targetServiceRevision")
    return [*([target] if target else []), *(row.get("sourceServiceRevisions") or ())]


def deployment_document(row: Document, definitions: Mapping[str, str]) -> Draft:
    """One of DescribeServiceDeployments; `definitions` by the ARN of the service revision."""
    settings = row.get("deploymentConfiguration") or {}
    breaker = row.get("deploymentCircuitBreaker") or {}
    target = row.get("targetServiceRevision")
    return {
        "id": short(row["serviceDeploymentArn"]),
        "status": row.get("status", ""),
        "statusReason": row.get("statusReason"),
        "lifecycleStage": row.get("lifecycleStage"),
        "strategy": settings.get("strategy", "ROLLING"),
        "createdAt": row.get("createdAt"),
        "startedAt": row.get("startedAt"),
        "finishedAt": row.get("finishedAt") or row.get("stoppedAt"),
        "failureCount": breaker.get("failureCount"),
        "failureThreshold": breaker.get("threshold"),
        "target": target and _revision(target, definitions),
        "sources": [_revision(one, definitions) for one in row.get("sourceServiceRevisions") or ()],
        "rollbackReason": (row.get("rollback") or {}).get("reason"),
    }


def _revision(part: Document, definitions: Mapping[str, str]) -> Draft:
    return {
        "taskDefinition": definitions.get(part["arn"], ""),
        "requestedTaskCount": part.get("requestedTaskCount", 0),
        "runningTaskCount": part.get("runningTaskCount", 0),
        "pendingTaskCount": part.get("pendingTaskCount", 0),
        "productionTrafficWeight": part.get("requestedProductionTrafficWeight"),
        "testTrafficWeight": part.get("requestedTestTrafficWeight"),
    }

"""Service deployments and revisions over the API: the history of a service's rollouts, described,
listed, stopped.

DescribeServices shows a rollback as a deployment of its own; here it is the end of the deployment
that failed.
"""

from __future__ import annotations

from datetime import datetime

from ecscli.sandbox.ecs.described import listed_names, missing
from ecscli.sandbox.ecs.model import Deployment, Service
from ecscli.sandbox.ecs.paging import page
from ecscli.sandbox.ecs.services import rollout
from ecscli.sandbox.ecs.services.scheduler import soon
from ecscli.sandbox.ecs.state import Ecs
from ecscli.sandbox.errors import ApiError
from ecscli.sandbox.shapes import Json

#: What a rollout is called here: when nothing undid it, and when a rollback did.
ENDED = {"COMPLETED": "SUCCESSFUL", "FAILED": "STOPPED"}
UNDONE = {"COMPLETED": "ROLLBACK_SUCCESSFUL", "FAILED": "ROLLBACK_FAILED"}
#: How many ARNs a Describe call takes.
MOST = 20
#: Members of a revision that are the service's own settings.
KEPT = (
    "capacityProviderStrategy",
    "launchType",
    "platformVersion",
    "networkConfiguration",
    "loadBalancers",
    "serviceRegistries",
    "serviceConnectConfiguration",
    "volumeConfigurations",
)


def deployment_arn(service: Service, one: Deployment) -> str:
    return f"{service.arn.replace(':service/', ':service-deployment/')}/{one.id.rpartition('/')[2]}"


def revision_arn(service: Service, one: Deployment) -> str:
    return f"{service.arn.replace(':service/', ':service-revision/')}/{one.revision}"


def history(service: Service) -> list[Deployment]:
    """The deployments that somebody asked for, the newest first."""
    return [one for one in service.history if not one.restores]


def status_of(one: Deployment) -> str:
    if one.undone_by is None:
        superseded = "STOPPED" if one.finished_at else "IN_PROGRESS"
        return ENDED.get(one.rollout, superseded)
    superseded = "ROLLBACK_FAILED" if one.undone_by.finished_at else "ROLLBACK_IN_PROGRESS"
    return UNDONE.get(one.undone_by.rollout, superseded)


def finished_at(one: Deployment) -> float | None:
    return one.undone_by.finished_at if one.undone_by else one.finished_at


def current(service: Service) -> Json:
    """What DescribeServices shows of them: the deployment and the revisions that have tasks."""
    found: Json = {
        "currentServiceRevisions": [counted(service, one) for one in service.deployments]
    }
    if history(service):
        found["currentServiceDeployment"] = deployment_arn(service, history(service)[0])
    return found


def counted(service: Service, one: Deployment) -> Json:
    return {
        "arn": revision_arn(service, one),
        "requestedTaskCount": one.desired,
        "runningTaskCount": one.running,
        "pendingTaskCount": one.pending,
    }


def brief(service: Service, one: Deployment) -> Json:
    document: Json = {
        "serviceDeploymentArn": deployment_arn(service, one),
        "serviceArn": service.arn,
        "clusterArn": service.arn.replace(":service/", ":cluster/").rpartition("/")[0],
        "createdAt": one.created_at,
        "startedAt": one.created_at,
        "targetServiceRevisionArn": revision_arn(service, one),
        "status": status_of(one),
    }
    if finished_at(one):
        document["finishedAt"] = finished_at(one)
    return document


def shown(service: Service, one: Deployment) -> Json:
    document = brief(service, one)
    del document["targetServiceRevisionArn"]
    document.update(
        updatedAt=one.updated_at,
        targetServiceRevision=counted(service, one),
        sourceServiceRevisions=[counted(service, one.source)] if one.source else [],
        deploymentConfiguration=service.settings["deploymentConfiguration"],
        deploymentCircuitBreaker=breaker(service, one),
    )
    if one.undone_by:
        document["statusReason"] = one.reason
        document["rollback"] = rollback(service, one, one.undone_by)
    elif document["status"] == "STOPPED":
        document["statusReason"], document["stoppedAt"] = one.reason, one.finished_at
    return document


def rollback(service: Service, failed: Deployment, restored: Deployment) -> Json:
    return {
        "reason": failed.reason,
        "startedAt": restored.created_at,
        "serviceRevisionArn": revision_arn(service, restored),
    }


def breaker(service: Service, one: Deployment) -> Json:
    watching = "MONITORING" if one.rollout == "IN_PROGRESS" else "MONITORING_COMPLETE"
    tripped = one.rollout == "FAILED" and one.in_a_row >= rollout.threshold(service)
    status = "TRIGGERED" if tripped else watching
    return {
        "status": status if rollout.breaker(service).get("enable") else "DISABLED",
        "failureCount": one.in_a_row,
        "threshold": rollout.threshold(service),
    }


def shown_revision(service: Service, one: Deployment) -> Json:
    images = [
        {"containerName": each["name"], "image": each.get("image")}
        for each in one.definition.containers
    ]
    return {
        "serviceRevisionArn": revision_arn(service, one),
        "serviceArn": service.arn,
        "clusterArn": service.arn.replace(":service/", ":cluster/").rpartition("/")[0],
        "taskDefinition": one.definition.arn,
        "containerImages": images,
        "guardDutyEnabled": False,
        "createdAt": one.created_at,
        **{name: one.settings[name] for name in KEPT if one.settings.get(name)},
    }


# ------------------------------------------------------------------------------------------- operat


def service_of(ecs: Ecs, arn: str) -> Service | None:
    """The service that the ARN of a deployment or revision names: `.../CLUSTER/SERVICE/NUMBER`."""
    parts = arn.split("/")
    cluster = ecs.clusters.get(parts[1]) if len(parts) == 4 else None
    return cluster.services.get(parts[2]) if cluster else None


def find(ecs: Ecs, arn: str) -> tuple[Service, Deployment] | None:
    service = service_of(ecs, arn)
    if service is None:
        return None
    found = [one for one in history(service) if deployment_arn(service, one) == arn]
    return (service, found[0]) if found else None


def listed(ecs: Ecs, request: Json) -> Json:
    cluster = ecs.cluster(request.get("cluster") or cluster_in(request["service"]))
    service = ecs.service(cluster, request["service"])
    found = [brief(service, one) for one in history(service) if is_listed(one, request)]
    return page("serviceDeployments", found, request, usual=20)


def is_listed(one: Deployment, request: Json) -> bool:
    """Whether a deployment has a status that is asked for, and was made between two moments."""
    if request.get("status") and status_of(one) not in request["status"]:
        return False
    between = request.get("createdAt") or {}
    after, before = seconds(between.get("after")), seconds(between.get("before"))
    if after is not None and one.created_at <= after:
        return False
    return before is None or one.created_at < before


def cluster_in(arn: str) -> str | None:
    parts = arn.split("/")
    return parts[1] if len(parts) == 3 else None


def seconds(moment: datetime | float | None) -> float | None:
    if isinstance(moment, datetime):
        return moment.timestamp()
    return None if moment is None else float(moment)


def describe(ecs: Ecs, request: Json) -> Json:
    arns = listed_names(request.get("serviceDeploymentArns"), "Service deployment ARNs", MOST)
    found = {arn: find(ecs, arn) for arn in arns}
    return {
        "serviceDeployments": [shown(*one) for one in found.values() if one],
        "failures": [missing(arn) for arn, one in found.items() if not one],
    }


def describe_revisions(ecs: Ecs, request: Json) -> Json:
    found, failures = [], []
    for arn in listed_names(request.get("serviceRevisionArns"), "Service revision ARNs", MOST):
        revision = find_revision(ecs, arn)
        if revision:
            found.append(shown_revision(*revision))
        else:
            failures.append(missing(arn))
    return {"serviceRevisions": found, "failures": failures}


def find_revision(ecs: Ecs, arn: str) -> tuple[Service, Deployment] | None:
    """The service and the first deployment of a revision: a rollback deploys it once more."""
    service = service_of(ecs, arn)
    if service is None:
        return None
    deployed = [one for one in service.history if revision_arn(service, one) == arn]
    return (service, deployed[-1]) if deployed else None


def stop(ecs: Ecs, request: Json) -> Json:
    """StopServiceDeployment: back to the last good deployment, or (ABORT) no further."""
    arn = request["serviceDeploymentArn"]
    found = find(ecs, arn)
    if found is None:
        raise ApiError(
            "ServiceDeploymentNotFoundException", "The service deployment was not found."
        )
    service, one = found
    if status_of(one) != "IN_PROGRESS":
        raise ApiError(
            "ConflictException",
            f"The service deployment is {status_of(one)} and cannot be stopped.",
        )
    back = (request.get("stopType") or "ROLLBACK") == "ROLLBACK"
    rollout.fail(ecs, service, one, "Service deployment stopped by user.", back)
    soon(ecs, service)
    return {"serviceDeploymentArn": arn}


ACTIONS = {
    "ListServiceDeployments": listed,
    "DescribeServiceDeployments": describe,
    "DescribeServiceRevisions": describe_revisions,
    "StopServiceDeployment": stop,
}

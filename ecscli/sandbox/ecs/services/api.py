"""Services over the API: created, updated, deleted, described, listed."""

from __future__ import annotations

from ecscli.sandbox.ecs.checks.launches.launching import Launching, launch_type_of
from ecscli.sandbox.ecs.checks.launches.service import refusals
from ecscli.sandbox.ecs.described import listed_names, missing
from ecscli.sandbox.ecs.model import Cluster, Definition, Service
from ecscli.sandbox.ecs.paging import page
from ecscli.sandbox.ecs.services import connect, rollout
from ecscli.sandbox.ecs.services.documents import shown
from ecscli.sandbox.ecs.services.scheduler import soon
from ecscli.sandbox.ecs.services.settings import (
    deployment_settings,
    deploys,
    merged,
    settings_of,
)
from ecscli.sandbox.ecs.state import INACTIVE_KEPT, Ecs
from ecscli.sandbox.ecs.tags import checked_tags
from ecscli.sandbox.errors import ApiError, invalid
from ecscli.sandbox.shapes import Json


def checked_settings(ecs: Ecs, cluster: Cluster, definition: Definition, request: Json) -> Json:
    """The settings of a service as it would be; the error of the first row that it breaks."""
    launch_type, strategy = launch_type_of(cluster, request)
    if launch_type != "FARGATE" and not request.get("launchType"):
        request = without_platform(request)
    launching = Launching(ecs, cluster, definition, request, launch_type, strategy)
    for complaint in refusals(launching):
        raise invalid(complaint)
    connect.need_proxies(ecs, definition, request)
    return settings_of(launching)


def without_platform(request: Json) -> Json:
    """A request without the platform version that its service had by default."""
    if request.get("platformVersion") != "LATEST":
        return request
    return {name: value for name, value in request.items() if name != "platformVersion"}


def create(ecs: Ecs, request: Json) -> Json:
    cluster = ecs.cluster(request.get("cluster"))
    made = repeated(cluster, request)
    if made is None:
        made = new_service(ecs, cluster, request)
        cluster.services[made.name] = made
        rollout.begin(ecs, made, made.definition, deployment_settings(cluster, made))
        prune(cluster)
        soon(ecs, made)
    return {"service": shown(made, ("TAGS",))}


def repeated(cluster: Cluster, request: Json) -> Service | None:
    """The active service that the same request made before; nothing where the name is free."""
    old = cluster.services.get(request["serviceName"])
    if old is None or old.status == "INACTIVE":
        return None
    if old.status == "DRAINING":
        raise invalid("Unable to Start a service that is still Draining.")
    if old.request != without_token(request):
        raise invalid("Creation of service was not idempotent.")
    return old


def new_service(ecs: Ecs, cluster: Cluster, request: Json) -> Service:
    """The service that a request makes, once nothing is refused about it."""
    definition = ecs.runnable(request.get("taskDefinition") or "")
    strategy = request.get("schedulingStrategy") or "REPLICA"
    if strategy == "REPLICA" and request.get("desiredCount") is None:
        raise invalid("The desired count must be set for REPLICA services.")
    return Service(
        arn=ecs.arn("service", cluster.name, request["serviceName"]),
        name=request["serviceName"],
        cluster=cluster.name,
        definition=definition,
        desired=request.get("desiredCount") or 0,
        created_at=ecs.now,
        settings=checked_settings(ecs, cluster, definition, request),
        strategy=strategy,
        tags=checked_tags(request.get("tags") or []),
        request=without_token(request),
    )


def without_token(request: Json) -> Json:
    return {name: value for name, value in request.items() if name != "clientToken"}


def prune(cluster: Cluster) -> None:
    gone = [name for name, one in cluster.services.items() if one.status == "INACTIVE"]
    for name in gone[:-INACTIVE_KEPT]:
        del cluster.services[name]


def update(ecs: Ecs, request: Json) -> Json:
    """Everything is checked before anything is changed."""
    cluster = ecs.cluster(request.get("cluster"))
    service = ecs.service(cluster, request["service"])
    if service.status != "ACTIVE":
        raise ApiError("ServiceNotActiveException", "Service was not ACTIVE.")
    definition = service.definition
    if request.get("taskDefinition"):
        definition = ecs.runnable(request["taskDefinition"])
    settings = checked_settings(ecs, cluster, definition, merged(service, request))
    begins = definition is not service.definition or deploys(service, settings, request)
    if request.get("desiredCount") is not None:
        service.desired = request["desiredCount"]
    service.settings, service.definition, service.steady = settings, definition, False
    take_up(ecs, cluster, service, begins)
    return {"service": shown(service, ("TAGS",))}


def take_up(ecs: Ecs, cluster: Cluster, service: Service, begins: bool) -> None:
    """Let an updated service go on: with a new deployment, or with the one that it has."""
    made_with = deployment_settings(cluster, service)
    if begins:
        rollout.begin(ecs, service, service.definition, made_with)
    else:
        service.primary.settings = made_with  # only tasks launched from now on reflect the update
    rollout.count(service, service.desired)
    soon(ecs, service)


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
    found, failures = [], []
    for name in listed_names(request.get("services"), "Services", most=10):
        short = name.rpartition("/")[2]
        service = cluster.services.get(short)
        if service:
            found.append(shown(service, request.get("include") or ()))
        else:
            failures.append(missing(ecs.arn("service", cluster.name, short)))
    return {"services": found, "failures": failures}


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

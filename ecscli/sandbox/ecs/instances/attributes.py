"""Custom attributes of container instances."""

from __future__ import annotations

from ecscli.sandbox.ecs.model import Cluster, Instance
from ecscli.sandbox.ecs.paging import page
from ecscli.sandbox.ecs.services.scheduler import wake
from ecscli.sandbox.ecs.state import Ecs
from ecscli.sandbox.errors import ApiError, invalid
from ecscli.sandbox.shapes import Json


def target(ecs: Ecs, cluster: Cluster, attribute: Json) -> Instance:
    """The container instance that an attribute names."""
    name = attribute.get("targetId")
    if not name:
        raise invalid("targetId should not be null or empty.")
    found = cluster.instances.get(name.rpartition("/")[2])
    if found is None:
        raise ApiError("TargetNotFoundException", "The specified target could not be found.")
    return found


def put(ecs: Ecs, request: Json) -> Json:
    cluster = ecs.cluster(request.get("cluster"))
    if len(request["attributes"]) > 10:
        raise ApiError(
            "AttributeLimitExceededException", "At most 10 custom attributes can be put at once."
        )
    targets = [(target(ecs, cluster, one), one) for one in request["attributes"]]
    for instance, one in targets:
        instance.attributes[one["name"]] = one.get("value")
    wake(ecs, cluster)
    return {"attributes": request["attributes"]}


def delete(ecs: Ecs, request: Json) -> Json:
    cluster = ecs.cluster(request.get("cluster"))
    targets = [(target(ecs, cluster, one), one) for one in request["attributes"]]
    for instance, one in targets:
        instance.attributes.pop(one["name"], None)
    return {"attributes": request["attributes"]}


def listed(ecs: Ecs, request: Json) -> Json:
    if request.get("targetType") != "container-instance":
        raise invalid("targetType must be container-instance.")
    cluster = ecs.cluster(request.get("cluster"))
    name, value = request.get("attributeName"), request.get("attributeValue")
    found = [
        {"name": key, **({"value": kept} if kept is not None else {}), "targetId": one.arn}
        for one in cluster.instances.values()
        for key, kept in one.attributes.items()
        if name in (None, key) and value in (None, kept)
    ]
    return page("attributes", found, request)


ACTIONS = {"PutAttributes": put, "DeleteAttributes": delete, "ListAttributes": listed}

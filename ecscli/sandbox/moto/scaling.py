"""Application Auto Scaling: what it scales must be a service of the sandbox's ECS; moto keeps the
targets and policies."""

from __future__ import annotations

from ecscli.sandbox.ecs.state import Ecs
from ecscli.sandbox.errors import ApiError
from ecscli.sandbox.regions import Regions
from ecscli.sandbox.shapes import Environ
from ecscli.sandbox.wire import Call, Reply


def answer(regions: Regions, call: Call, environ: Environ) -> Reply | None:
    """Refuse a target that is not there; nothing for what moto answers."""
    if call.operation == "RegisterScalableTarget":
        request = call.parameters()
        if request.get("ServiceNamespace") == "ecs":
            check(regions.of(call), str(request.get("ResourceId")))
    return None


def check(ecs: Ecs, resource: str) -> None:
    """`service/CLUSTER/SERVICE` is a service that is not deleted (ValidationException)."""
    parts = resource.split("/")
    if len(parts) != 3 or parts[0] != "service":
        raise ApiError("ValidationException", f"Invalid resource ID: {resource}")
    cluster = ecs.clusters.get(parts[1])
    service = cluster.services.get(parts[2]) if cluster else None
    if service is None or service.status == "INACTIVE":
        raise ApiError("ValidationException", f"ECS service doesn't exist: {resource}")

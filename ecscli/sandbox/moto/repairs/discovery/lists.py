"""Cloud Map's lists of namespaces and services: their filters, which moto ignores."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from moto.servicediscovery.models import Namespace, Service
from moto.servicediscovery.responses import ServiceDiscoveryResponse

from ecscli.sandbox.shapes import Json

Value = Callable[[Any], str]

NAMESPACES: dict[str, Value] = {
    "TYPE": lambda one: str(one.type),
    "NAME": lambda one: str(one.name),
    "HTTP_NAME": lambda one: str(one.name),
}
SERVICES: dict[str, Value] = {"NAMESPACE_ID": lambda one: str(one.namespace_id)}


def repair() -> None:
    ServiceDiscoveryResponse.list_namespaces = list_namespaces
    ServiceDiscoveryResponse.list_services = list_services


def list_namespaces(self: ServiceDiscoveryResponse) -> str:
    found: list[Namespace] = list(self.servicediscovery_backend.list_namespaces())
    return json.dumps(page("Namespaces", found, NAMESPACES, self))


def list_services(self: ServiceDiscoveryResponse) -> str:
    found: list[Service] = list(self.servicediscovery_backend.list_services())
    return json.dumps(page("Services", found, SERVICES, self))


def page(
    member: str, things: list[Any], values: dict[str, Value], asked: ServiceDiscoveryResponse
) -> Json:
    """The things that every filter takes, at most a hundred at once."""
    request = json.loads(asked.body or "{}")
    kept = [one for one in things if taken(one, request.get("Filters") or [], values)]
    longest = int(request.get("MaxResults") or 100)
    some, token = asked.servicediscovery_backend.paginate(kept, longest, request.get("NextToken"))
    found: Json = {member: [one.to_json() for one in some]}
    return {**found, "NextToken": token} if token else found


def taken(thing: object, filters: list[Json], values: dict[str, Value]) -> bool:
    return all(is_taken(thing, one, values) for one in filters)


def is_taken(thing: object, one: Json, values: dict[str, Value]) -> bool:
    value = values.get(one["Name"])
    if value is None:
        return True
    if one.get("Condition") == "BEGINS_WITH":
        return value(thing).startswith(tuple(one["Values"]))
    return value(thing) in one["Values"]

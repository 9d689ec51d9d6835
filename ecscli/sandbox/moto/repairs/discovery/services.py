"""Cloud Map's services: what their namespace cannot have is refused, as are two of one name; none
is deleted while instances are registered.

moto takes every combination, forgets the namespace that stands in `DnsConfig`, and deletes always.
"""

from __future__ import annotations

import functools
from typing import Any

from moto.servicediscovery.exceptions import InvalidInput, NamespaceNotFound
from moto.servicediscovery.models import Namespace, Service, ServiceDiscoveryBackend

from ecscli.sandbox.moto.repairs.discovery.errors import in_use, service_exists
from ecscli.sandbox.shapes import Json, Method


def repair() -> None:
    if hasattr(Service.to_json, "__wrapped__"):
        return
    backend = ServiceDiscoveryBackend
    Service.to_json = counted(Service.to_json)
    backend.create_service = checked(backend.create_service)
    backend.update_service = within_limits(backend.update_service)
    backend.delete_service = unless_used(backend.delete_service)


def counted(original: Method) -> Method:
    @functools.wraps(original)
    def to_json(self: Service) -> Json:
        found = {**original(self), "InstanceCount": len(self.instances)}
        return {name: value for name, value in found.items() if value is not None}

    return to_json


def checked(original: Method) -> Method:
    @functools.wraps(original)
    def create(
        self: ServiceDiscoveryBackend, name: str, namespace_id: str | None, **given: Any
    ) -> object:
        namespace = namespace_of(self, namespace_id, given["dns_config"] or {})
        refuse_second(self, name, namespace)
        check_kind(namespace, given)
        kind = "DNS_HTTP" if given["dns_config"] else "HTTP"
        given["service_type"] = given["service_type"] or kind
        if given["dns_config"]:
            given["dns_config"] = complete(given["dns_config"], namespace)
        return original(self, name, namespace.id, **given)

    return create


def namespace_of(
    backend: ServiceDiscoveryBackend, namespace_id: str | None, config: Json
) -> Namespace:
    """The namespace that the service or its DNS configuration names, by id or ARN."""
    wanted = (namespace_id or config.get("NamespaceId") or "").rpartition("/")[2]
    if not wanted:
        raise InvalidInput("Namespace id is required")
    if wanted not in backend.namespaces:
        raise NamespaceNotFound(wanted)
    return backend.namespaces[wanted]


def refuse_second(backend: ServiceDiscoveryBackend, name: str, namespace: Namespace) -> None:
    """Names of DNS differ in more than upper and lower case."""
    fold = str.lower if namespace.type != "HTTP" else str
    for one in backend.services.values():
        if one.namespace_id == namespace.id and fold(one.name) == fold(name):
            raise service_exists(name)


def check_kind(namespace: Namespace, given: Json) -> None:
    """What does not go together, from the reference of CreateService."""
    custom, public = given["health_check_custom_config"], given["health_check_config"]
    config = given["dns_config"] or {}
    types = {one["Type"] for one in config.get("DnsRecords", [])}
    rules = (
        (custom and public, "specify HealthCheckConfig or HealthCheckCustomConfig, not both"),
        (
            public and namespace.type == "DNS_PRIVATE",
            "HealthCheckConfig is not supported in private DNS namespaces",
        ),
        (config and namespace.type == "HTTP", "DnsConfig is not supported in HTTP namespaces"),
        (config and not types, "DnsConfig needs at least one DnsRecord"),
        ("CNAME" in types and len(types) > 1, "CNAME cannot be combined with other record types"),
        (
            "CNAME" in types and config.get("RoutingPolicy") != "WEIGHTED",
            "CNAME records need the routing policy WEIGHTED",
        ),
    )
    for broken, message in rules:
        if broken:
            raise InvalidInput(message)


def complete(config: Json, namespace: Namespace) -> Json:
    """A DNS configuration with what AWS adds: the namespace, and MULTIVALUE."""
    return {"RoutingPolicy": "MULTIVALUE", **config, "NamespaceId": namespace.id}


def within_limits(original: Method) -> Method:
    """Only TTLs, descriptions and health checks change; a service of HTTP changes in nothing."""

    @functools.wraps(original)
    def update(self: ServiceDiscoveryBackend, service_id: str, details: Json) -> object:
        service = self.get_service(service_id)
        if service.service_type == "HTTP":
            raise InvalidInput("services in HTTP namespaces cannot be updated")
        records = details.get("DnsConfig", {}).get("DnsRecords", [])
        if records and kinds_of(records) != kinds_of((service.dns_config or {})["DnsRecords"]):
            raise InvalidInput("the types of DNS records cannot be changed")
        return original(self, service_id, details)

    return update


def kinds_of(records: list[Json]) -> list[str]:
    return sorted(one["Type"] for one in records)


def unless_used(original: Method) -> Method:
    @functools.wraps(original)
    def delete(self: ServiceDiscoveryBackend, service_id: str) -> None:
        if self.get_service(service_id).instances:
            raise in_use()
        original(self, service_id)

    return delete

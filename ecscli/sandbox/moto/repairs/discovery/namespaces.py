"""Cloud Map's namespaces: a VPC may have several private ones, each with its hosted zone in the
VPC; none is deleted while it has services.

moto allows one namespace a VPC, forgets the VPC of its zone, and leaves the zone behind.
"""

from __future__ import annotations

import functools

from moto.route53.models import FakeZone, Route53Backend, route53_backends
from moto.servicediscovery.exceptions import ConflictingDomainExists
from moto.servicediscovery.models import Namespace, ServiceDiscoveryBackend
from moto.utilities.utils import get_partition

from ecscli.sandbox.moto.repairs.discovery.errors import in_use, namespace_exists
from ecscli.sandbox.shapes import Json, Method

#: A method of moto's, which is replaced by one that calls it.
#: For how many seconds "no such name" is remembered where nothing else is asked for.
USUAL_TTL = 15


def repair() -> None:
    if hasattr(Namespace.to_json, "__wrapped__"):
        return
    backend = ServiceDiscoveryBackend
    Namespace.to_json = described(Namespace.to_json)
    backend.create_http_namespace = once(backend.create_http_namespace)
    backend.create_private_dns_namespace = by_name(backend.create_private_dns_namespace)
    backend.create_public_dns_namespace = with_zone(backend.create_public_dns_namespace)
    backend.update_private_dns_namespace = keeping_zone(backend.update_private_dns_namespace)
    backend.update_public_dns_namespace = keeping_zone(backend.update_public_dns_namespace)
    backend.delete_namespace = unless_used(backend.delete_namespace)


def described(original: Method) -> Method:
    """An HTTP namespace has no DNS, a DNS namespace has both; all count their services."""

    @functools.wraps(original)
    def to_json(self: Namespace) -> Json:
        properties: Json = {"HttpProperties": {"HttpName": self.name}}
        if self.type != "HTTP":
            properties["DnsProperties"] = self.dns_properties
        return {**original(self), "Properties": properties}

    return to_json


def once(original: Method) -> Method:
    """An account has one HTTP namespace of a name."""

    @functools.wraps(original)
    def create(self: ServiceDiscoveryBackend, name: str, *args: object, **given: object) -> object:
        for one in self.namespaces.values():
            if one.name == name and one.type == "HTTP":
                raise namespace_exists()
        return original(self, name, *args, **given)

    return create


def by_name(original: Method) -> Method:
    """Only a second namespace of the same name is in conflict; the zone belongs to the VPC."""

    @functools.wraps(original)
    def create(
        self: ServiceDiscoveryBackend, name: str, *args: object, vpc: str, **given: object
    ) -> object:
        here = [one for one in self.namespaces.values() if one.vpc == vpc]
        if any(one.name == name for one in here):
            raise ConflictingDomainExists(vpc)
        for one in here:
            one.vpc = None
        try:
            operation = original(self, name, *args, vpc=vpc, **given)
        finally:
            for one in here:
                one.vpc = vpc
        (made,) = [one for one in self.namespaces.values() if one.vpc == vpc and one not in here]
        furnish(self, made).add_vpc(vpc, self.region_name)
        return operation

    return create


def with_zone(original: Method) -> Method:
    @functools.wraps(original)
    def create(self: ServiceDiscoveryBackend, *args: object, **given: object) -> object:
        before = set(self.namespaces)
        operation = original(self, *args, **given)
        for name in set(self.namespaces) - before:
            furnish(self, self.namespaces[name])
        return operation

    return create


def furnish(backend: ServiceDiscoveryBackend, namespace: Namespace) -> FakeZone:
    """Name the hosted zone after its namespace, and give both the TTL of "no such name"."""
    zone: FakeZone = zones_of(backend).get_hosted_zone(namespace.dns_properties["HostedZoneId"])
    zone.name = f"{namespace.name}."
    namespace.dns_properties["HostedZoneId"] = zone.resource_id
    namespace.dns_properties.setdefault("SOA", {"TTL": USUAL_TTL})
    for record in zone.rrsets:
        record.name = zone.name
    set_ttl(zone, namespace)
    return zone


def set_ttl(zone: FakeZone, namespace: Namespace) -> None:
    for record in zone.rrsets:
        if record.type == "SOA":
            record.ttl = namespace.dns_properties["SOA"]["TTL"]


def zones_of(backend: ServiceDiscoveryBackend) -> Route53Backend:
    return route53_backends[backend.account_id][get_partition(backend.region_name)]


def keeping_zone(original: Method) -> Method:
    """An update changes the TTL; the hosted zone stays the namespace's."""

    @functools.wraps(original)
    def update(
        self: ServiceDiscoveryBackend, _id: str, description: str, properties: Json | None
    ) -> object:
        namespace = self.get_namespace(_id)
        kept = namespace.dns_properties
        operation = original(self, _id, description, {**kept, **(properties or {})})
        set_ttl(zones_of(self).get_hosted_zone(kept["HostedZoneId"]), namespace)
        return operation

    return update


def unless_used(original: Method) -> Method:
    """The hosted zone goes with its namespace."""

    @functools.wraps(original)
    def delete(self: ServiceDiscoveryBackend, namespace_id: str) -> object:
        namespace = self.get_namespace(namespace_id)
        if any(one.namespace_id == namespace_id for one in self.services.values()):
            raise in_use()
        operation = original(self, namespace_id)
        if namespace.type != "HTTP":
            zones_of(self).zones.pop(namespace.dns_properties["HostedZoneId"], None)
        return operation

    return delete

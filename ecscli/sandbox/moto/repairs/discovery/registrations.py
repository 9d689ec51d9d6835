"""Cloud Map's instances: an id is registered once, with the attributes that the records of its
service need.

moto keeps every registration as one instance more, and takes any attributes.
"""

from __future__ import annotations

import functools

from moto.servicediscovery.exceptions import InvalidInput
from moto.servicediscovery.models import Service, ServiceDiscoveryBackend

from ecscli.sandbox.shapes import Json, Method

#: What an instance needs for each type of DNS record.
NEEDED = {
    "A": ("AWS_INSTANCE_IPV4",),
    "AAAA": ("AWS_INSTANCE_IPV6",),
    "CNAME": ("AWS_INSTANCE_CNAME",),
    "SRV": ("AWS_INSTANCE_PORT",),
}


def repair() -> None:
    if hasattr(ServiceDiscoveryBackend.register_instance, "__wrapped__"):
        return
    ServiceDiscoveryBackend.register_instance = registered(
        ServiceDiscoveryBackend.register_instance
    )


def registered(original: Method) -> Method:
    @functools.wraps(original)
    def register(
        self: ServiceDiscoveryBackend,
        service_id: str,
        instance_id: str,
        creator_request_id: str,
        attributes: Json,
    ) -> object:
        service = self.get_service(service_id)
        check_attributes(service, attributes)
        service.instances[:] = [one for one in service.instances if one.instance_id != instance_id]
        operation = original(self, service_id, instance_id, creator_request_id, attributes)
        if service.health_check_custom_config is not None:
            status = attributes.get("AWS_INIT_HEALTH_STATUS", "HEALTHY")
            service.instances[-1].health_status = status
        return operation

    return register


def check_attributes(service: Service, attributes: Json) -> None:
    for record in (service.dns_config or {}).get("DnsRecords", []):
        missing = [one for one in NEEDED.get(record["Type"], ()) if one not in attributes]
        if missing and "AWS_ALIAS_DNS_NAME" not in attributes:
            raise InvalidInput(f"{record['Type']} records need the attribute {missing[0]}")

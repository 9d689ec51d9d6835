"""Cloud Map: a VPC may have several private namespaces, each with its hosted zone in the VPC;
services count instances.

moto allows one namespace a VPC, and forgets the VPC of its zone.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from moto.route53.models import route53_backends
from moto.servicediscovery.exceptions import ConflictingDomainExists
from moto.servicediscovery.models import Service, ServiceDiscoveryBackend
from moto.utilities.utils import get_partition

from ecscli.sandbox.shapes import Json

#: A method of moto's, which is replaced by one that calls it.
Method = Callable[..., Any]


def repair() -> None:
    if hasattr(Service.to_json, "__wrapped__"):
        return
    Service.to_json = counted(Service.to_json)
    ServiceDiscoveryBackend.create_private_dns_namespace = by_name(
        ServiceDiscoveryBackend.create_private_dns_namespace
    )


def counted(original: Method) -> Method:
    @functools.wraps(original)
    def to_json(self: Service) -> Json:
        return {**original(self), "InstanceCount": len(self.instances)}

    return to_json


def by_name(original: Method) -> Method:
    """Only a second namespace of the same name is in conflict; the zone belongs to the VPC."""

    @functools.wraps(original)
    def create(
        self: ServiceDiscoveryBackend, name: str, *args: object, vpc: str, **kwargs: object
    ) -> object:
        here = [one for one in self.namespaces.values() if one.vpc == vpc]
        if any(one.name == name for one in here):
            raise ConflictingDomainExists(vpc)
        for one in here:
            one.vpc = None
        try:
            operation = original(self, name, *args, vpc=vpc, **kwargs)
        finally:
            for one in here:
                one.vpc = vpc
        (made,) = [one for one in self.namespaces.values() if one.vpc == vpc and one not in here]
        zones = route53_backends[self.account_id][get_partition(self.region_name)]
        zones.get_hosted_zone(made.dns_properties["HostedZoneId"]).add_vpc(vpc, self.region_name)
        return operation

    return create

"""ELBv2: the Availability Zones of balancers and of targets. A balancer uses no target in a zone
where it has no subnet; one for applications sends requests across zones, and always did.

Sources: "Target health status" and "Cross-zone load balancing" in the guides of Application and
Network Load Balancers; LoadBalancerAttribute in the API reference.
"""

from __future__ import annotations

import functools
from ipaddress import ip_address, ip_network
from typing import Any

from moto.ec2.models import ec2_backends
from moto.elbv2.models import ELBv2Backend, FakeLoadBalancer, FakeTargetGroup, elbv2_backends

from ecscli.sandbox.moto.repairs.balancers.errors import crossing_fixed
from ecscli.sandbox.shapes import Json, Method

CROSSING = "load_balancing.cross_zone.enabled"
#: A target that is in no zone: outside the VPC, or of an address that nobody knows.
ALL = "all"


def repair() -> None:
    if hasattr(ELBv2Backend.modify_load_balancer_attributes, "__wrapped__"):
        return
    original = ELBv2Backend.modify_load_balancer_attributes
    ELBv2Backend.modify_load_balancer_attributes = unless_fixed(original)
    FakeLoadBalancer.__init__ = with_crossing(FakeLoadBalancer.__init__)


def with_crossing(original: Method) -> Method:
    """Requests cross zones behind a balancer for applications; connections behind another one do
    where its attribute says so."""

    @functools.wraps(original)
    def create(self: FakeLoadBalancer, *rest: Any, **given: Any) -> None:
        original(self, *rest, **given)
        self.attrs[CROSSING] = str(self.type == "application").lower()

    return create


def unless_fixed(original: Method) -> Method:
    @functools.wraps(original)
    def modify(self: ELBv2Backend, arn: str, attrs: Json) -> Json:
        found = self.load_balancers.get(arn)
        if found is not None and found.type == "application" and attrs.get(CROSSING) == "false":
            raise crossing_fixed(CROSSING)
        changed: Json = original(self, arn, attrs)
        return changed

    return modify


def zone_of(group: FakeTargetGroup, target: Json) -> str:
    """The zone of a target: the one that it is registered with, that of its instance, or of the
    subnet that its address is in."""
    if target.get("AvailabilityZone"):
        return str(target["AvailabilityZone"])
    backend = ec2_backends[group.account_id][group.region_name]
    instance = backend.get_instance_by_id(target["Id"])
    if instance is not None:
        return str(instance.placement.zone)
    try:
        address = ip_address(target["Id"])
    except ValueError:
        return ALL
    for zone, subnets in backend.subnets.items():
        for one in subnets.values():
            if one.vpc_id == group.vpc_id and address in ip_network(one.cidr_block):
                return str(zone)
    return ALL


def zones_of(balancer: FakeLoadBalancer) -> list[str]:
    """The zones that a balancer is enabled in."""
    return sorted({one.availability_zone for one in balancer.subnets})


def enabled_zones(group: FakeTargetGroup) -> frozenset[str] | None:
    """The zones of the balancer that the group hangs on; None where it hangs on none."""
    arns = group.load_balancer_arns
    if not arns:
        return None
    found = elbv2_backends[group.account_id][group.region_name].load_balancers
    return frozenset(zone for arn in arns for zone in zones_of(found[arn]))


def is_outside(entry: Json, zones: frozenset[str]) -> bool:
    """Whether a registered target is in a zone that is not among these."""
    return entry["Zone"] not in (ALL, *zones)

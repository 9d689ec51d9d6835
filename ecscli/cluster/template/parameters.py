"""ClusterSpec and what was looked up -> the values of the template's parameters."""

from __future__ import annotations

from collections.abc import Iterator

from ecscli.base.addresses import MY_IP
from ecscli.cluster.model import Capacity, ClusterNetwork, ClusterSpec, Existing, Rule


def parameters(spec: ClusterSpec, found: Existing) -> Iterator[tuple[str, str]]:
    """Name and value of each parameter that differs from the template's default or that says who
    this is."""
    yield "EcsCluster", spec.name
    if spec.capacity is None:
        yield "IsFargate", "true"
    else:
        yield from _capacity_parameters(spec.capacity)
    yield from _network_parameters(spec.network, found)


def _capacity_parameters(capacity: Capacity) -> Iterator[tuple[str, str]]:
    size = capacity.size
    managed = capacity.provider is not None and capacity.provider.managed_scaling
    desired = "" if size.desired is None else str(size.desired)
    yield "EcsAmiId", capacity.image.reference
    yield "EcsInstanceType", capacity.types[0]
    yield "AsgMinSize", str(size.minimum)
    yield "AsgMaxSize", str(size.maximum)
    yield "AsgDesiredSize", desired or ("auto" if managed else "")
    yield "AssociatePublicIpAddress", _flag(capacity.public_ip)
    yield "UseSpot", _flag(capacity.spot)
    yield "SpotPrice", capacity.spot_price or "0"
    yield "KeyName", capacity.key_pair or ""
    yield "InstanceRole", capacity.instance_role or ""
    yield "UseCapacityProvider", _flag(capacity.provider is not None)
    if capacity.provider:
        yield "ManagedScaling", _switch(capacity.provider.managed_scaling)
        yield "TargetCapacity", str(capacity.provider.target)
        yield "ManagedDraining", _switch(capacity.provider.managed_draining)
        yield "TerminationProtection", _switch(capacity.provider.termination_protection)


def _network_parameters(network: ClusterNetwork, found: Existing) -> Iterator[tuple[str, str]]:
    if network.vpc:
        yield "VpcId", found.vpc or ""
        yield "SubnetIds", ",".join(found.subnets)
    elif network.zones:
        yield "VpcAvailabilityZones", ",".join(network.zones)
    if network.groups:
        yield "SecurityGroupIds", ",".join(found.groups)
    if network.private_subnets:
        yield "PrivateSubnets", "true"
        yield "NatPerZone", _flag(network.nat_per_zone)
    if network.makes_group and is_one_port(network.ingress):
        yield "EcsPort", str(network.ingress[0].first)
        yield "SourceCidr", source_of(network.ingress[0], found)


def _flag(value: bool) -> str:
    return "true" if value else "false"


def _switch(value: bool) -> str:
    return "ENABLED" if value else "DISABLED"


def is_one_port(ingress: tuple[Rule, ...]) -> bool:
    """True where ecs-cli's two parameters can say it: one TCP port for one IPv4 range."""
    return (
        len(ingress) == 1
        and ingress[0] == Rule(ingress[0].first, ingress[0].first, ingress[0].source)
        and (":" not in ingress[0].source and not ingress[0].source.startswith("sg-"))
    )


def source_of(rule: Rule, found: Existing) -> str:
    """The CIDR or group that a rule lets in; my-ip where the address is not known yet."""
    return (found.my_ip or MY_IP) if rule.source == MY_IP else rule.source

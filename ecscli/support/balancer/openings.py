"""PURE: who may reach the balancer, and what it may reach -> its security group and the rules of
the groups behind it.

Sources: AWS::EC2::SecurityGroup and SecurityGroupIngress in the CloudFormation reference; "Port
mappings" in the ECS developer guide for dynamic host ports.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ecscli.base.balanced import TCP_UDP, BalancedPort
from ecscli.base.documents import Document, Draft
from ecscli.base.limits import EPHEMERAL_PORTS
from ecscli.base.records import replace
from ecscli.support.balancer.model import IP, BalancedGroup, WantedBalancer, listeners_of
from ecscli.support.network import GROUP, INGRESS
from ecscli.support.parts import Part, logical_ids

SECURITY_GROUP = "LoadBalancerSecurityGroup"
DYNAMIC_PORTS = (EPHEMERAL_PORTS[0], 65_535)  # all that Docker may choose on any system


def openings_part(wanted: WantedBalancer) -> Part:
    """The balancer's group with its rules, and those that let it reach tasks and instances."""
    resources: dict[str, Document] = {SECURITY_GROUP: _group(wanted)}
    resources |= dict(openings(wanted, SECURITY_GROUP, wanted.ports))
    return Part(resources)


def _group(wanted: WantedBalancer) -> Document:
    rules = [
        ingress(listener.port, source)
        for listener in listeners_of(wanted.ports, wanted.traits)
        for source in wanted.traits.sources
    ]
    properties = {
        "GroupDescription": f"Load balancer of {wanted.owner}",
        "VpcId": wanted.vpc,
        "SecurityGroupIngress": rules,
    }
    return {"Type": GROUP, "Properties": properties}


def ingress(port: int, source: str, protocol: str = "tcp") -> Draft:
    """A rule that lets a source reach a port of a balancer."""
    return {"IpProtocol": protocol, "FromPort": port, "ToPort": port, _kind(source): source}


def _kind(source: str) -> str:
    if source.startswith("pl-"):
        return "SourcePrefixListId"
    return "CidrIpv6" if ":" in source else "CidrIp"


def openings(
    wanted: WantedBalancer, source: str, ports: Sequence[BalancedPort]
) -> Iterator[tuple[str, Document]]:
    """The rules that let the balancer whose security group has the logical id `source` reach its
    ports."""
    meant = set(ports)
    groups = [
        replace(one, ports=tuple(p for p in one.ports if p in meant)) for one in wanted.groups
    ]
    yield from _to_tasks(wanted, groups, source)
    if wanted.instances:
        yield from _to_instances(wanted.instances, groups, source)


def _to_tasks(
    wanted: WantedBalancer, groups: Sequence[BalancedGroup], source: str
) -> Iterator[tuple[str, Document]]:
    """A rule for each port of a task that has a network of its own; the port is in the logical id,
    so that the old rule lives until the services have changed."""
    prefixes = logical_ids("", (one.name for one in wanted.groups if one.target_type == IP))
    for group in groups:
        if group.target_type == IP:
            target = {"Fn::GetAtt": [group.opening, "GroupId"]}
            for number, protocol in _reached(group):
                id_ = f"{prefixes[group.name]}From{_name(source)}{_suffix(number, protocol)}"
                yield id_, _from_balancer(target, source, (number, number), protocol)


def _reached(group: BalancedGroup) -> list[tuple[int, str]]:
    return sorted({one for port in group.ports for one in port.reached})


def _to_instances(
    target: str, groups: Sequence[BalancedGroup], source: str
) -> Iterator[tuple[str, Document]]:
    """The rules of the group of the instances: of the host ports that Docker chooses, of those that
    files choose, and in mode host of the containers' own."""
    name = f"InstancesFrom{_name(source)}"
    fixed: set[tuple[int, str]] = set()
    dynamic: set[str] = set()
    for group in groups:
        if group.mode == "host":
            fixed |= set(_reached(group))
        elif group.target_type != IP:
            for port in group.ports:
                fixed |= set(port.fixed_host_ports)
                if port.protocol != TCP_UDP:
                    dynamic |= set(port.transports)
    for protocol in sorted(dynamic):
        ending = "" if protocol == "tcp" else protocol.capitalize()
        yield f"{name}{ending}", _from_balancer(target, source, DYNAMIC_PORTS, protocol)
    for number, protocol in sorted(fixed):
        id_ = f"{name}{_suffix(number, protocol)}"
        yield id_, _from_balancer(target, source, (number, number), protocol)


def _name(source: str) -> str:
    """``Balancer`` or ``NetworkBalancer``, of the logical id of a security group."""
    return source.removesuffix("SecurityGroup").removeprefix("Load")


def _suffix(number: int, protocol: str) -> str:
    return str(number) if protocol == "tcp" else f"{protocol.capitalize()}{number}"


def _from_balancer(target: object, source: str, ports: tuple[int, int], protocol: str) -> Document:
    properties = {
        "GroupId": target,
        "IpProtocol": protocol,
        "FromPort": ports[0],
        "ToPort": ports[1],
        "SourceSecurityGroupId": {"Fn::GetAtt": [source, "GroupId"]},
    }
    return {"Type": INGRESS, "Properties": properties}

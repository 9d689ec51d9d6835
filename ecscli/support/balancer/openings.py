"""PURE: who may reach the balancer, and what it may reach -> its security group and the rules of
the groups behind it.

Sources: AWS::EC2::SecurityGroup and SecurityGroupIngress in the CloudFormation reference; "Port
mappings" in the ECS developer guide for dynamic host ports.
"""

from __future__ import annotations

from collections.abc import Iterator

from ecscli.base.documents import Document, Draft
from ecscli.base.limits import EPHEMERAL_PORTS
from ecscli.support.balancer.model import IP, BalancedGroup, WantedBalancer, listeners_of
from ecscli.support.network import GROUP, INGRESS
from ecscli.support.parts import Part, logical_ids

ID = "LoadBalancerSecurityGroup"
DYNAMIC = "bridge"
DYNAMIC_PORTS = (EPHEMERAL_PORTS[0], 65_535)  # all that Docker may choose on any system


def openings_part(wanted: WantedBalancer) -> Part:
    """The balancer's group with its rules, and those that let it reach tasks and instances."""
    resources: dict[str, Document] = {ID: _group(wanted)}
    resources |= dict(_to_tasks(wanted))
    resources |= dict(_to_instances(wanted))
    return Part(resources)


def _group(wanted: WantedBalancer) -> Document:
    rules = [
        _ingress(listener.port, source)
        for listener in listeners_of(wanted.ports, wanted.traits)
        for source in wanted.traits.ingress
    ]
    properties = {
        "GroupDescription": f"Load balancer of {wanted.owner}",
        "VpcId": wanted.vpc,
        "SecurityGroupIngress": rules,
    }
    return {"Type": GROUP, "Properties": properties}


def _ingress(port: int, source: str) -> Draft:
    return {"IpProtocol": "tcp", "FromPort": port, "ToPort": port, _kind(source): source}


def _kind(source: str) -> str:
    if source.startswith("pl-"):
        return "SourcePrefixListId"
    return "CidrIpv6" if ":" in source else "CidrIp"


def _to_tasks(wanted: WantedBalancer) -> Iterator[tuple[str, Document]]:
    """A rule for each port of a task that has a network of its own; the port is in the logical id,
    so that the old rule lives until the services have changed."""
    groups = [group for group in wanted.groups if group.target_type == IP]
    prefixes = logical_ids("", (group.name for group in groups))
    for group in groups:
        target = {"Fn::GetAtt": [group.opening, "GroupId"]}
        for number in _reached(group):
            yield (
                f"{prefixes[group.name]}FromBalancer{number}",
                _from_balancer(target, number, number),
            )


def _reached(group: BalancedGroup) -> list[int]:
    return sorted({number for port in group.ports for number in port.reached_ports})


def _to_instances(wanted: WantedBalancer) -> Iterator[tuple[str, Document]]:
    """The rules of the group of the instances: of the host ports that Docker chooses, and in mode
    host of the containers' own."""
    if not wanted.instances:
        return
    modes = {group.mode for group in wanted.groups if group.target_type != IP}
    if DYNAMIC in modes:
        yield "InstancesFromBalancer", _from_balancer(wanted.instances, *DYNAMIC_PORTS)
    of_host = [group for group in wanted.groups if group.mode == "host"]
    for number in sorted({number for group in of_host for number in _reached(group)}):
        yield f"InstancesFromBalancer{number}", _from_balancer(wanted.instances, number, number)


def _from_balancer(target: object, first: int, last: int) -> Document:
    properties = {
        "GroupId": target,
        "IpProtocol": "tcp",
        "FromPort": first,
        "ToPort": last,
        "SourceSecurityGroupId": {"Fn::GetAtt": [ID, "GroupId"]},
    }
    return {"Type": INGRESS, "Properties": properties}

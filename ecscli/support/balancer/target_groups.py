"""PURE: a port that is balanced -> its target group, whose logical id has a hash of what cannot be
changed in place.

Sources: AWS::ElasticLoadBalancingV2::TargetGroup in the CloudFormation reference (createOnly: Name,
Port, Protocol, ProtocolVersion, TargetType, VpcId, IpAddressType).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping

from ecscli.base.balanced import GRPC, HTTP, HTTP1, PORTS, TCP, BalancedPort, TargetHealth
from ecscli.base.documents import Document, Draft
from ecscli.support.balancer.kinds import DIGITS, PREFIX
from ecscli.support.balancer.model import BalancedGroup, WantedBalancer
from ecscli.support.parts import Part, logical_ids

KIND = "AWS::ElasticLoadBalancingV2::TargetGroup"


def target_group_outputs(ports: Iterable[BalancedPort]) -> dict[str, str]:
    """The output with the ARN of each service's target group; it ends with the balancer where that
    is not the project's own."""
    known = list(ports)
    names = logical_ids(PREFIX, (port.service for port in known))
    return {port.service: f"{names[port.service]}{port.on}" for port in known}


def target_groups(wanted: WantedBalancer) -> tuple[Part, dict[str, str]]:
    """The part, and the logical id of each service's target group."""
    outputs = target_group_outputs(wanted.all_ports)
    resources: dict[str, Document] = {}
    ids: dict[str, str] = {}
    for group in wanted.groups:
        for port in group.ports:
            fixed = _fixed(group, port, wanted.vpc)
            id_ = f"{outputs[port.service]}{_digest(fixed)}"
            resources[id_] = {"Type": KIND, "Properties": {**fixed, **_changing(port)}}
            ids[port.service] = id_
    values: Mapping[str, Document] = {
        outputs[service]: {"Value": {"Ref": id_}} for service, id_ in ids.items()
    }
    return Part(resources, values), ids


def _fixed(group: BalancedGroup, port: BalancedPort, vpc: str) -> Draft:
    """What a group keeps for its life. ECS registers each task with a port of its own, so that the
    group's is always the same."""
    found: Draft = {
        "TargetType": group.target_type,
        "Protocol": port.protocol,
        "Port": PORTS[port.protocol],
        "VpcId": vpc,
    }
    return found if port.version == HTTP1 else {**found, "ProtocolVersion": port.version}


def _digest(fixed: Document) -> str:
    text = json.dumps(fixed, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:DIGITS]


def _changing(port: BalancedPort) -> Draft:
    if port.is_network:
        return {**_checked_by_network(port.health), "TargetGroupAttributes": _of_network(port)}
    health = port.health
    codes = "GrpcCode" if port.version == GRPC else "HttpCode"
    return {
        "HealthCheckProtocol": health.protocol or port.protocol,  # HTTP where it is left out
        "HealthCheckPath": health.path,
        "HealthCheckPort": str(health.port or "traffic-port"),
        "HealthCheckIntervalSeconds": health.interval,
        "HealthCheckTimeoutSeconds": health.timeout,
        "HealthyThresholdCount": health.healthy,
        "UnhealthyThresholdCount": health.unhealthy,
        "Matcher": {codes: health.codes},
        "TargetGroupAttributes": attributes(_attributes(port)),
    }


def _checked_by_network(health: TargetHealth) -> Draft:
    """A connection over TCP, or a page."""
    found: Draft = {
        "HealthCheckProtocol": (health.protocol or HTTP) if health.path else TCP,
        "HealthCheckPort": str(health.port or "traffic-port"),
        "HealthCheckIntervalSeconds": health.interval,
        "HealthCheckTimeoutSeconds": health.timeout,
        "HealthyThresholdCount": health.healthy,
        "UnhealthyThresholdCount": health.unhealthy,
    }
    if health.path:
        found |= {"HealthCheckPath": health.path, "Matcher": {"HttpCode": health.codes}}
    return found


def _of_network(port: BalancedPort) -> list[Draft]:
    """Connections of a target that is gone end, as clients over UDP would go on to send to it."""
    drain = 300 if port.drain is None else port.drain
    found: Draft = {"deregistration_delay.timeout_seconds": drain}
    if port.protocol != TCP:
        found["deregistration_delay.connection_termination.enabled"] = "true"
    return attributes(found)


def _attributes(port: BalancedPort) -> Draft:
    """Every attribute that a file may have, so that one which leaves the file goes back to its
    default."""
    return {
        "deregistration_delay.timeout_seconds": 300 if port.drain is None else port.drain,
        "load_balancing.algorithm.type": port.algorithm or "round_robin",
        "stickiness.enabled": "false" if port.stickiness is None else "true",
        "stickiness.type": "lb_cookie",
        "stickiness.lb_cookie.duration_seconds": port.stickiness or 86_400,
    }


def attributes(values: Document) -> list[Draft]:
    """Attributes as Elastic Load Balancing takes them."""
    return [{"Key": key, "Value": str(value)} for key, value in values.items()]

"""READS: the load balancers of a service -> the addresses at which their listeners answer."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING

from ecscli.up.tasks.addresses import Address

if TYPE_CHECKING:
    from types_boto3_ecs.type_defs import LoadBalancerTypeDef, ServiceTypeDef
    from types_boto3_elbv2.type_defs import ListenerTypeDef
    from types_boto3_elbv2.type_defs import LoadBalancerTypeDef as Balancer

    from ecscli.aws.client import Aws


# Protocols of listeners that determine the scheme; behind another one the port makes one likely
SCHEMES = {"HTTP": "http", "HTTPS": "https", "TLS": "https"}


def listener_addresses(aws: Aws, service: ServiceTypeDef) -> list[Address]:
    """One address for each listener of each load balancer in front of the service. Raises AwsError
    and AccessError."""
    rows = [row for row in service.get("loadBalancers", ()) if row.get("targetGroupArn")]
    found = aws.together(*(partial(_of_target_group, aws, row) for row in rows))
    return [address for addresses in found for address in addresses]


def _of_target_group(aws: Aws, row: LoadBalancerTypeDef) -> list[Address]:
    query = {"TargetGroupArns": [row["targetGroupArn"]]}
    groups = aws.call("elbv2", "describe_target_groups", **query).get("TargetGroups", ())
    arns = [arn for group in groups for arn in group.get("LoadBalancerArns", ())]
    if not arns:
        return []
    balancers = aws.pages(
        "elbv2", "describe_load_balancers", "LoadBalancers", LoadBalancerArns=arns
    )
    return [address for balancer in balancers for address in _of_balancer(aws, balancer, row)]


def _of_balancer(aws: Aws, balancer: Balancer, row: LoadBalancerTypeDef) -> Iterator[Address]:
    query = {"LoadBalancerArn": balancer["LoadBalancerArn"]}
    listeners: Iterator[ListenerTypeDef] = aws.pages(
        "elbv2", "describe_listeners", "Listeners", **query
    )
    for listener in listeners:
        yield Address(
            container=row.get("containerName", ""),
            host=balancer.get("DNSName", ""),
            port=listener.get("Port", 0),
            container_port=row.get("containerPort", 0),
            protocol="udp" if listener.get("Protocol") == "UDP" else "tcp",
            scheme=SCHEMES.get(listener.get("Protocol", ""), ""),
            is_balanced=True,
        )

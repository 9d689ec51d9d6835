"""READS: what a service names -> a finding for every target group, load balancer, namespace and
alarm that does not exist or fit."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING

from ecscli.base.documents import Document
from ecscli.base.errors import Finding
from ecscli.up.discovery.desired import Namespace
from ecscli.up.preflight.named import Named
from ecscli.up.preflight.reading import Look, found

if TYPE_CHECKING:
    from ecscli.aws.client import Aws

# Protocols of target groups whose targets take UDP packets, and those that take either
UDP, EITHER = ("UDP", "QUIC"), ("TCP_UDP", "TCP_QUIC", "GENEVE")


# -------------------------------------------------------------------------- load balancers


def target_groups(aws: Aws, named: Named) -> Look:
    """Each target group exists, belongs to a load balancer, and takes the tasks and the port."""
    rows = [row for row in named.balancers if isinstance(row.get("targetGroupArn"), str)]
    for findings in aws.together(*(partial(_target_group, aws, named, row) for row in rows)):
        yield from findings


def _target_group(aws: Aws, named: Named, row: Document) -> list[Finding]:
    arn = str(row["targetGroupArn"])
    answer = found(aws, "elbv2", "describe_target_groups", TargetGroupArns=[arn])
    groups = (answer or {}).get("TargetGroups") or ()
    if not groups:
        hint = "`aws elbv2 describe-target-groups` lists those of the region"
        return [Finding(f"there is no target group {arn} in {aws.region}", None, hint)]
    return [*_unfit_group(groups[0], row, named)]


def _unfit_group(group: Document, row: Document, named: Named) -> Iterator[Finding]:
    name = f"target group {group.get('TargetGroupName')}"
    if not group.get("LoadBalancerArns"):
        hint = "add a listener that forwards to it"
        yield Finding(f"{name} belongs to no load balancer", None, hint)
    kind, mode = group.get("TargetType", "instance"), named.network_mode or "bridge"
    needed = "ip" if mode == "awsvpc" else "instance"
    if kind != needed:
        message = f"{name} has target type {kind}, and network mode {mode} needs {needed}"
        yield Finding(message, None, f"use a target group of target type {needed}")
    yield from _wrong_protocol(name, str(group.get("Protocol")), row, named)


def _wrong_protocol(name: str, protocol: str, row: Document, named: Named) -> Iterator[Finding]:
    port = named.ports.get((row["containerName"], row["containerPort"]))
    takes = "udp" if protocol in UDP else "tcp"
    if port and protocol not in EITHER and port != takes:
        subject = f"port {row['containerPort']} of container {row['containerName']} is {port}"
        yield Finding(f"{name} has protocol {protocol}, and {subject}")


def classic_balancers(aws: Aws, named: Named) -> Look:
    """Each Classic Load Balancer exists."""
    for row in named.balancers:
        name = row.get("loadBalancerName")
        query = {"LoadBalancerNames": [name]}
        if name and found(aws, "elb", "describe_load_balancers", **query) is None:
            yield Finding(f"there is no Classic Load Balancer {name} in {aws.region}")


# ---------------------------------------------------------- service discovery and Connect


def registered_port(aws: Aws, named: Named) -> Look:
    """The container and the port that service discovery registers are of the task."""
    wanted = named.discovery
    if wanted is None or not wanted.container_name:
        return
    name, port = wanted.container_name, wanted.container_port
    if name not in named.containers:
        hint = f"it has {', '.join(named.containers)}"
        yield Finding(f"--sd-container-name: the task has no container {name}", None, hint)
    elif port is not None and (name, port) not in named.ports:
        message = f"--sd-container-port: container {name} has no port {port}"
        yield Finding(message, None, _ports_hint(name, named))


def _ports_hint(container: str, named: Named) -> str:
    ports = [str(number) for owner, number in named.ports if owner == container]
    return f"it has {', '.join(ports)}" if ports else f"add the port to ports: of {container}"


def namespace(aws: Aws, named: Named) -> Look:
    """The namespace of service discovery exists and is of its kind, where it is named by its id;
    else the VPC that a private one belongs to exists."""
    if named.discovery is None:
        return
    wanted = named.discovery.namespace
    if wanted.id:
        yield from _namespace_by_id(aws, wanted, wanted.id)
    elif wanted.private and wanted.vpc:
        yield from _vpc(aws, wanted.vpc)


def _vpc(aws: Aws, id_: str) -> Look:
    if found(aws, "ec2", "describe_vpcs", VpcIds=[id_]) is None:
        hint = "`aws ec2 describe-vpcs` lists those of the region"
        yield Finding(f"there is no VPC {id_} in {aws.region}", None, hint)


def _namespace_by_id(aws: Aws, wanted: Namespace, id_: str) -> Look:
    kind = "DNS_PRIVATE" if wanted.private else "DNS_PUBLIC"
    answer = found(aws, "servicediscovery", "get_namespace", Id=id_)
    if answer is None:
        hint = "`aws servicediscovery list-namespaces` lists those of the region"
        yield Finding(f"there is no namespace {id_} in {aws.region}", None, hint)
    elif answer["Namespace"].get("Type") != kind:
        actual = answer["Namespace"].get("Type")
        yield Finding(f"namespace {id_} has type {actual}, not {kind}")


def connect(aws: Aws, named: Named) -> Look:
    """The namespace of Service Connect exists; without a name it is the cluster's default."""
    for name in named.connect:
        if name:
            yield from _connect_namespace(aws, name)
        else:
            yield from _default_namespace(aws, named.cluster)


def _connect_namespace(aws: Aws, name: str) -> Look:
    rows = list(aws.pages("servicediscovery", "list_namespaces", "Namespaces"))
    if not any(name in (row["Name"], row.get("Arn")) for row in rows):
        hint = "`aws servicediscovery create-http-namespace` makes one"
        yield Finding(f"there is no namespace {name} in {aws.region}", None, hint)


def _default_namespace(aws: Aws, cluster: str) -> Look:
    answer = aws.call("ecs", "describe_clusters", clusters=[cluster])
    for row in answer.get("clusters", ()):
        if not (row.get("serviceConnectDefaults") or {}).get("namespace"):
            hint = "give service_connect.namespace"
            message = f"cluster {cluster} has no default namespace for Service Connect"
            yield Finding(message, None, hint)


# --------------------------------------------------------------------------------- alarms


def alarms(aws: Aws, named: Named) -> Look:
    """Each CloudWatch alarm that ends a deployment exists."""
    query = {"AlarmNames": list(named.alarms), "AlarmTypes": ["MetricAlarm", "CompositeAlarm"]}
    answer = aws.call("cloudwatch", "describe_alarms", **query)
    rows = [*answer.get("MetricAlarms", ()), *answer.get("CompositeAlarms", ())]
    known = {row["AlarmName"] for row in rows}
    for name in named.alarms:
        if name not in known:
            hint = "`aws cloudwatch describe-alarms` lists those of the region"
            yield Finding(f"there is no alarm {name} in {aws.region}", None, hint)

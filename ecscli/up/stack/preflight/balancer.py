"""READS only: whether the balancer that a cluster's projects share can be made: its certificates,
and its subnets in an existing VPC."""

from __future__ import annotations

from ecscli.aws.client import Aws
from ecscli.base.balanced import AUTO, INTERNET_FACING, REQUEST
from ecscli.base.errors import InputError
from ecscli.cluster.model import ClusterSpec
from ecscli.cluster.read.balancer import KEY
from ecscli.up.balancer.certificates import find_certificates
from ecscli.up.balancer.zones import Setting, find_zones
from ecscli.up.service.network import public_subnets
from ecscli.up.stack.live import rows_inside
from ecscli.up.stack.preflight import lookup
from ecscli.up.stack.preflight.answers import Answers


def check_certificates(aws: Aws, spec: ClusterSpec, answer: Answers) -> None:
    """The certificates of the HTTPS listener."""
    balancer = spec.balancer
    if balancer is None or not balancer.has_tls:
        return
    if balancer.certificate == REQUEST:
        hint = "make the zone, name a certificate by its ARN, or write certificate: none"
        setting = Setting(f"{KEY}.certificate", spec.place(KEY, "certificate"), hint)
        try:
            answer.zones = find_zones(aws, balancer.hosts, setting)
        except InputError as error:
            answer.findings.extend(error.findings)
        return
    if balancer.certificate != AUTO:
        answer.certificates = (balancer.certificate,)
        return
    try:
        answer.certificates = find_certificates(aws, balancer.hosts)
    except InputError as error:
        hint = f"request one in ACM, name one by {KEY}.certificate, or write certificate: none"
        answer.error(error.message, spec.place(KEY, "host"), hint)


def check_subnets(aws: Aws, spec: ClusterSpec, answer: Answers) -> None:
    """The subnets of an existing VPC: one of each zone, and a way to clients for a public one."""
    balancer, network = spec.balancer, spec.network
    if balancer is None or network.vpc is None:
        return
    vpc = lookup.vpcs(list(aws.pages("ec2", "describe_vpcs", "Vpcs")), network.vpc)
    if not isinstance(vpc, str):
        return  # which the check of the network finds
    rows = rows_inside(aws, vpc, "describe_subnets", "Subnets")
    named = [lookup.subnets(rows, one, vpc) for one in network.subnets]
    ids = [one for one in named if isinstance(one, str)]
    zones: dict[str, str] = {}
    for row in rows:
        zone, id_ = str(row["AvailabilityZone"]), str(row["SubnetId"])
        if id_ in ids and zones.setdefault(zone, id_) != id_:
            message = f"{zones[zone]} and {id_} are both in {zone}: a load balancer takes one"
            answer.error(message, spec.place(KEY), "name one subnet of each zone")
    if balancer.scheme == INTERNET_FACING:
        for id_ in sorted(set(ids) - public_subnets(aws, ids, vpc)):
            message = f"{id_} has no route to an internet gateway, which clients come through"
            hint = f"name public subnets, or write {KEY}: {{scheme: internal}}"
            answer.error(message, spec.place(KEY), hint)

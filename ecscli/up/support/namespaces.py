"""READS: what the namespaces of a project need, where the support stack has none yet: the VPC, in
which DNS must answer, no namespace of the same name, or the one that the files name.

Sources: PrivateDnsNamespace in the CloudFormation reference; "DNS attributes for your VPC" in the
VPC user guide.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from ecscli.base.documents import Document
from ecscli.base.errors import Finding, InputError
from ecscli.base.records import record
from ecscli.compose.layout.discovery.model import Discovery
from ecscli.support.discovery import CONNECT_NAMESPACE, NAMESPACE
from ecscli.support.parts import Part
from ecscli.up.service.network import subnet_rows

if TYPE_CHECKING:
    from ecscli.aws.client import Aws

PRIVATE = "DNS_PRIVATE"
NEEDED = ("enableDnsSupport", "enableDnsHostnames")
WAYS = "name it by discovery.namespace to use it, or choose another --project-name"
LIST = "`aws servicediscovery list-namespaces` lists those of the region"


@record
class LiveNames:
    """The VPC of the namespace, and the id of one that the files name."""

    vpc: str = ""
    given: str = ""


def read_names(aws: Aws, discovery: Discovery, stack: Part, subnets: Sequence[str]) -> LiveNames:
    """What is there; `subnets` are those of tasks that DNS finds. Raises InputError with everything
    that stands in the way of a namespace."""
    if discovery.given:
        return LiveNames(given=_given_namespace(aws, discovery))
    vpc = _vpc_of(stack)
    lacks_dns = bool(discovery.dns_namespace) and NAMESPACE not in stack.resources
    lacks_connect = bool(discovery.connect_namespace) and CONNECT_NAMESPACE not in stack.resources
    findings: list[Finding] = []
    if lacks_dns or lacks_connect:
        rows = _namespaces(aws)
        if lacks_dns:
            vpc = _vpc_of_subnets(aws, subnets)
            findings += _unfit_vpc(aws, vpc) if vpc else ()
            findings += _taken_in_vpc(aws, discovery.dns_namespace, vpc, rows)
        if lacks_connect:
            findings += _taken(discovery.connect_namespace, rows)
    if findings:
        raise InputError.of(findings)
    return LiveNames(vpc)


def _namespaces(aws: Aws) -> list[Document]:
    return list(aws.pages("servicediscovery", "list_namespaces", "Namespaces"))


def _given_namespace(aws: Aws, discovery: Discovery) -> str:
    """The id of the namespace that the files name."""
    name = discovery.dns_namespace or discovery.connect_namespace
    found = [row for row in _namespaces(aws) if row["Name"] == name]
    fitting = [row for row in found if row["Type"] == PRIVATE or not discovery.dns_namespace]
    if fitting:
        return str(fitting[0]["Id"])
    if found:
        message = f"namespace {name} has type {found[0]['Type']}, and discovery dns needs {PRIVATE}"
        raise InputError(message, hint="name another one, or leave discovery.namespace out")
    raise InputError(f"there is no namespace {name} in {aws.region}", hint=LIST)


def _vpc_of(stack: Part) -> str:
    """The VPC of the namespace that the stack has."""
    resource = stack.resources.get(NAMESPACE) or {}
    return str((resource.get("Properties") or {}).get("Vpc", ""))


def _vpc_of_subnets(aws: Aws, subnets: Sequence[str]) -> str:
    """The VPC of the first subnet; empty where that does not exist, which has a finding of its own.
    Raises InputError where there is no subnet."""
    if not subnets:
        message = "the VPC of the project's namespace is not known, as no service here has subnets"
        raise InputError(message, hint="run `ecscli compose up` for all services first")
    rows = subnet_rows(aws, subnets[:1])
    return str(rows[0]["VpcId"]) if rows else ""


# ------------------------------------------------------------- what stands in the way


def _unfit_vpc(aws: Aws, vpc: str) -> list[Finding]:
    """A finding for each attribute of the VPC without which no private name resolves."""
    answers = aws.together(*(partial(_has_attribute, aws, vpc, name) for name in NEEDED))
    return [
        Finding(
            f"VPC {vpc} has no {name}, and names of a private namespace do not resolve without",
            None,
            f"`{aws.command(f'ec2 modify-vpc-attribute --vpc-id {vpc} {_flag(name)}')}`,"
            " or write discovery: none",
        )
        for name, is_on in zip(NEEDED, answers, strict=True)
        if not is_on
    ]


def _has_attribute(aws: Aws, vpc: str, name: str) -> bool:
    answer = aws.call("ec2", "describe_vpc_attribute", VpcId=vpc, Attribute=name)
    value = answer.get(name[0].upper() + name[1:]) or {}
    return bool(value.get("Value"))


def _flag(name: str) -> str:
    """``--enable-dns-support`` of ``enableDnsSupport``"""
    words = "".join(f"-{one.lower()}" if one.isupper() else one for one in name)
    return f"--{words}"


def _taken(name: str, rows: Sequence[Document]) -> list[Finding]:
    return [_finding(row) for row in rows if row["Name"] == name]


def _taken_in_vpc(aws: Aws, name: str, vpc: str, rows: Sequence[Document]) -> list[Finding]:
    """Two VPCs may have private namespaces of one name."""
    same = [row for row in rows if row["Name"] == name]
    return [_finding(row) for row in same if row["Type"] != PRIVATE or _is_in(aws, row, vpc)]


def _is_in(aws: Aws, row: Document, vpc: str) -> bool:
    zone = (row.get("Properties") or {}).get("DnsProperties", {}).get("HostedZoneId")
    if not zone:
        return True
    answer = aws.call("route53", "get_hosted_zone", Id=zone)
    return any(one.get("VPCId") == vpc for one in answer.get("VPCs", ()))


def _finding(row: Document) -> Finding:
    message = f"there is a namespace {row['Name']} ({row['Id']}) that is not the project's own"
    return Finding(message, None, WAYS)

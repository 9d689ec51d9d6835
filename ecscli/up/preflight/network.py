"""READS: the network that a plan names -> a finding for every subnet and security group that does
not exist, and a remark for published ports that a group closes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial
from typing import TYPE_CHECKING

from ecscli.base.documents import Document
from ecscli.base.errors import AwsError, Finding
from ecscli.up.preflight.named import Named
from ecscli.up.preflight.placed import OpenPort
from ecscli.up.preflight.reading import Look, Remark, refused

if TYPE_CHECKING:
    from ecscli.aws.client import Aws

ANY_PROTOCOL = "-1"


def network(aws: Aws, named: Named) -> Look:
    """The subnets and security groups exist, and are of one VPC."""
    subnets, groups = aws.together(
        partial(_rows, aws, "subnets", "Subnets", "SubnetIds", named.subnets),
        partial(_rows, aws, "security_groups", "SecurityGroups", "GroupIds", named.security_groups),
    )
    yield from (row for row in (*subnets, *groups) if isinstance(row, Finding))
    vpcs = {**_one_of_each_vpc(groups, "GroupId"), **_one_of_each_vpc(subnets, "SubnetId")}
    if len(vpcs) > 1:
        places = ", ".join(f"{id_} is in {vpc}" for vpc, id_ in vpcs.items())
        yield Finding(f"subnets and security groups must be of one VPC: {places}")


def _one_of_each_vpc(rows: Iterable[Document | Finding], key: str) -> dict[str, str]:
    return {str(row.get("VpcId")): str(row[key]) for row in rows if not isinstance(row, Finding)}


def _rows(
    aws: Aws, kind: str, key: str, parameter: str, ids: tuple[str, ...]
) -> list[Document | Finding]:
    if not ids:
        return []
    try:
        answer = aws.call("ec2", f"describe_{kind}", **{parameter: list(ids)})
    except AwsError as error:
        if not refused(error):
            raise
        return [Finding(error.message, None, f"`aws ec2 describe-{kind.replace('_', '-')}`")]
    return list(answer.get(key, ()))


# ------------------------------------------------------------------------ published ports


def ports_of_tasks(aws: Aws, named: Named) -> Look:
    """The ports that tasks in awsvpc publish are open in one of their security groups."""
    placed = named.placed
    if placed and placed.ports and placed.groups and named.network_mode == "awsvpc":
        rows = group_rows(aws, placed.groups)
        yield from closed_ports(aws, placed.ports, rows)


def group_rows(aws: Aws, ids: Iterable[str]) -> list[Document]:
    """The security groups that exist, with their rules."""
    filters = [{"Name": "group-id", "Values": sorted(ids)}]
    return list(aws.pages("ec2", "describe_security_groups", "SecurityGroups", Filters=filters))


def closed_ports(
    aws: Aws, ports: Iterable[OpenPort], groups: Iterable[Document]
) -> Iterator[Remark]:
    """A remark for each port that no rule of the groups opens to anybody."""
    rows = list(groups)
    rules = [rule for group in rows for rule in group.get("IpPermissions") or ()]
    for port in ports:
        if rows and not any(_opens(rule, port) for rule in rules):
            yield Remark(_closed(aws, port, [str(row["GroupId"]) for row in rows]))


def _opens(rule: Document, port: OpenPort) -> bool:
    if rule.get("IpProtocol") == ANY_PROTOCOL:
        return True
    is_within = rule.get("FromPort", 0) <= port.number <= rule.get("ToPort", 65535)
    return rule.get("IpProtocol") == port.protocol and is_within


def _closed(aws: Aws, port: OpenPort, groups: list[str]) -> Finding:
    name = f"port {port.number}/{port.protocol}"
    is_one = len(groups) == 1
    closing = (
        f"security group {groups[0]} lets" if is_one else f"security groups {', '.join(groups)} let"
    )
    words = (
        f"ec2 authorize-security-group-ingress --group-id {groups[0]}"
        f" --protocol {port.protocol} --port {port.number} --cidr 0.0.0.0/0"
    )
    message = f"{name} is published, and {closing} nobody reach it"
    hint = (
        f"`{aws.command(words)}` opens it to everyone; where `ecscli up` made the group, add the"
        " port to network.ingress of ecs-cluster.yml"
    )
    return Finding(message, None, hint)

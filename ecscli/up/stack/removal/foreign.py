"""READS only: what lives in the VPC of a stack and is not of the stack; it keeps the VPC from being
deleted."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial

from ecscli.aws.client import Aws
from ecscli.base.documents import Document
from ecscli.base.errors import EcsCliError
from ecscli.up.stack import live
from ecscli.up.stack.model import Resource

Row = Document
PASSING = ("nat_gateway",)  # interfaces that go with a resource of the stack
MOST = 10


def beside(aws: Aws, resources: Sequence[Resource]) -> list[str]:
    """Network interfaces, subnets and security groups in the VPC that the stack did not make, in
    words.

    Empty where the stack has no VPC, and where they may not be read: AWS itself then explains why
    the VPC stays.
    """
    vpc = _first(resources, "AWS::EC2::VPC")
    if vpc is None:
        return []
    rows = partial(live.rows_inside, aws, vpc)
    try:
        interfaces, subnets, groups, machines = aws.together(
            partial(rows, "describe_network_interfaces", "NetworkInterfaces"),
            partial(rows, "describe_subnets", "Subnets"),
            partial(rows, "describe_security_groups", "SecurityGroups"),
            partial(_machines, aws, resources),
        )
    except EcsCliError:
        return []
    own = {row.physical_id for row in resources} | machines
    return _foreign(interfaces, subnets, groups, own)[:MOST]


def _foreign(
    interfaces: Sequence[Row], subnets: Sequence[Row], groups: Sequence[Row], own: set[str]
) -> list[str]:
    """What the stack did not make, in words; each VPC has a default security group."""
    made = [row for row in groups if row["GroupName"] != "default"]
    return [
        *_interfaces(interfaces, own),
        *_others(subnets, "SubnetId", "subnet", own),
        *_others(made, "GroupId", "security group", own),
    ]


def _machines(aws: Aws, resources: Sequence[Resource]) -> set[str]:
    """The EC2 ids of the instances of the stack's Auto Scaling group."""
    name = _first(resources, "AWS::AutoScaling::AutoScalingGroup")
    group = live.group(aws, name) if name else None
    return {row["InstanceId"] for row in (group or {}).get("Instances", ())}


def _first(resources: Sequence[Resource], kind: str) -> str | None:
    return next((row.physical_id for row in resources if row.type == kind), None)


def _interfaces(rows: Sequence[Row], own: set[str]) -> Iterator[str]:
    for row in rows:
        attached = (row.get("Attachment") or {}).get("InstanceId")
        if (
            attached in own
            or row.get("InterfaceType") in PASSING
            or _of_task(row)
            or _of_gateway(row)
        ):
            continue
        owner = row.get("Description") or (f"instance {attached}" if attached else "no description")
        yield f"network interface {row['NetworkInterfaceId']} ({owner})"


def _of_task(row: Row) -> bool:
    """True for the interface of a task, which goes when the task stops."""
    return str(row.get("Description", "")).startswith("arn:") and ":ecs:" in str(
        row.get("Description", "")
    )


def _of_gateway(row: Row) -> bool:
    """True for the interface of a NAT gateway that only its description reveals."""
    return str(row.get("Description", "")).startswith("Interface for NAT Gateway")


def _others(rows: Sequence[Row], key: str, kind: str, own: set[str]) -> Iterator[str]:
    yield from (f"{kind} {row[key]}{_name(row)}" for row in rows if row[key] not in own)


def _name(row: Row) -> str:
    name = row.get("GroupName") or next(
        (tag["Value"] for tag in row.get("Tags", ()) if tag["Key"] == "Name"), ""
    )
    return f" ({name})" if name else ""

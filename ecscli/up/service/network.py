"""READS: the stack of a cluster -> the network of tasks in mode awsvpc, where files and flags name
no subnet."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from ecscli.base.documents import Document
from ecscli.base.errors import Finding, InputError
from ecscli.base.records import record
from ecscli.up.stack.live import outputs_of

if TYPE_CHECKING:
    from ecscli.aws.client import Aws

ANYWHERE = "0.0.0.0/0"


@record
class StackNetwork:
    """The subnets of a cluster's stack, preferably private ones, and its security groups; the
    subnets are `public` where they have a route to an internet gateway."""

    stack: str
    subnets: tuple[str, ...]
    security_groups: tuple[str, ...]
    public: bool


def read_network(aws: Aws, stack_name: str) -> StackNetwork:
    """The network of the stack. Raises InputError where there is no such stack, or none with
    subnets."""
    outputs = outputs_of(aws, stack_name)
    subnets = listed(outputs.get("PrivateSubnetIds")) or listed(outputs.get("SubnetIds"))
    if not subnets:
        raise no_subnets(aws, stack_name)
    public = public_subnets(aws, subnets, outputs.get("VpcId", ""))
    return StackNetwork(
        stack_name,
        subnets,
        listed(outputs.get("SecurityGroupIds")),
        public == frozenset(subnets),
    )


def subnet_rows(aws: Aws, subnets: Iterable[str]) -> list[Document]:
    """The descriptions of subnets; nothing of those that do not exist, which have findings of their
    own."""
    ids = sorted(set(subnets))
    if not ids:
        return []
    filters = [{"Name": "subnet-id", "Values": ids}]
    return list(aws.pages("ec2", "describe_subnets", "Subnets", Filters=filters))


def no_subnets(aws: Aws, stack_name: str) -> InputError:
    """The error of tasks that have no subnet."""
    return InputError(
        "tasks in network mode awsvpc (always so on Fargate) need a subnet: none is set, and there"
        f" is no CloudFormation stack {stack_name} in {aws.region} to take one from",
        hint="set run_params.network_configuration.awsvpc_configuration.subnets in"
        " ecs-params.yml, or create a cluster with a network of its own with `ecscli up`",
    )


def listed(text: str | None) -> tuple[str, ...]:
    """The members of an output that is a list."""
    return tuple(filter(None, (text or "").split(",")))


def public_subnets(aws: Aws, subnets: Sequence[str], vpc: str) -> frozenset[str]:
    """Those of the subnets that send what is meant for the internet to an internet gateway."""
    if not subnets:
        return frozenset()  # EC2 refuses a filter without values
    tables = route_tables(aws, subnets, vpc)
    return frozenset(one for one in subnets if one in tables and reaches_internet(tables[one]))


def route_tables(aws: Aws, subnets: Sequence[str], vpc: str) -> Mapping[str, Document]:
    """The route table of each subnet: its own, or the main one of the VPC."""
    own = _route_tables(aws, {"association.subnet-id": list(subnets)})
    known = {subnet: table for table in own for subnet in _associated(table)}
    others = [subnet for subnet in subnets if subnet not in known]
    if others:
        for main in _route_tables(aws, {"vpc-id": [vpc], "association.main": ["true"]}):
            known |= dict.fromkeys(others, main)
    return known


def _route_tables(aws: Aws, filters: Mapping[str, list[str]]) -> list[Document]:
    rows = [{"Name": name, "Values": values} for name, values in filters.items()]
    return list(aws.pages("ec2", "describe_route_tables", "RouteTables", Filters=rows))


def _associated(table: Document) -> Iterable[str]:
    return [row["SubnetId"] for row in table.get("Associations", ()) if row.get("SubnetId")]


def reaches_internet(table: Document) -> bool:
    """Whether it sends what is meant for the internet to an internet gateway."""
    return any(
        route.get("DestinationCidrBlock") == ANYWHERE
        and str(route.get("GatewayId", "")).startswith("igw-")
        for route in table.get("Routes", ())
    )


def network_notices(network: StackNetwork) -> Iterable[Finding]:
    """What was decided for the user."""
    groups = ", ".join(network.security_groups) or "the default one of the VPC"
    where = f"subnets {', '.join(network.subnets)} and security groups {groups}"
    yield Finding(f"tasks run in {where} of stack {network.stack}, as the files name none")


def network_warnings(network: StackNetwork, on_fargate: bool) -> Iterable[Finding]:
    """What tasks lack where they run."""
    if network.public and not on_fargate:
        yield Finding(
            "these subnets are public, and tasks on instances get no public address: they cannot"
            " reach the internet",
            hint="run the tasks on Fargate, in private subnets, or in network mode bridge",
        )

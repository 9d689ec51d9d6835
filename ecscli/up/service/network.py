"""READS: the stack of a cluster -> the network of tasks in mode awsvpc, where files and flags name
no subnet."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from ecscli.base.documents import Document
from ecscli.base.errors import Finding, InputError
from ecscli.base.records import record
from ecscli.up.stack.live import stack

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
    found = stack(aws, stack_name)
    outputs = found.outputs if found else {}
    subnets = _listed(outputs.get("PrivateSubnetIds")) or _listed(outputs.get("SubnetIds"))
    if not subnets:
        raise InputError(
            "network mode awsvpc needs at least one subnet, and there is no stack"
            f" {stack_name} in {aws.region} that has some",
            hint="set run_params.network_configuration.awsvpc_configuration.subnets in"
            " ecs-params.yml, or make the cluster with `ecscli up`",
        )
    return StackNetwork(
        stack_name,
        subnets,
        _listed(outputs.get("SecurityGroupIds")),
        _are_public(aws, subnets, outputs.get("VpcId", "")),
    )


def _listed(text: str | None) -> tuple[str, ...]:
    return tuple(filter(None, (text or "").split(",")))


def _are_public(aws: Aws, subnets: Sequence[str], vpc: str) -> bool:
    """Whether each subnet sends what is meant for the internet to an internet gateway: by its own
    route table, or by the main one of its VPC."""
    own = _route_tables(aws, {"association.subnet-id": list(subnets)})
    known = {subnet: table for table in own for subnet in _associated(table)}
    if set(subnets) <= set(known):
        return all(_reaches_internet(known[subnet]) for subnet in subnets)
    main = _route_tables(aws, {"vpc-id": [vpc], "association.main": ["true"]})
    tables = [known[subnet] for subnet in subnets if subnet in known] + main
    return bool(main) and all(_reaches_internet(table) for table in tables)


def _route_tables(aws: Aws, filters: Mapping[str, list[str]]) -> list[Document]:
    rows = [{"Name": name, "Values": values} for name, values in filters.items()]
    return list(aws.pages("ec2", "describe_route_tables", "RouteTables", Filters=rows))


def _associated(table: Document) -> Iterable[str]:
    return [row["SubnetId"] for row in table.get("Associations", ()) if row.get("SubnetId")]


def _reaches_internet(table: Document) -> bool:
    return any(
        route.get("DestinationCidrBlock") == ANYWHERE
        and str(route.get("GatewayId", "")).startswith("igw-")
        for route in table.get("Routes", ())
    )


def network_remarks(network: StackNetwork, on_fargate: bool) -> Iterable[Finding]:
    """What was decided for the user."""
    groups = ", ".join(network.security_groups) or "the default one of the VPC"
    where = f"subnets {', '.join(network.subnets)} and security groups {groups}"
    yield Finding(f"tasks run in {where} of stack {network.stack}, as the files name none")
    if network.public and not on_fargate:
        yield Finding(
            "these subnets are public, and tasks on instances get no public address: they cannot"
            " reach the internet",
            hint="run the tasks on Fargate, in private subnets, or in network mode bridge",
        )

"""READS: the network that a plan names -> a finding for every subnet and security group that does
not exist, and a remark for published ports that a group closes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING

from ecscli.base.documents import Document
from ecscli.base.errors import AwsError, Finding
from ecscli.base.limits import EPHEMERAL_PORTS
from ecscli.up.preflight.named import Named
from ecscli.up.preflight.openings import Openings, rules_from_outside
from ecscli.up.preflight.placed import OpenPort, Placed
from ecscli.up.preflight.reading import Look, Remark, refused

if TYPE_CHECKING:
    from ecscli.aws.client import Aws

ANY_PROTOCOL = "-1"
PROXY_PORTS = (32768, 65535)  # at which proxies of Service Connect listen on instances
FREE_PORTS = "{}-{}".format(*EPHEMERAL_PORTS)


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
        yield from closed_ports(aws, placed, rows)


def group_rows(aws: Aws, ids: Iterable[str]) -> list[Document]:
    """The security groups that exist, with their rules."""
    filters = [{"Name": "group-id", "Values": sorted(ids)}]
    return list(aws.pages("ec2", "describe_security_groups", "SecurityGroups", Filters=filters))


def closed_ports(aws: Aws, placed: Placed, groups: Iterable[Document]) -> Iterator[Remark]:
    """A remark for each port that no rule of the groups opens to anybody."""
    rows = list(groups)
    if not rows:
        return
    rules = rules_from_outside(rows)
    closed = [port for port in placed.ports if not _is_open(rules, port.protocol, port.number)]
    dynamic = () if _is_open(rules, "tcp", *EPHEMERAL_PORTS) else placed.dynamic
    public = [str(port.number) for port in closed if not port.stores_data]
    if dynamic:
        public.append(FREE_PORTS)
    openings = Openings(aws, tuple(rows), tuple(public))
    for port in closed:
        describe = _closed_store if port.stores_data else _closed
        yield Remark(describe(port, openings))
    if dynamic:
        yield Remark(_closed_range(dynamic, openings))


def _is_open(rules: Sequence[Document], protocol: str, first: int, last: int = 0) -> bool:
    return any(_opens(rule, protocol, first, last or first) for rule in rules)


def _opens(rule: Document, protocol: str, first: int, last: int) -> bool:
    if rule.get("IpProtocol") == ANY_PROTOCOL:
        return True
    is_within = rule.get("FromPort", 0) <= first and last <= rule.get("ToPort", 65535)
    return rule.get("IpProtocol") == protocol and is_within


def closed_proxies(aws: Aws, groups: Iterable[Document]) -> Iterator[Finding]:
    """Where no rule lets the instances reach the ports at which proxies of Service Connect listen
    on each other."""
    rows = list(groups)
    ids = {str(group["GroupId"]) for group in rows}
    rules = [rule for group in rows for rule in group.get("IpPermissions") or ()]
    sources = [rule for rule in rules if rule.get("IpRanges") or ids & set(_source_groups(rule))]
    if not rows or _is_open(sources, "tcp", *PROXY_PORTS):
        return
    ports = "{}-{}".format(*PROXY_PORTS)
    openings = Openings(aws, tuple(rows), ())
    yield Finding(
        f"Service Connect listens at ports {ports} of the instances, and security groups"
        f" {', '.join(sorted(ids))} close them to each other",
        None,
        f"`{openings.to_the_group('tcp', ports)}` opens them",
    )


def _source_groups(rule: Document) -> Iterator[str]:
    for pair in rule.get("UserIdGroupPairs") or ():
        yield str(pair.get("GroupId"))


def _closed(port: OpenPort, openings: Openings) -> Finding:
    name = f"port {port.number}/{port.protocol}"
    message = f"{name} is published, and {openings.closing} reach it"
    opening = openings.to_everyone(port.protocol, str(port.number))
    return Finding(message, None, f"`{opening}` opens it to everyone{openings.reminder}")


def _closed_store(port: OpenPort, openings: Openings) -> Finding:
    """What stores data is not opened to everyone by a command that is copied in a hurry."""
    name = f"port {port.number}/{port.protocol}"
    message = (
        f"{name} of a data store is published, and stays closed: {openings.closing} reach it from"
        " outside"
    )
    opening = openings.to_the_group(port.protocol, str(port.number))
    hint = (
        "containers of the same task reach it without a rule;"
        f" `{opening}` opens it to everything that has this security group"
    )
    return Finding(message, None, hint)


def _closed_range(ports: Sequence[OpenPort], openings: Openings) -> Finding:
    names = ", ".join(f"{port.number}/{port.protocol}" for port in ports)
    message = (
        f"Docker chooses the host ports for {names}, and {openings.closing} reach what it chooses"
    )
    opening = openings.to_everyone("tcp", FREE_PORTS)
    example = f'"{ports[0].number}:{ports[0].number}"'
    hint = f"publish a fixed host port, {example}; `{opening}` opens all that Docker may choose"
    return Finding(message, None, hint)

"""READS: the subnets of a VPC and the stack of the cluster -> where a load balancer is made.

Sources: CreateLoadBalancer in the Elastic Load Balancing API reference: subnets of two zones at
least, one of each zone.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING

from ecscli.base.balanced import INTERNAL
from ecscli.base.documents import Document
from ecscli.base.errors import Finding, InputError
from ecscli.base.keys.lookups import VpcResource
from ecscli.base.records import record
from ecscli.up.service.network import listed, reaches_internet, route_tables, subnet_rows
from ecscli.up.stack.live import outputs_of
from ecscli.up.stack.preflight import lookup

if TYPE_CHECKING:
    from ecscli.aws.client import Aws

FEWEST_ZONES = 2
PUBLIC = "public"
SUBNETS = "load_balancer.subnets"


@record
class BalancerQuery:
    """What is looked for: the `subnets` that files name, or those that the `word` means, public or
    private. `tasks`: the subnets of the tasks that have a network of their own; `vpc`: theirs,
    where it is known. `stack` is that of the cluster; `on_instances`: tasks are reached through
    the security group of its instances. `fewest`: zones that the balancer needs."""

    stack: str = ""
    vpc: str = ""
    subnets: tuple[VpcResource, ...] = ()
    word: str = PUBLIC
    scheme: str = ""
    tasks: tuple[str, ...] = ()
    on_instances: bool = False
    fewest: int = FEWEST_ZONES


@record
class BalancerNetwork:
    """Where a balancer is made; `instances` is the security group of the container instances, empty
    where the cluster's stack has none."""

    vpc: str
    subnets: tuple[str, ...]
    instances: str = ""


def read_balancer_network(aws: Aws, query: BalancerQuery) -> BalancerNetwork:
    """The network. Raises InputError where there are not enough subnets."""
    outputs, given = aws.together(
        partial(outputs_of, aws, query.stack), partial(subnet_rows, aws, _known_ids(query))
    )
    vpc = query.vpc or _vpc_of(given) or str(outputs.get("VpcId") or "")
    if not vpc:
        message = "of which VPC the load balancer is, is not known"
        raise InputError(message, hint=f"name two subnets by {SUBNETS}")
    rows = list(aws.pages("ec2", "describe_subnets", "Subnets", Filters=[_in_vpc(vpc)]))
    zones = {str(row["SubnetId"]): str(row["AvailabilityZone"]) for row in rows}
    tables = route_tables(aws, list(zones), vpc) if zones else {}
    public = frozenset(one for one in tables if reaches_internet(tables[one]))
    if query.subnets:
        subnets = _named(query, rows, vpc)
        _refuse(_wrong_choice(query, subnets, zones, tables))
    else:
        subnets = _by_word(query, zones, public, listed(outputs.get("SubnetIds")))
    _refuse(_wrong_zones(query, subnets, zones, vpc, _ways_out(query, tables)))
    instances = listed(outputs.get("SecurityGroupIds")) if query.on_instances else ()
    return BalancerNetwork(vpc, tuple(subnets), instances[0] if instances else "")


def _known_ids(query: BalancerQuery) -> list[str]:
    """Subnets by which the VPC is found, where it is not known."""
    if query.vpc:
        return []
    return [*query.tasks, *(one.id for one in query.subnets if one.id)]


def _vpc_of(rows: Iterable[Document]) -> str:
    return next((str(row["VpcId"]) for row in rows), "")


def _in_vpc(vpc: str) -> Document:
    return {"Name": "vpc-id", "Values": [vpc]}


# ------------------------------------------------------------- which subnets


def _named(query: BalancerQuery, rows: Sequence[Document], vpc: str) -> list[str]:
    found = [lookup.subnets(rows, one, vpc) for one in query.subnets]
    _refuse(one for one in found if isinstance(one, Finding))
    return [str(one) for one in found]


def _by_word(
    query: BalancerQuery, zones: Mapping[str, str], public: frozenset[str], first: Sequence[str]
) -> list[str]:
    """One subnet of each zone; those of the tasks and those in `first` before others."""
    meant = [id_ for id_ in sorted(zones) if (id_ in public) == (query.word == PUBLIC)]
    known = (*query.tasks, *first)
    chosen: dict[str, str] = {}
    for id_ in sorted(meant, key=lambda id_: id_ not in known):
        chosen.setdefault(zones[id_], id_)
    return sorted(chosen.values())


def _wrong_choice(
    query: BalancerQuery,
    subnets: Sequence[str],
    zones: Mapping[str, str],
    tables: Mapping[str, Document],
) -> Iterator[Finding]:
    """What is wrong with subnets that files name; `tables`: the route table of each."""
    known: dict[str, str] = {}
    for id_, one in zip(subnets, query.subnets, strict=True):
        where = str(one.where) if one.where else None
        other = known.setdefault(zones[id_], id_)
        if other != id_:
            message = f"{id_} and {other} are both in {zones[id_]}: a zone has one subnet"
            yield Finding(f"{SUBNETS}: {message}", where, "leave one of them out")
        table = tables.get(id_, {})
        if query.scheme != INTERNAL and not reaches_internet(table):
            message = (
                f"{id_} has no route to an internet gateway, which clients come through (route"
                f" table {table.get('RouteTableId', 'unknown')})"
            )
            hint = "choose public subnets, or scheme: internal"
            yield Finding(f"{SUBNETS}: {message}", where, hint)


def _ways_out(query: BalancerQuery, tables: Mapping[str, Document]) -> str:
    """In words, the route tables that make subnets private; empty where that does not matter."""
    if query.subnets or query.word != PUBLIC:
        return ""
    closed = sorted(
        {str(one.get("RouteTableId")) for one in tables.values() if not reaches_internet(one)}
    )
    named = ", ".join(closed)
    return f"; without a route to an internet gateway: route table {named}" if named else ""


def _wrong_zones(
    query: BalancerQuery, subnets: Sequence[str], zones: Mapping[str, str], vpc: str, routes: str
) -> Iterator[Finding]:
    """Too few zones, or others than those of the tasks; `routes`: why subnets are not public."""
    own = sorted({zones[id_] for id_ in subnets})
    if len(own) < query.fewest:
        kind = "" if query.subnets else f"{query.word} "
        found = f"there is {kind}one in {own[0]} alone" if own else f"there is no {kind}one"
        needed = "two zones" if query.fewest > 1 else "a zone"
        message = f"a load balancer needs {kind}subnets in {needed} of {vpc}, and {found}{routes}"
        yield Finding(message, None, f"name others by {SUBNETS}, or add a subnet")
        return
    for id_ in query.tasks:
        if zones.get(id_, own[0]) not in own:
            message = (
                f"tasks run in {zones[id_]} ({id_}), where the load balancer has no subnet: it"
                " would not use them"
            )
            yield Finding(message, None, f"add a subnet of that zone by {SUBNETS}")


def _refuse(problems: Iterable[Finding]) -> None:
    found = list(problems)
    if found:
        raise InputError.of(found)

"""READS: what files name of a VPC, and the stack of the cluster -> the network of a project in
layout services, in at most three rounds whatever the number of its services."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING

from ecscli.base.documents import Document
from ecscli.base.errors import Finding, InputError
from ecscli.base.keys.lookups import VpcResource
from ecscli.base.records import field, record
from ecscli.up.own_address import own_range
from ecscli.up.service.network import listed, public_subnets
from ecscli.up.stack.live import outputs_of
from ecscli.up.stack.preflight import lookup

if TYPE_CHECKING:
    from ecscli.aws.client import Aws

PUBLIC, PRIVATE = "public", "private"


@record
class NetworkQuery:
    """What is looked for: the `vpc`; the `subnets`, or those that the `word` PUBLIC or PRIVATE
    means; security `groups`; and of subnets that are `given` by their ids whether they are public.
    `stack` is that of the cluster, which has what is not named. `needs_own_range`: files let in
    this machine's own address."""

    stack: str
    vpc: VpcResource | None = None
    subnets: tuple[VpcResource, ...] = ()
    word: str = ""
    groups: tuple[VpcResource, ...] = ()
    given: tuple[str, ...] = ()
    needs_subnets: bool = True
    needs_own_range: bool = False


@record
class ProjectNetwork:
    """Where the tasks of a project run unless their files name subnets; which of all these subnets
    are `public`; and the ids of security groups by how the files name them. No `vpc` where no
    subnet is known. `of_stack`: nothing but the stack names the subnets. `own_range`: that of this
    machine, empty where nothing needs it."""

    vpc: str = ""
    subnets: tuple[str, ...] = ()
    public: frozenset[str] = frozenset()
    groups: Mapping[str, str] = field(default_factory=dict)
    of_stack: bool = False
    own_range: str = ""


def read_project_network(aws: Aws, query: NetworkQuery) -> ProjectNetwork:
    """The network. Raises InputError with everything that does not exist."""
    outputs, vpc, own = aws.together(
        partial(_outputs, aws, query),
        partial(_vpc, aws, query),
        lambda: own_range(aws) if query.needs_own_range else "",
    )
    vpc = vpc or str(outputs.get("VpcId") or "")
    of_stack = listed(outputs.get("PrivateSubnetIds")) or listed(outputs.get("SubnetIds"))
    rows, groups = aws.together(
        partial(_subnet_rows, aws, query, vpc, of_stack), partial(_group_rows, aws, query)
    )
    if query.word:
        public = _public(aws, rows, vpc)
        subnets = _by_word(query, rows, public, vpc)
    else:
        subnets = _named(query, rows, vpc or aws.region) if query.subnets else [*of_stack]
        used = [row for row in rows if row["SubnetId"] in (*subnets, *query.given)]
        vpc = vpc or _one_vpc(used)
        public = _public(aws, used, vpc)
    inside = [row for row in groups if row.get("VpcId") == vpc]
    found = {str(one): lookup.groups(inside, one, vpc) for one in query.groups}
    _refuse([one for one in (*subnets, *found.values()) if isinstance(one, Finding)])
    return ProjectNetwork(
        vpc,
        tuple(str(one) for one in subnets),
        public,
        {name: str(id_) for name, id_ in found.items()},
        not query.subnets and not query.word,
        own,
    )


def _outputs(aws: Aws, query: NetworkQuery) -> Mapping[str, str]:
    """The outputs of the cluster's stack, where it may have what is not named."""
    is_all_named = query.subnets or not query.needs_subnets
    if is_all_named or (query.word and query.vpc) or not query.stack:
        return {}
    return outputs_of(aws, query.stack)


def _vpc(aws: Aws, query: NetworkQuery) -> str:
    if query.vpc is None:
        return ""
    if query.vpc.id:
        return query.vpc.id
    found = lookup.vpcs(list(aws.pages("ec2", "describe_vpcs", "Vpcs")), query.vpc)
    if isinstance(found, Finding):
        raise InputError.of([found])
    return found


def _subnet_rows(
    aws: Aws, query: NetworkQuery, vpc: str, of_stack: Sequence[str]
) -> list[Document]:
    """The subnets among which to choose: those with known ids alone, else all of the VPC."""
    ids = [one.id for one in query.subnets]
    known = [*query.given, *(id_ for id_ in ids if id_)]
    if query.word or not all(ids):
        filters = [{"Name": "vpc-id", "Values": [vpc]}] if vpc else []
    else:
        if not query.subnets and query.needs_subnets:
            known += of_stack
        if not known:
            return []
        filters = [{"Name": "subnet-id", "Values": sorted(set(known))}]
    return list(aws.pages("ec2", "describe_subnets", "Subnets", Filters=filters))


def _group_rows(aws: Aws, query: NetworkQuery) -> list[Document]:
    if not query.groups:
        return []
    return list(aws.pages("ec2", "describe_security_groups", "SecurityGroups"))


def _one_vpc(rows: Iterable[Document]) -> str:
    """The VPC of these subnets; empty where there are none."""
    places = {str(row["VpcId"]): str(row["SubnetId"]) for row in rows}
    if len(places) > 1:
        found = ", ".join(f"{subnet} is in {place}" for place, subnet in places.items())
        message = f"the subnets of a project must be of one VPC: {found}"
        raise InputError(message, hint="a project in two VPCs is two projects")
    return next(iter(places), "")


def _public(aws: Aws, rows: Sequence[Document], vpc: str) -> frozenset[str]:
    ids = [str(row["SubnetId"]) for row in rows]
    return public_subnets(aws, ids, vpc) if ids else frozenset()


def _named(query: NetworkQuery, rows: Sequence[Document], place: str) -> list[str | Finding]:
    return [lookup.subnets(rows, one, place) for one in query.subnets]


def _by_word(
    query: NetworkQuery, rows: Sequence[Document], public: frozenset[str], vpc: str
) -> list[str | Finding]:
    if not vpc:
        message = f"network.subnets: {query.word}: of which VPC is not known"
        return [Finding(message, None, "name it by network.vpc")]
    ids = [str(row["SubnetId"]) for row in rows]
    found = [id_ for id_ in ids if (id_ in public) == (query.word == PUBLIC)]
    if found:
        return [*sorted(found)]
    return [Finding(f"network.subnets: {query.word}: {vpc} has no such subnet")]


def _refuse(problems: Sequence[Finding]) -> None:
    if problems:
        raise InputError.of(problems)

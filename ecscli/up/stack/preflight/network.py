"""READS only: whether what the network of a cluster names exists, and the account has room for a
new one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import partial

from ecscli.aws.client import Aws
from ecscli.aws.errors import is_session_over
from ecscli.base.addresses import MY_IP
from ecscli.base.errors import EcsCliError, Finding
from ecscli.base.keys.lookups import VpcResource
from ecscli.cluster.model import ClusterNetwork, ClusterSpec
from ecscli.up.own_address import own_range
from ecscli.up.stack.live import rows_inside
from ecscli.up.stack.preflight import lookup
from ecscli.up.stack.preflight.answers import Answers

VPC_QUOTA = ("vpc", "L-F678F1CE")


def check_network(aws: Aws, spec: ClusterSpec, answer: Answers) -> None:
    """The VPC, its subnets and groups, as ids; each must be in the VPC."""
    network = spec.network
    if network.vpc is None:
        return
    try:
        _find_network(aws, network, network.vpc, answer)
    except EcsCliError as error:
        if is_session_over(error):
            raise
        _take_ids(network, network.vpc, answer, error)


def _find_network(aws: Aws, network: ClusterNetwork, vpc: VpcResource, answer: Answers) -> None:
    answer.vpc = _one(lookup.vpcs(list(aws.pages("ec2", "describe_vpcs", "Vpcs")), vpc), answer)
    if answer.vpc is None:
        return
    subnets, groups = aws.together(
        partial(rows_inside, aws, answer.vpc, "describe_subnets", "Subnets"),
        partial(rows_inside, aws, answer.vpc, "describe_security_groups", "SecurityGroups"),
    )
    answer.subnets = _all(
        (lookup.subnets(subnets, one, answer.vpc) for one in network.subnets), answer
    )
    answer.groups = _all((lookup.groups(groups, one, answer.vpc) for one in network.groups), answer)


def _take_ids(
    network: ClusterNetwork, vpc: VpcResource, answer: Answers, error: EcsCliError
) -> None:
    """The ids as they are written, where nothing may be looked up. Raises the error where
    something is named in another way than by its id."""
    if not all(one.id for one in (vpc, *network.subnets, *network.groups)):
        raise error
    answer.vpc = vpc.id
    answer.subnets = tuple(one.id for one in network.subnets if one.id)
    answer.groups = tuple(one.id for one in network.groups if one.id)
    first, *_ = error.lines()
    answer.notices.append(Finding(f"the VPC and what is in it could not be checked: {first}"))


def _one(result: str | Finding, answer: Answers) -> str | None:
    if isinstance(result, str):
        return result
    answer.findings.append(result)
    return None


def _all(results: Iterable[str | Finding], answer: Answers) -> tuple[str, ...]:
    return tuple(found for found in (_one(result, answer) for result in results) if found)


def check_zones(aws: Aws, spec: ClusterSpec, answer: Answers) -> None:
    """The zones exist, and are enough for the subnets."""
    network = spec.network
    if network.vpc is not None:
        return
    known = aws.call("ec2", "describe_availability_zones")["AvailabilityZones"]
    usable = [row["ZoneName"] for row in known if row.get("State") == "available"]
    if network.zones:
        _check_named_zones(aws, spec, usable, answer)
    elif len(network.public) > len(usable):
        answer.error(
            f"{len(network.public)} subnets are wanted, and {aws.region} has {len(usable)} zones",
            spec.place("network", "subnets"),
            "fewer subnets, or name the zones to use several times",
        )


def _check_named_zones(aws: Aws, spec: ClusterSpec, usable: Sequence[str], answer: Answers) -> None:
    where = spec.place("network", "zones")
    for zone in spec.network.zones:
        if zone not in usable:
            message = f"there is no zone {zone} in {aws.region}"
            answer.error(message, where, f"zones: {', '.join(usable)}")


def check_room(aws: Aws, spec: ClusterSpec, answer: Answers) -> None:
    """The account has room for one more VPC. Credentials that may not ask for quotas find out
    later."""
    if spec.network.vpc is not None:
        return
    most, count = aws.together(lambda: _known_quota(aws), lambda: _count_or_error(aws))
    if most is None:
        return
    if isinstance(count, EcsCliError):
        raise count
    if count >= most:
        hint = (
            "use an existing VPC (network.vpc, --vpc and --subnets), or ask for a larger quota in"
            " Service Quotas"
        )
        answer.full = Finding(
            f"the account has {count} VPCs in {aws.region} and may have {most}", None, hint
        )


def _known_quota(aws: Aws) -> int | None:
    try:
        return most_vpcs(aws)
    except EcsCliError as error:
        if is_session_over(error):
            raise
        return None


def _count_or_error(aws: Aws) -> int | EcsCliError:
    """How many VPCs there are, or why that is not known: of no consequence without the quota."""
    try:
        return count_vpcs(aws)
    except EcsCliError as error:
        return error


def most_vpcs(aws: Aws) -> int:
    """How many VPCs the account may have in the region."""
    answer = aws.call(
        "service-quotas", "get_service_quota", ServiceCode=VPC_QUOTA[0], QuotaCode=VPC_QUOTA[1]
    )
    return int(answer["Quota"]["Value"])


def count_vpcs(aws: Aws) -> int:
    """How many VPCs the account has in the region."""
    return sum(1 for _ in aws.pages("ec2", "describe_vpcs", "Vpcs"))


def check_my_ip(aws: Aws, spec: ClusterSpec, answer: Answers) -> None:
    if any(rule.source == MY_IP for rule in spec.network.ingress):
        answer.my_ip = own_range(aws)

"""READS: the load balancers of a service -> the addresses at which their listeners send requests to
it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from ecscli.aws.client import batches
from ecscli.aws.tags import balancer_tags
from ecscli.base.balanced import TRANSPORTS, listener_scheme
from ecscli.base.errors import AccessError
from ecscli.base.records import record, replace
from ecscli.up.tasks.addresses import DEFAULT_PORTS, Address

if TYPE_CHECKING:
    from types_boto3_ecs.type_defs import LoadBalancerTypeDef, ServiceTypeDef
    from types_boto3_elbv2.type_defs import ActionOutputTypeDef, ListenerTypeDef, RuleTypeDef
    from types_boto3_elbv2.type_defs import LoadBalancerTypeDef as Balancer

    from ecscli.aws.client import Aws


# The tag with the URL at which a balancer answers, or a listener of it
URL = "ecscli:url"
WITH_RULES = ("HTTP", "HTTPS")
WILDCARDS = "*?"
DESCRIBED = 20  # target groups or balancers that one call describes


@record
class Place:
    """A listener in front of a target group, and the address of the balancer there."""

    group: str
    listener: ListenerTypeDef
    address: Address


def listener_addresses(aws: Aws, service: ServiceTypeDef) -> list[Address]:
    """The addresses of each load balancer in front of the service. Raises AwsError and
    AccessError."""
    rows = [row for row in service.get("loadBalancers", ()) if row.get("targetGroupArn")]
    return [address for addresses in addresses_behind(aws, rows) for address in addresses]


def addresses_behind(aws: Aws, rows: Sequence[LoadBalancerTypeDef]) -> list[list[Address]]:
    """The addresses at which requests come to each of these target groups: what they share is read
    once. Raises AwsError and AccessError."""
    balancers_of = _balancers_of(aws, [row["targetGroupArn"] for row in rows])
    arns = list(dict.fromkeys(arn for found in balancers_of.values() for arn in found))
    balancers: dict[str, Balancer] = {
        one["LoadBalancerArn"]: one
        for lot in batches(arns, DESCRIBED)
        for one in aws.pages(
            "elbv2", "describe_load_balancers", "LoadBalancers", LoadBalancerArns=lot
        )
    }
    found = aws.together(*(partial(_listeners, aws, arn) for arn in balancers))
    listeners = dict(zip(balancers, found, strict=True))
    places = [
        [
            place
            for arn in balancers_of.get(row["targetGroupArn"], ())
            if arn in balancers
            for place in _places(balancers[arn], listeners[arn], row)
        ]
        for row in rows
    ]
    urls = tagged_urls(aws, (arn for own in places for place in own for arn in _arns(place)))
    placed = [[_at(place, urls) for place in own] for own in places]
    ruled = {place.listener["ListenerArn"]: None for own in placed for place in own if _asks(place)}
    rules = dict(
        zip(ruled, aws.together(*(partial(_rules, aws, arn) for arn in ruled)), strict=True)
    )
    return [[one for place in own for one in _of_place(place, rules)] for own in placed]


def _balancers_of(aws: Aws, groups: Iterable[str]) -> dict[str, list[str]]:
    """The balancers that each target group is at."""
    return {
        group["TargetGroupArn"]: list(group.get("LoadBalancerArns", ()))
        for lot in batches(dict.fromkeys(groups), DESCRIBED)
        for group in aws.call("elbv2", "describe_target_groups", TargetGroupArns=lot)[
            "TargetGroups"
        ]
    }


def _listeners(aws: Aws, balancer: str) -> list[ListenerTypeDef]:
    query = {"LoadBalancerArn": balancer}
    return list(aws.pages("elbv2", "describe_listeners", "Listeners", **query))


def _rules(aws: Aws, listener: str) -> list[RuleTypeDef]:
    query = {"ListenerArn": listener}
    return list(aws.pages("elbv2", "describe_rules", "Rules", **query))


def _places(
    balancer: Balancer, listeners: Iterable[ListenerTypeDef], row: LoadBalancerTypeDef
) -> Iterator[Place]:
    for listener in listeners:
        for protocol in TRANSPORTS.get(listener.get("Protocol", ""), ("tcp",)):
            address = Address(
                container=row.get("containerName", ""),
                host=balancer.get("DNSName", ""),
                port=listener.get("Port", 0),
                container_port=row.get("containerPort", 0),
                protocol=protocol,
                scheme=_scheme(listener) if protocol == "tcp" else protocol,
                is_balanced=True,
            )
            yield Place(row["targetGroupArn"], listener, address)


def _scheme(listener: ListenerTypeDef) -> str:
    """What clients speak; empty where that is not known, and the port makes it likely."""
    return listener_scheme(listener.get("Protocol", ""), listener.get("Port", 0))


def _arns(place: Place) -> tuple[str, str]:
    """The listener, and its balancer: the first that has a URL says where the place is."""
    return place.listener["ListenerArn"], place.listener.get("LoadBalancerArn", "")


def tagged_urls(aws: Aws, arns: Iterable[str]) -> dict[str, str]:
    """The URLs that tags of listeners and balancers have; none where tags may not be read."""
    with suppress(AccessError):
        wanted = dict.fromkeys(filter(None, arns))
        return {arn: tags[URL] for arn, tags in balancer_tags(aws, wanted) if URL in tags}
    return {}


def _at(place: Place, urls: Mapping[str, str]) -> Place:
    """The place where a tag says that it is."""
    url = next((urls[arn] for arn in _arns(place) if arn in urls), "")
    with suppress(ValueError):
        parts = urlsplit(url)
        if parts.hostname:
            known, usual = place.address, DEFAULT_PORTS.get(parts.scheme)
            scheme = parts.scheme if usual else known.scheme
            port = parts.port or usual or known.port
            return replace(
                place, address=replace(known, host=parts.hostname, port=port, scheme=scheme)
            )
    return place


def _asks(place: Place) -> bool:
    """Whether the rules of the listener say what comes to the group, and not its default."""
    is_default = place.group in _targets(place.listener.get("DefaultActions", ()))
    return not is_default and place.listener.get("Protocol") in WITH_RULES


def _of_place(place: Place, rules: Mapping[str, Sequence[RuleTypeDef]]) -> list[Address]:
    """The balancer itself, where requests that no rule takes are sent on; else what its rules
    have."""
    if place.group in _targets(place.listener.get("DefaultActions", ())):
        return [place.address]
    found = rules.get(place.listener["ListenerArn"], ())
    own = [rule for rule in found if place.group in _targets(rule.get("Actions", ()))]
    return list(dict.fromkeys(address for rule in own for address in _of_rule(place, rule)))


def _targets(actions: Iterable[ActionOutputTypeDef]) -> set[str]:
    """The target groups that actions forward to."""
    found: set[str] = set()
    for action in actions:
        found.add(action.get("TargetGroupArn", ""))
        several = action.get("ForwardConfig", {}).get("TargetGroups", ())
        found |= {one.get("TargetGroupArn", "") for one in several}
    return found


def _of_rule(place: Place, rule: RuleTypeDef) -> Iterator[Address]:
    """An address for each host name of a rule, at the first of its paths; a name with a wildcard is
    none."""
    hosts, paths = _values(rule, "host-header"), _values(rule, "path-pattern")
    path = next((path for path in paths if not set(WILDCARDS) & set(path)), "")
    for host in hosts or [place.address.host]:
        if not set(WILDCARDS) & set(host):
            yield replace(place.address, host=host, path=path)


def _values(rule: RuleTypeDef, name: str) -> list[str]:
    found: list[str] = []
    for condition in rule.get("Conditions", ()):
        if condition.get("Field") == name:
            config = {
                "host-header": condition.get("HostHeaderConfig"),
                "path-pattern": condition.get("PathPatternConfig"),
            }[name]
            found += (config or {}).get("Values") or condition.get("Values", ())
    return found

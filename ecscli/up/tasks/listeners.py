"""READS: the load balancers of a service -> the addresses at which their listeners send requests to
it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

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
    found = aws.together(*(partial(_of_target_group, aws, row) for row in rows))
    return [address for addresses in found for address in addresses]


def _of_target_group(aws: Aws, row: LoadBalancerTypeDef) -> list[Address]:
    query = {"TargetGroupArns": [row["targetGroupArn"]]}
    groups = aws.call("elbv2", "describe_target_groups", **query).get("TargetGroups", ())
    arns = [arn for group in groups for arn in group.get("LoadBalancerArns", ())]
    if not arns:
        return []
    balancers = aws.pages(
        "elbv2", "describe_load_balancers", "LoadBalancers", LoadBalancerArns=arns
    )
    places = [place for balancer in balancers for place in _places(aws, balancer, row)]
    urls = tagged_urls(aws, (arn for place in places for arn in _arns(place)))
    places = [_at(place, urls) for place in places]
    found = aws.together(*(partial(_of_place, aws, place) for place in places))
    return [address for addresses in found for address in addresses]


def _places(aws: Aws, balancer: Balancer, row: LoadBalancerTypeDef) -> Iterator[Place]:
    query = {"LoadBalancerArn": balancer["LoadBalancerArn"]}
    listeners: Iterator[ListenerTypeDef] = aws.pages(
        "elbv2", "describe_listeners", "Listeners", **query
    )
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


def _of_place(aws: Aws, place: Place) -> list[Address]:
    """The balancer itself, where requests that no rule takes are sent on; else what its rules
    have."""
    listener = place.listener
    if place.group in _targets(listener.get("DefaultActions", ())):
        return [place.address]
    if listener.get("Protocol") not in WITH_RULES:
        return []
    query = {"ListenerArn": listener["ListenerArn"]}
    rules: Iterator[RuleTypeDef] = aws.pages("elbv2", "describe_rules", "Rules", **query)
    own = [rule for rule in rules if place.group in _targets(rule.get("Actions", ()))]
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

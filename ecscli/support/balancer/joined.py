"""PURE: the ports behind a balancer that exists -> what the support stack has for them: target
groups, rules and openings, and nothing of the balancer itself.

Sources: AWS::ElasticLoadBalancingV2::ListenerRule and ListenerCertificate in the CloudFormation
reference.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from ecscli.base.balanced import PORTS, BalancedPort
from ecscli.base.documents import Document
from ecscli.base.records import record
from ecscli.base.rules import ANY_PATH, Rule, rules_of
from ecscli.support.balancer.kinds import ELB, RULE
from ecscli.support.balancer.model import IP, WantedBalancer
from ecscli.support.balancer.priorities import numbers
from ecscli.support.balancer.rules import rule_ids, rule_properties
from ecscli.support.network import INGRESS
from ecscli.support.parts import Part, logical_ids

if TYPE_CHECKING:
    from ecscli.support.balancer.existing import ExistingBalancer, ExistingListener

CERTIFICATES = f"{ELB}ListenerCertificate"


@record
class JoinedRule:
    """A rule of the project at a listener of somebody else, with its logical id and its number."""

    id: str
    listener: ExistingListener
    port: BalancedPort
    rule: Rule
    priority: int


def joined_part(
    wanted: WantedBalancer, existing: ExistingBalancer, groups: Mapping[str, str]
) -> Part:
    """Rules at the listeners, and what lets the balancer reach tasks; `groups`: the logical id of
    each service's target group."""
    resources: dict[str, Document] = {}
    for number, listener in enumerate(existing.listeners):
        if listener.certificates:
            id_ = f"Certificates{existing.suffix}{number or ''}"
            resources[id_] = _certificates(listener)
    for one in joined_rules(wanted, existing):
        action = {"Type": "forward", "TargetGroupArn": {"Ref": groups[one.port.service]}}
        properties = {
            "ListenerArn": one.listener.arn,
            "Priority": one.priority,
            "Actions": [action],
            **rule_properties(one.port, one.rule),
        }
        resources[one.id] = {"Type": RULE, "Properties": properties}
    return Part(resources | dict(_openings(wanted, existing)))


def _certificates(listener: ExistingListener) -> Document:
    arns = [{"CertificateArn": arn} for arn in listener.certificates]
    properties = {"ListenerArn": listener.arn, "Certificates": arns}
    return {"Type": CERTIFICATES, "Properties": properties}


def _openings(wanted: WantedBalancer, existing: ExistingBalancer) -> Iterator[tuple[str, Document]]:
    """A rule for each port of a task that has a network of its own. Instances are opened by the
    stack of the cluster, as EC2 takes such a rule once."""
    groups = [group for group in wanted.groups if group.target_type == IP]
    prefixes = logical_ids("", (group.name for group in groups))
    for group in groups:
        ports = [port for port in group.ports if not port.is_network]
        for number in sorted({one for port in ports for one in port.reached_ports}):
            properties = {
                "GroupId": {"Fn::GetAtt": [group.opening, "GroupId"]},
                "IpProtocol": "tcp",
                "FromPort": number,
                "ToPort": number,
                "SourceSecurityGroupId": existing.group,
            }
            id_ = f"{prefixes[group.name]}FromShared{number}{existing.suffix}"
            yield id_, {"Type": INGRESS, "Properties": properties}


# ------------------------------------------------------------- rules and their numbers


def joined_rules(wanted: WantedBalancer, existing: ExistingBalancer) -> list[JoinedRule]:
    """The rules at all listeners. A number that the stack has already stays; one that somebody else
    has is stepped over."""
    found: list[JoinedRule] = []
    for number, listener in enumerate(existing.listeners):
        found += _numbered(wanted, existing, listener, str(number or ""))
    return found


def _numbered(
    wanted: WantedBalancer, existing: ExistingBalancer, listener: ExistingListener, ending: str
) -> list[JoinedRule]:
    own = own_priorities(wanted.live, listener)
    rows = list(_rules(wanted, f"{existing.suffix}{ending}"))
    taken = {one.priority for one in listener.rules} | set(own.values())
    named = (
        (id_, f"{wanted.owner}/{port.service}", rule, number) for id_, port, rule, number in rows
    )
    found = numbers(named, own, taken)
    return [JoinedRule(id_, listener, port, rule, found[id_]) for id_, port, rule, _ in rows]


def _rules(
    wanted: WantedBalancer, suffix: str
) -> Iterator[tuple[str, BalancedPort, Rule, int | None]]:
    """(logical id, port, rule, number that the files give it). A port without host and path has a
    rule for everything: the default action is somebody else's."""
    rows = [(port, [*rules_of(port)] or [Rule(path=ANY_PATH)]) for port in wanted.ports]
    ids = rule_ids({port.service: len(rules) for port, rules in rows})
    for port, rules in rows:
        for at, rule in enumerate(rules):
            given = None if port.priority is None else port.priority + at
            yield f"{ids[port.service, at]}{suffix}", port, rule, given


def own_priorities(live: Mapping[str, object], listener: ExistingListener) -> dict[str, int]:
    """The numbers of the rules that the project's stack has at this listener, by logical id."""
    found: dict[str, int] = {}
    for id_, resource in live.items():
        if isinstance(resource, Mapping) and resource.get("Type") == RULE:
            properties = resource["Properties"]
            if properties.get("ListenerArn") == listener.arn:
                found[id_] = int(properties["Priority"])
    return found


def own_certificates(live: Mapping[str, Document]) -> list[str]:
    """The ARNs of the certificates that the project's stack adds to listeners of others."""
    rows = [one["Properties"] for one in live.values() if one.get("Type") == CERTIFICATES]
    arns = [each["CertificateArn"] for row in rows for each in row["Certificates"]]
    return [arn for arn in arns if isinstance(arn, str)]


def joined_urls(
    wanted: WantedBalancer, existing: ExistingBalancer
) -> Iterator[tuple[str, BalancedPort, int]]:
    """Each address that requests are sent to, what takes them, and the number of its rule."""
    first = existing.listeners[0]
    ending = "" if PORTS.get(first.protocol) == first.port else f":{first.port}"
    for one in joined_rules(wanted, existing):
        if one.listener is first:
            for host in one.rule.hosts or (existing.dns,):
                yield (
                    f"{first.protocol.lower()}://{host}{ending}{one.rule.path}",
                    one.port,
                    (one.priority),
                )

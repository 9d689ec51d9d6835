"""PURE: the ports behind a balancer -> its listeners with their rules.

Sources: AWS::ElasticLoadBalancingV2::Listener, ListenerRule and ListenerCertificate in the
CloudFormation reference.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from ecscli.base.balanced import HTTPS, PORTS, TO_HTTPS, BalancedPort
from ecscli.base.documents import Document, Draft
from ecscli.base.records import record
from ecscli.base.rules import Rule, rules_of
from ecscli.support.balancer.kinds import LISTENER, RULE, further_certificates
from ecscli.support.balancer.model import WantedBalancer, WantedListener, listeners_of
from ecscli.support.balancer.priorities import numbers
from ecscli.support.balancer.rules import rule_ids, rule_properties
from ecscli.support.parts import Part

BALANCER = "LoadBalancer"
NOT_FOUND: Draft = {
    "Type": "fixed-response",
    "FixedResponseConfig": {
        "StatusCode": "404",
        "ContentType": "text/plain",
        "MessageBody": "no such service",
    },
}


@record
class NumberedRule:
    """A rule of a listener with its logical id and its priority."""

    id: str
    listener: WantedListener
    port: BalancedPort
    rule: Rule
    priority: int


def listener_part(wanted: WantedBalancer, groups: Mapping[str, str]) -> Part:
    """The listeners and their rules; `groups`: the logical id of each service's target group."""
    resources: dict[str, Document] = {}
    for listener in listeners_of(wanted.ports, wanted.traits):
        resources[listener_id(listener.port)] = _listener(wanted, listener, groups)
        if listener.protocol == HTTPS and wanted.certificates[1:]:
            id_ = listener_id(listener.port)
            more = further_certificates(id_, wanted.certificates)
            resources[f"Certificates{listener.port}"] = more
    for one in numbered_rules(wanted):
        resources[one.id] = _rule(one, groups)
    return Part(resources)


def listener_id(port: int) -> str:
    """The logical id of the listener at a port."""
    return f"Listener{port}"


def _listener(
    wanted: WantedBalancer, listener: WantedListener, groups: Mapping[str, str]
) -> Document:
    properties: Draft = {
        "LoadBalancerArn": {"Ref": BALANCER},
        "Port": listener.port,
        "Protocol": listener.protocol,
        "DefaultActions": [_default(listener, groups)],
    }
    if listener.protocol == HTTPS:
        properties["Certificates"] = [{"CertificateArn": wanted.certificates[0]}]
        properties["SslPolicy"] = wanted.traits.policy
    return {"Type": LISTENER, "Properties": properties}


def _default(listener: WantedListener, groups: Mapping[str, str]) -> Draft:
    """What becomes of a request that no rule takes."""
    if not listener.served:
        return TO_HTTPS
    for port in listener.served:
        if port.is_default:
            return _forward(groups[port.service])
    return NOT_FOUND


def _forward(group: str) -> Draft:
    return {"Type": "forward", "TargetGroupArn": {"Ref": group}}


def _rule(one: NumberedRule, groups: Mapping[str, str]) -> Document:
    properties: Draft = {
        "ListenerArn": {"Ref": listener_id(one.listener.port)},
        "Priority": one.priority,
        "Actions": [_forward(groups[one.port.service])],
        **rule_properties(one.port, one.rule),
    }
    return {"Type": RULE, "Properties": properties}


# ------------------------------------------------------------- priorities


def numbered_rules(wanted: WantedBalancer) -> list[NumberedRule]:
    """The rules of all listeners. Those with a number of their own and those of the stack keep it;
    rules that the stack is about to lose keep theirs too, as they go last."""
    found: list[NumberedRule] = []
    for listener in listeners_of(wanted.ports, wanted.traits):
        found += _numbered(wanted, listener)
    return found


def _numbered(wanted: WantedBalancer, listener: WantedListener) -> list[NumberedRule]:
    rows = list(_rules(wanted, listener))
    live = _live_priorities(wanted.live, listener)
    fixed = {id_ for id_, _, _, number in rows if number is not None}
    taken = {number for id_, number in live.items() if id_ not in fixed}
    named = (
        (id_, f"{wanted.owner}/{port.service}", rule, number) for id_, port, rule, number in rows
    )
    found = numbers(named, live, taken)
    return [NumberedRule(id_, listener, port, rule, found[id_]) for id_, port, rule, _ in rows]


def _rules(
    wanted: WantedBalancer, listener: WantedListener
) -> Iterator[tuple[str, BalancedPort, Rule, int | None]]:
    """(logical id, port, rule, number that the files give it)"""
    ids = rule_ids({port.service: len([*rules_of(port)]) for port in wanted.ports})
    suffix = "Plain" if listener.is_plain else ""
    for port in listener.served:
        for at, rule in enumerate(rules_of(port)):
            given = None if port.priority is None else port.priority + at
            yield f"{ids[port.service, at]}{suffix}", port, rule, given


def _live_priorities(live: Mapping[str, object], listener: WantedListener) -> dict[str, int]:
    """The priorities of the rules that the stack has at this listener, by logical id."""
    own = {"Ref": listener_id(listener.port)}
    found: dict[str, int] = {}
    for id_, resource in live.items():
        if isinstance(resource, Mapping) and resource.get("Type") == RULE:
            properties = resource["Properties"]
            if properties.get("ListenerArn") == own:
                found[id_] = int(properties["Priority"])
    return found


def urls(wanted: WantedBalancer, host: str) -> Iterator[tuple[str, BalancedPort, int | None]]:
    """Each address that requests are sent to, what takes them, and the priority of its rule, None
    for the rest; `host` is the name of the balancer itself."""
    for listener in listeners_of(wanted.ports, wanted.traits):
        if listener.is_plain:
            continue
        for one in _numbered(wanted, listener):
            for name in one.rule.hosts or (host,):
                yield f"{_origin(listener, name)}{one.rule.path}", one.port, one.priority
        for port in _defaults(listener.served):
            yield f"{_origin(listener, host)}/", port, None


def _origin(listener: WantedListener, host: str) -> str:
    port = "" if PORTS[listener.protocol] == listener.port else f":{listener.port}"
    return f"{listener.protocol.lower()}://{host}{port}"


def _defaults(ports: Sequence[BalancedPort]) -> list[BalancedPort]:
    return [port for port in ports if port.is_default]

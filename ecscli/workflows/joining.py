"""The load balancer that files ask for, and one that exists -> the ports of the project at its
listeners, and what keeps them from being there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from ecscli.base.balanced import HTTPS, NONE, OWN, PORTS, REQUEST, BalancedPort
from ecscli.base.errors import Finding, InputError
from ecscli.base.records import replace
from ecscli.base.rules import ANY_PATH, Rule, rules_of
from ecscli.compose.balancing.conflicts import find_conflicts, without_tls
from ecscli.support.balancer.existing import ExistingBalancer, ExistingListener
from ecscli.support.balancer.joined import own_certificates, own_priorities
from ecscli.support.balancer.model import BalancedGroup
from ecscli.support.balancer.names import CERTIFICATE_REF
from ecscli.support.balancer.rules import conditions
from ecscli.up.balancer.existing import ExistingQuery, read_existing
from ecscli.up.balancer.network import BalancerQuery
from ecscli.up.support.live import LiveSupport
from ecscli.workflows.balancer import RequestedBalancer
from ecscli.workflows.project import refuse

if TYPE_CHECKING:
    from ecscli.aws.client import Aws

UNCOVERED = (
    "add one by load_balancer.certificate: ARN or request, or write none where the names are of"
    " something in front of the load balancer"
)
UNKNOWN = "<load balancer>"  # in a plan that is made without AWS


def join_existing(
    aws: Aws | None, requested: RequestedBalancer, query: BalancerQuery, live: LiveSupport
) -> RequestedBalancer:
    """What is asked of the balancer that exists; the same where the project has its own. `aws`
    None: nothing can be looked up. Raises InputError where it cannot be there."""
    share = requested.balancing.share
    is_for_network = all(port.is_network for port in requested.ports)
    if not requested.groups or share.use == OWN or is_for_network:
        return requested
    if aws is None:
        existing = _unknown(share.listener) if share.is_given else None
    else:
        existing = read_existing(aws, _query(requested, query, live))
    if existing is None:
        refuse(() if requested.balancing.has_tls else without_tls(requested.ports))
        return requested
    if requested.balancing.traits.certificate == REQUEST:
        existing = _with_requested(existing)
    joined = replace(requested, existing=existing, groups=_at(existing, requested.groups))
    problems = list(_problems(joined, existing, live))
    if problems:
        raise InputError.of(problems)
    return joined


def _unknown(port: int | None) -> ExistingBalancer:
    listener = ExistingListener("<listener>", port or PORTS[HTTPS], HTTPS)
    return ExistingBalancer(UNKNOWN, UNKNOWN, "<vpc>", "<group>", (listener,))


def _with_requested(existing: ExistingBalancer) -> ExistingBalancer:
    """The balancer whose listener gets the certificate that the project's stack requests."""
    first, *others = existing.listeners
    return replace(existing, listeners=(replace(first, certificates=(CERTIFICATE_REF,)), *others))


def _query(requested: RequestedBalancer, query: BalancerQuery, live: LiveSupport) -> ExistingQuery:
    share, traits = requested.balancing.share, requested.balancing.traits
    has = own_certificates(live.part(requested.names).resources)
    hosts = [host for port in requested.ports if not port.is_network for host in port.hosts]
    return ExistingQuery(
        share.use,
        query.stack,
        share.listener,
        share.scheme,
        share.certificate,
        tuple(arn for arn in has if arn != share.certificate),
        bool(hosts) and traits.certificate not in (NONE, REQUEST),
        query.vpc,
        query.tasks,
        share.places.get("use"),
    )


def _at(existing: ExistingBalancer, groups: Sequence[BalancedGroup]) -> tuple[BalancedGroup, ...]:
    """The groups with their ports at the listener."""
    number, suffix = existing.listeners[0].port, existing.suffix

    def at(port: BalancedPort) -> BalancedPort:
        return port if port.is_network else replace(port, listener=number, on=suffix)

    return tuple(replace(group, ports=tuple(map(at, group.ports))) for group in groups)


# ------------------------------------------------------------- what cannot be


def _problems(
    joined: RequestedBalancer, existing: ExistingBalancer, live: LiveSupport
) -> Iterator[Finding]:
    ports = [port for port in joined.ports if not port.is_network]
    if len(ports) == len(joined.ports):
        yield from joined.balancing.share.problems
    yield from find_conflicts(ports)
    yield from () if existing.has_tls else without_tls(ports)
    if existing.listeners[0].certificates and not existing.has_tls:
        message = "load_balancer.certificate: its listener speaks HTTP"
        at = joined.balancing.share.places.get("certificate")
        yield Finding(message, at, "choose one with HTTPS by load_balancer.listener")
    yield from _uncovered(ports, existing.listeners[0])
    resources = live.part(joined.names).resources
    for listener in existing.listeners:
        yield from _taken(ports, listener, resources)


def _uncovered(ports: Sequence[BalancedPort], listener: ExistingListener) -> Iterator[Finding]:
    """Hosts for which clients would get a certificate of other names."""
    for port in ports:
        hosts = listener.uncovered(port.hosts)
        if hosts and not listener.unread:
            message = f"no certificate at port {listener.port} covers {', '.join(hosts)}"
            yield _about(port, message, UNCOVERED)


def _taken(
    ports: Sequence[BalancedPort], listener: ExistingListener, resources: Mapping[str, object]
) -> Iterator[Finding]:
    """Numbers and requests that rules of others have."""
    own = set(own_priorities(resources, listener).values())
    others = [rule for rule in listener.rules if rule.priority not in own]
    numbers = {rule.priority for rule in others}
    requests = {_shape(rule.conditions): rule.priority for rule in others}
    for port in ports:
        rules = [*rules_of(port)] or [Rule(path=ANY_PATH)]
        for at, rule in enumerate(rules):
            number = None if port.priority is None else port.priority + at
            if number in numbers:
                message = f"another project has a rule {number} at port {listener.port}"
                yield _about(port, message, "choose another priority, or leave it out")
            taken = requests.get(_shape(conditions(rule)))
            if taken is not None:
                message = (
                    f"rule {taken} at port {listener.port}, of somebody else, takes the same"
                    " requests"
                )
                yield _about(port, message, "give it a host: or path: that differs")


def _shape(conditions: Sequence[Mapping[str, object]]) -> frozenset[tuple[str, frozenset[str]]]:
    """What a rule asks for, in whatever order and form."""
    found = set()
    for one in conditions:
        field = str(one.get("Field"))
        config = next((one[key] for key in one if key.endswith("Config")), None)
        values = config.get("Values") if isinstance(config, Mapping) else None
        texts = values or one.get("Values") or ()
        assert isinstance(texts, list | tuple)
        found.add((field, frozenset(map(str, texts))))
    return frozenset(found)


def _about(port: BalancedPort, message: str, hint: str) -> Finding:
    return Finding.about(f"services.{port.service}.load_balancer", message, port.mark, hint)

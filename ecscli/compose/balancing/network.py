"""A service that is behind a network load balancer at one of its ports -> what the balancer does
for it; what Elastic Load Balancing does not take becomes an error.

Sources: "Listeners", "Target groups" and "Health checks" in the guide of Network Load Balancers:
UDP targets are checked over TCP or HTTP; CreateListener in the API reference.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ecscli.base.balanced import AUTO, NONE, TCP, TCP_UDP, UDP, BalancedPort, TargetHealth
from ecscli.base.documents import Draft
from ecscli.base.errors import Finding
from ecscli.base.findings import Findings
from ecscli.base.records import replace
from ecscli.compose.balancing.health import checked, derived_grace, derived_health, page_protocol
from ecscli.compose.balancing.model import Around
from ecscli.compose.balancing.requested import RequestedPort, refuse, refuse_long_timeout
from ecscli.compose.balancing.settings import KEY

OF_APPLICATIONS = ("path", "strip", "stickiness", "algorithm", "priority")


def network_port(requested: RequestedPort, around: Around, findings: Findings) -> BalancedPort:
    """What the network load balancer does for the port."""
    _check(requested, around, findings)
    check = checked(requested.service.healthcheck, around.check)
    values, protocol = requested.values, _protocol(requested)
    return BalancedPort(
        service=requested.service.name,
        port=requested.port.target,
        listener=requested.port.published or requested.port.target,
        protocol=protocol,
        hosts=tuple(dict.fromkeys(host.lower() for host in values.get("host", ()))),
        health=_health(requested, around, findings),
        grace=values.get("grace", derived_grace(check)),
        drain=values.get("drain"),
        secure=is_secure(requested, around.certificate),
        mark=requested.mark,
    )


def is_secure(requested: RequestedPort, certificate: str) -> bool:
    """Whether clients speak TLS: there is a certificate, and the port is not said to be plain
    TCP."""
    if _protocol(requested) != TCP or requested.port.app_protocol == "tcp" or certificate == NONE:
        return False
    return certificate != AUTO or bool(requested.values.get("host"))


def _protocol(requested: RequestedPort) -> str:
    if requested.has_both:
        return TCP_UDP
    return UDP if requested.port.protocol == "udp" else TCP


# ------------------------------------------------------------- health


def _health(requested: RequestedPort, around: Around, findings: Findings) -> TargetHealth:
    """A connection over TCP, or the page that the files name; the times of the check of the
    container."""
    given: Draft = dict(requested.values.get("health", {}))
    check = checked(requested.service.healthcheck, around.check)
    found = derived_health(check, requested.port.target, "")
    found = replace(found, path="", port=None, protocol="")
    if given.get("path"):
        number = int(given.get("port") or requested.port.target)
        given["protocol"] = page_protocol(requested.service, check, number)
    if given.get("port") == requested.port.target:
        del given["port"]
    if given.get("port") and around.is_dynamic:
        given["port"] = _host_port(requested, int(given["port"]), findings)
    if _protocol(requested) == UDP and not given.get("port"):
        message = "targets are checked over TCP, and the port has UDP alone"
        hint = "name a TCP port that answers when it is well: health: {port: 8080}"
        refuse(requested, ("health",), message, hint, findings)
    if given.get("codes") and not given.get("path"):
        message = "there is no page that would answer with them"
        refuse(requested, ("health", "codes"), message, "add path:, or leave codes out", findings)
    health = replace(found, **given)
    refuse_long_timeout(requested, health, findings)
    return health


def _host_port(requested: RequestedPort, number: int, findings: Findings) -> int:
    """The port of the instance behind which a container port is."""
    for port in requested.service.ports:
        if port.target == number and port.protocol == "tcp" and port.published:
            return port.published
    message = f"port {number} has another host port in each task on bridge"
    hint = f'publish it at a fixed one, such as ports: ["{number}:{number}"]'
    refuse(requested, ("health", "port"), message, hint, findings)
    return number


# ------------------------------------------------------------- what is not taken


def _check(requested: RequestedPort, around: Around, findings: Findings) -> None:
    for name in OF_APPLICATIONS:
        if name in requested.values:
            message = "is of application load balancers alone, and this one is of type network"
            refuse(requested, (name,), message, "leave it out", findings)
    if requested.values.get("host") and not is_secure(requested, around.certificate):
        message = "a network load balancer knows host names by TLS alone, and there is none"
        hint = "leave it out, or let the port speak TCP behind a certificate"
        refuse(requested, ("host",), message, hint, findings)
    if _protocol(requested) == TCP_UDP and around.is_dynamic:
        _check_same_host_port(requested, findings)


def _check_same_host_port(requested: RequestedPort, findings: Findings) -> None:
    """On bridge Docker would choose one host port for TCP and another one for UDP."""
    own = [port for port in requested.service.ports if port.target == requested.port.target]
    published = {port.published for port in own}
    if len(published) > 1 or None in published:
        number = requested.port.target
        message = "TCP and UDP of one port need one host port on bridge"
        hint = f'publish both at the same: ports: ["{number}:{number}", "{number}:{number}/udp"]'
        refuse(requested, (), message, hint, findings)


def taken_listeners(ports: Sequence[BalancedPort]) -> Iterator[Finding]:
    """Ports of the network load balancer that two services ask for."""
    known: dict[int, BalancedPort] = {}
    for port in ports:
        other = known.setdefault(port.listener, port)
        if other is not port:
            message = f"port {port.listener} is that of {other.service} already ({other.mark})"
            key = f"services.{port.service}.{KEY}"
            yield Finding.about(key, message, port.mark, "publish another port")

"""The ports behind one load balancer -> what is wrong with them together: requests that two of them
take, and protocols that their listeners do not have."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from ecscli.base.balanced import HTTP1, MOST_GROUPS, BalancedPort
from ecscli.base.documents import Document
from ecscli.base.errors import Finding
from ecscli.base.rules import given_numbers
from ecscli.compose.balancing.model import Balancing
from ecscli.compose.balancing.network import taken_listeners
from ecscli.compose.balancing.settings import KEY

LAST_PRIORITY = 50_000  # of a rule
NAMED = "give it a host:, whose certificate is found in ACM, or name a certificate"
IN_A_ROW = "; several rules of a port have numbers in a row"


def find_conflicts(ports: Sequence[BalancedPort]) -> Iterator[Finding]:
    """What listeners cannot have."""
    yield from taken_listeners([port for port in ports if port.is_network])
    ports = [port for port in ports if not port.is_network]
    yield from _taken_twice(ports)
    yield from _same_priorities(ports)


def without_tls(ports: Iterable[BalancedPort]) -> Iterator[Finding]:
    """The ports that no listener can have where there is no certificate."""
    for port in ports:
        if port.version != HTTP1:
            yield _finding(port, f"{port.version} needs HTTPS, and there is no certificate", NAMED)


def perhaps_without_tls(balancing: Balancing) -> Iterator[Finding]:
    """The same where the balancer may be the cluster's, which has the certificate then."""
    is_known = bool(balancing.share.use) or balancing.has_tls
    for port in () if is_known else balancing.ports:
        if port.version != HTTP1:
            message = f"{port.version} needs HTTPS: only the cluster's load balancer can have it"
            yield _finding(port, message, NAMED)


def _taken_twice(ports: Sequence[BalancedPort]) -> Iterator[Finding]:
    """Requests of one listener that two services take."""
    known: dict[tuple[int, str, str], BalancedPort] = {}
    for port in ports:
        for host, path in _requests(port):
            other = known.setdefault((port.listener, host, path), port)
            if other.service != port.service:
                what = f"{host}{path}" or "all requests"
                yield _finding(
                    port,
                    f"port {port.listener} has {what} for {other.service} already ({other.mark})",
                    "let their host or path differ, or publish another port",
                )
                break


def _requests(port: BalancedPort) -> Iterator[tuple[str, str]]:
    """Each host with each path; empty for any."""
    for host in port.hosts or ("",):
        for path in port.paths or ("",):
            yield host, path.rstrip("/")


def _same_priorities(ports: Sequence[BalancedPort]) -> Iterator[Finding]:
    """Rules of one listener with one number, and numbers beyond the last; several rules of a port
    have numbers in a row."""
    known: dict[tuple[int, int], BalancedPort] = {}
    for port in ports:
        numbers = given_numbers(port)
        if len(numbers) > 1 and numbers[-1] > LAST_PRIORITY:
            message = f"its {len(numbers)} rules have priorities up to {numbers[-1]}"
            yield _finding(port, message, f"{LAST_PRIORITY} is the last one{IN_A_ROW}")
        for number in numbers:
            other = known.setdefault((port.listener, number), port)
            if other is not port:
                message = f"{other.service} has priority {number} already ({other.mark})"
                yield _finding(
                    port, message, f"let them differ, or leave one of them out{IN_A_ROW}"
                )
                break


def too_many(ports: Sequence[BalancedPort]) -> Iterator[Finding]:
    """The ports of one ECS service beyond those that it takes."""
    if len(ports) > MOST_GROUPS:
        message = f"one ECS service takes {MOST_GROUPS} target groups, and has {len(ports)}"
        yield _finding(ports[MOST_GROUPS], message, "use layout services, or balance fewer ports")


def given_already(ports: Iterable[BalancedPort], rows: Sequence[Document]) -> Iterator[Finding]:
    """The ports that `loadBalancers` of CreateService, of files or flags, has too."""
    given = {(row.get("containerName"), row.get("containerPort")) for row in rows}
    for port in ports:
        if (port.service, port.port) in given:
            message = f"port {port.port} has a target group that files or flags name already"
            yield _finding(port, message, f"keep one of them: {KEY}, or that target group")


def _finding(port: BalancedPort, message: str, hint: str) -> Finding:
    return Finding.about(f"services.{port.service}.{KEY}", message, port.mark, hint)

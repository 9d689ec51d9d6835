"""The services of a project, and what their `load_balancer` has -> which of them are balanced, and
at which port."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from ecscli.base.balanced import TargetHealth
from ecscli.base.documents import Document
from ecscli.base.findings import Findings
from ecscli.base.keys.kinds import BOOLEAN
from ecscli.base.keys.shapes import Reading
from ecscli.base.limits import DATA_STORE_PORTS
from ecscli.base.marks import Map, Mark, where
from ecscli.base.records import record
from ecscli.compose.balancing.settings import KEY
from ecscli.compose.ecs.images import stores_data
from ecscli.compose.ecs.limits import TRANSPORT_PROTOCOLS
from ecscli.compose.params.balancer_keys import OF_SERVICE
from ecscli.compose.params.read import EcsParams
from ecscli.compose.project.model import Port, Project, Service

APPLICATION, NETWORK = "application", "network"


@record
class RequestedPort:
    """A service that is balanced, at one of its ports; `values` are those of OF_SERVICE, and
    `given` the same as written, with their places. `mark` is where it is asked for;
    `is_network`: by a network load balancer."""

    service: Service
    port: Port
    values: Document
    given: Map
    mark: Mark | None
    is_network: bool = False

    @property
    def path(self) -> str:
        return key_of(self.service)

    @property
    def has_both(self) -> bool:
        """Whether the port is published over TCP and over UDP."""
        own = {port.protocol for port in self.service.ports if port.target == self.port.target}
        return own >= {"tcp", "udp"}


def refuse(
    requested: RequestedPort,
    path: tuple[str, ...],
    message: str,
    hint: str | None,
    findings: Findings,
) -> None:
    """An error about a key of the mapping, at its place."""
    key = ".".join((requested.path, *path))
    findings.error(message, where(requested.given, *path) or requested.mark, hint, key)


def refuse_long_timeout(requested: RequestedPort, health: TargetHealth, findings: Findings) -> None:
    """An error where a check would begin before the one before it is given up."""
    if health.timeout >= health.interval:
        message = f"timeout must be shorter than the interval of {health.interval} s"
        refuse(requested, ("health",), message, None, findings)


def key_of(service: Service) -> str:
    """The key of a service's balancer, for findings."""
    return f"services.{service.name}.{KEY}"


def requested_ports(
    project: Project, params: EcsParams, by_flag: bool, jobs: Collection[str], findings: Findings
) -> Iterator[RequestedPort]:
    """The ports that are balanced, in the order of the files. `by_flag`: those of every service
    that has one port for others and does not say otherwise; never those of `jobs`."""
    kind = str(params.layout.balancer.get("type") or APPLICATION)
    for service in project.services:
        own = params.layout.services.get(service.name, Map())
        given, mark = own.get(KEY), own.keys_at.get(KEY)
        if given is None:
            if by_flag and service.name not in jobs:
                yield from _by_flag(service, kind)
        elif _is_on(given):
            found = given if isinstance(given, Map) else Map()
            values = Reading(found, Findings()).read(OF_SERVICE, found)
            at = found.keys_at.get("port") or mark
            port = _port(service, values, values.get("type", kind), at, findings)
            if service.name in jobs:
                message = "runs to its end: nothing of it stays behind a load balancer"
                findings.error(message, mark, f"leave {KEY} out", key_of(service))
            elif port is not None:
                is_network = _is_network(port, values.get("type"), kind)
                yield RequestedPort(service, port, values, found, mark, is_network)


def _is_on(given: object) -> bool:
    """Whether a balancer is asked for; what is neither a mapping nor true or false has a finding of
    its own."""
    if isinstance(given, Map):
        return True
    try:
        return bool(BOOLEAN.read(given))
    except ValueError:
        return False


def _is_network(port: Port, own: str | None, kind: str) -> bool:
    """Which balancer the port is for: that which its service names, or the one that speaks its
    protocol, or that of the project."""
    if own is not None:
        return own == NETWORK
    return port.protocol == "udp" or port.app_protocol == "tcp" or kind == NETWORK


def _by_flag(service: Service, kind: str) -> Iterator[RequestedPort]:
    """The one port of a service that is meant for others and is not of a data store."""
    ports = [port for port in published_ports(service) if not port.is_local]
    is_store = stores_data(service.image or "")
    if len(ports) == 1 and not is_store and ports[0].target not in DATA_STORE_PORTS:
        is_network = _is_network(ports[0], None, kind)
        yield RequestedPort(service, ports[0], {}, Map(), ports[0].mark, is_network)


def published_ports(service: Service, protocols: Collection[str] = ("tcp",)) -> list[Port]:
    """The published ports of these protocols, each container port once, with TCP where it has
    both."""
    found: dict[int, Port] = {}
    for port in sorted(service.ports, key=lambda port: port.protocol != "tcp"):
        if port.protocol in protocols:
            found.setdefault(port.target, port)
    return list(found.values())


def _port(
    service: Service, values: Document, kind: str, mark: Mark | None, findings: Findings
) -> Port | None:
    """The port that is meant; None where that cannot be known."""
    any_published, number = published_ports(service, TRANSPORT_PROTOCOLS), values.get("port")
    over_tcp = published_ports(service)
    published = any_published if kind == NETWORK or not over_tcp else over_tcp
    if number is not None:
        known = [*any_published, *service.expose]
        meant = [port for port in known if port.target == number]
        if not meant:
            message = f"container port {number} is neither published nor exposed"
            findings.error(message, mark, _ways(known, number), f"{key_of(service)}.port")
        return meant[0] if meant else None
    if len(published) == 1:
        return published[0]
    if published:
        numbers = ", ".join(str(port.target) for port in published)
        message = f"several ports are published: {numbers}"
        findings.error(message, mark, "choose one of them by port:", key_of(service))
        return None
    hint = 'publish the port of its server: ports: ["80"]'
    findings.error("the service publishes no port", mark, hint, key_of(service))
    return None


def _ways(known: Sequence[Port], number: object) -> str:
    numbers = ", ".join(str(port.target) for port in known)
    return f"use one of {numbers}" if numbers else f'add expose: ["{number}"]'

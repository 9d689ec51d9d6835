"""The load balancer of a project, as its files ask for it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ecscli.base.balanced import AUTO, TCP_UDP, BalancedPort, BalancerTraits
from ecscli.base.keys.lookups import VpcResource
from ecscli.base.records import record, replace
from ecscli.compose.balancing.share import Share
from ecscli.compose.layout.arrangement.names import clean
from ecscli.compose.params.read import HealthCheckParams

ContainerPort = tuple[str, int, str]  # container, port, protocol


@record
class Around:
    """What decides about a port beside its own keys: the check of its container, whether the
    application load balancer has a certificate, whether each task gets host ports of its own, and
    the `certificate` that the project names: an ARN, or AUTO or NONE."""

    check: HealthCheckParams | None = None
    has_tls: bool = False
    is_dynamic: bool = False
    certificate: str = AUTO


@record
class Balancing:
    """The `ports` that are balanced, in the order of the files, and the balancer in front of them:
    in these `subnets`, or in those that the `word` means, public or private; or one that exists
    already, as `share` has it."""

    ports: tuple[BalancedPort, ...] = ()
    traits: BalancerTraits = BalancerTraits()
    subnets: tuple[VpcResource, ...] = ()
    word: str = ""
    share: Share = Share()

    def __bool__(self) -> bool:
        return bool(self.ports)

    @property
    def containers(self) -> frozenset[ContainerPort]:
        """The containers that are balanced, each with its port."""
        return frozenset(one for port in self.ports for one in _container_ports(port))

    @property
    def movable(self) -> frozenset[ContainerPort]:
        """Those of them whose host port may be another one in each task: all but those with TCP
        and UDP behind one port."""
        ports = [port for port in self.ports if port.protocol != TCP_UDP]
        return frozenset(one for port in ports for one in _container_ports(port))

    @property
    def has_tls(self) -> bool:
        """Whether the application load balancer has a certificate."""
        ports = [port for port in self.ports if not port.is_network]
        return bool(ports) and self.traits.has_tls(any(port.hosts for port in ports))

    def of(self, services: Iterable[str]) -> Balancing:
        """The same for these services alone, by their Compose names."""
        names = set(services)
        return replace(self, ports=tuple(port for port in self.ports if port.service in names))


def _container_ports(port: BalancedPort) -> Iterator[ContainerPort]:
    for transport in port.transports:
        yield clean(port.service), port.port, transport

"""The load balancer of a project, as its files ask for it."""

from __future__ import annotations

from collections.abc import Iterable

from ecscli.base.balanced import BalancedPort, BalancerTraits
from ecscli.base.keys.lookups import VpcResource
from ecscli.base.records import record, replace
from ecscli.compose.layout.arrangement.names import clean


@record
class Balancing:
    """The `ports` that are balanced, in the order of the files, and the balancer in front of them:
    in these `subnets`, or in those that the `word` means, public or private."""

    ports: tuple[BalancedPort, ...] = ()
    traits: BalancerTraits = BalancerTraits()
    subnets: tuple[VpcResource, ...] = ()
    word: str = ""

    def __bool__(self) -> bool:
        return bool(self.ports)

    @property
    def containers(self) -> frozenset[tuple[str, int]]:
        """The containers that are balanced, each with its port."""
        return frozenset((clean(port.service), port.port) for port in self.ports)

    @property
    def has_tls(self) -> bool:
        return self.traits.has_tls(any(port.hosts for port in self.ports))

    def of(self, services: Iterable[str]) -> Balancing:
        """The same for these services alone, by their Compose names."""
        names = set(services)
        return replace(self, ports=tuple(port for port in self.ports if port.service in names))

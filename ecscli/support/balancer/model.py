"""What the support stack is to have of a load balancer, and where."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from ecscli.base.balanced import HTTP, HTTPS, REDIRECT, SERVE, BalancedPort, BalancerTraits
from ecscli.base.documents import Document
from ecscli.base.records import field, record
from ecscli.support.balancer.names import WantedNames

if TYPE_CHECKING:
    from ecscli.support.balancer.existing import ExistingBalancer

IP, INSTANCE = "ip", "instance"
REDIRECTING = 80  # the port of requests without TLS


@record
class BalancedGroup:
    """The ports of one ECS service that are balanced; `name` is that of the group of services, and
    `mode` the network mode of its tasks. `opening`: the logical id of their own security group,
    where they have one."""

    name: str
    mode: str
    ports: tuple[BalancedPort, ...]
    opening: str = ""

    @property
    def target_type(self) -> str:
        return IP if self.mode == "awsvpc" else INSTANCE


@record
class WantedBalancer:
    """A balancer of the project's own in `subnets` of a `vpc`; `owner` is CLUSTER/PROJECT, of which
    automatic priorities are made. `certificates`: ARNs, the first is the listeners' own, and
    `network_certificates` those of the network load balancer.
    `instances`: the security group of container instances, empty where none may be changed.
    `live`: the resources of the stack's template, whose priorities stay where they can.
    `existing`: the balancer that the rules are added to instead. `ids`: logical ids
    of balancers that are other than at first."""

    owner: str
    vpc: str
    subnets: tuple[str, ...]
    groups: tuple[BalancedGroup, ...] = ()
    traits: BalancerTraits = BalancerTraits()
    certificates: tuple[str | Document, ...] = ()
    instances: str = ""
    network_certificates: tuple[str | Document, ...] = ()
    live: Mapping[str, object] = field(default_factory=dict)
    existing: ExistingBalancer | None = None
    names: WantedNames = WantedNames()
    ids: Mapping[str, str] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.groups)

    @property
    def ports(self) -> tuple[BalancedPort, ...]:
        """Those behind the application load balancer."""
        return tuple(port for port in self.all_ports if not port.is_network)

    @property
    def network_ports(self) -> tuple[BalancedPort, ...]:
        """Those behind the network load balancer."""
        return tuple(port for port in self.all_ports if port.is_network)

    @property
    def all_ports(self) -> tuple[BalancedPort, ...]:
        return tuple(port for group in self.groups for port in group.ports)


@record
class WantedListener:
    """One port of the balancer and the protocol there; `served`: what it sends requests to, empty
    where it sends them to HTTPS. `is_plain`: it has the same services as an HTTPS one."""

    port: int
    protocol: str
    served: tuple[BalancedPort, ...]
    is_plain: bool = False


def listeners_of(
    ports: tuple[BalancedPort, ...], traits: BalancerTraits
) -> tuple[WantedListener, ...]:
    """The listeners in the order of their ports."""
    has_tls = traits.has_tls(any(port.hosts for port in ports))
    found: dict[int, list[BalancedPort]] = {}
    for port in ports:
        found.setdefault(port.listener, []).append(port)
    protocol = HTTPS if has_tls else HTTP
    listeners = [WantedListener(number, protocol, tuple(own)) for number, own in found.items()]
    if has_tls and traits.http in (REDIRECT, SERVE):
        served = ports if traits.http == SERVE else ()
        listeners.append(WantedListener(REDIRECTING, HTTP, served, is_plain=True))
    return tuple(sorted(listeners, key=lambda one: one.port))

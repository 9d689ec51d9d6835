"""The network on which real containers reach the sandbox: a Docker engine in, its network with our
address in it out.

It is the sandbox's own, so whoever sends from it is a container of the sandbox, and internal:
containers keep the way to everywhere else that they have by their own network.
"""

from __future__ import annotations

import logging
import socket
import time
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, ip_address
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from docker import DockerClient
    from docker.models.containers import Container as EngineContainer

#: How often the removal is tried, and seconds in between.
REMOVALS, PAUSE = 30, 0.1
LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Network:
    """A Docker network: its addresses, and the one at which this machine is in it."""

    id: str
    addresses: IPv4Network
    gateway: IPv4Address

    def has(self, address: str) -> bool:
        """Whether an address is that of a container in it."""
        found = ip_address(address)
        return found in self.addresses and found != self.gateway


def made(engine: DockerClient, name: str, labels: dict[str, str]) -> Network:
    """The network of that name, made when an earlier run has left none."""
    mine = {"label": [f"{key}={value}" for key, value in labels.items()]}
    found = [one for one in engine.networks.list(filters=mine) if one.name == name]
    one = (
        found[0]
        if found
        else engine.networks.create(name, driver="bridge", internal=True, labels=labels)
    )
    one.reload()
    place = one.attrs["IPAM"]["Config"][0]
    addresses = IPv4Network(place["Subnet"])
    gateway = place.get("Gateway", "").partition("/")[0] or next(addresses.hosts())
    return Network(str(one.id), addresses, IPv4Address(gateway))


def joined(engine: DockerClient, network: Network, container: EngineContainer) -> None:
    """Connect a container that was made; without the network, which somebody may have pruned, it
    runs as well."""
    from docker.errors import NotFound

    try:
        engine.networks.get(network.id).connect(container)
    except NotFound:
        LOG.warning(
            "the network of the sandbox is gone: containers do not reach AWS's API"
            " until the next start"
        )


def address_in(network: Network, container: EngineContainer) -> str | None:
    """The address that a container has in the network."""
    joined = container.attrs["NetworkSettings"]["Networks"].values()
    return next((one["IPAddress"] for one in joined if one["NetworkID"] == network.id), None)


def removed(engine: DockerClient, network_id: str) -> None:
    """Remove a network; a container that was removed takes a moment to leave it."""
    from docker.errors import NotFound

    for _ in range(REMOVALS):
        try:
            engine.networks.get(network_id).remove()
        except NotFound:
            return
        except Exception:
            time.sleep(PAUSE)


def listening(network: Network, port: int) -> socket.socket | None:
    """A socket at our address in the network; nothing where the engine is not on this machine (a
    VM, a remote one)."""
    for wanted in (port, 0):
        found = socket.socket()
        found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            found.bind((str(network.gateway), wanted))
            found.listen(128)
        except OSError:
            found.close()
            continue
        return found
    return None

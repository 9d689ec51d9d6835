"""The networks in which real tasks find each other by name: one for each private namespace, and one
for each namespace of Service Connect.

A task is in them from its beginning, so that it can ask, and has its names there while others are
to find it. Docker gives names only to who connects: the task leaves and comes back, at the same
address, so that connections stay.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping
from contextlib import suppress
from typing import TYPE_CHECKING

from ecscli.sandbox.docker import network as docker_network
from ecscli.sandbox.docker.machine import Machine

if TYPE_CHECKING:
    from docker.models.containers import Container as EngineContainer
    from docker.models.networks import Network as EngineNetwork

#: How often a free range of addresses is looked for, which another program may take in between.
TRIES = 3
#: The aliases of a container, by the key of the network.
Aliases = Mapping[str, frozenset[str]]


class Namespaces:
    """The networks by the key of their namespace, and the aliases that containers have in them."""

    def __init__(self, machine: Machine) -> None:
        self.machine, self.engine = machine, machine.engine
        self._lock = threading.RLock()
        self._networks: dict[str, EngineNetwork] = {}
        self._wanted: dict[str, Aliases] = {}
        self._aliases: dict[str, dict[str, frozenset[str]]] = {}

    def enter(self, container: EngineContainer, keys: Iterable[str]) -> None:
        """Connect a container that was made to the networks, without any name."""
        with self._lock:
            for key in keys:
                self._network(key).connect(container)
                self._aliases.setdefault(str(container.name), {})[key] = frozenset()

    def want(self, name: str, aliases: Aliases) -> bool:
        """Note what a container is to be called; whether that is something else than before."""
        with self._lock:
            before = self._wanted.get(name, {})
            self._wanted[name] = aliases
            return aliases != before

    def rename(self, name: str) -> None:
        """Give a container the names that it is to have by now."""
        from docker.errors import NotFound

        with self._lock, suppress(NotFound):
            wanted = self._wanted.get(name, {})
            for key, old in list(self._aliases.get(name, {}).items()):
                new = wanted.get(key, frozenset())
                if new != old:
                    self._reconnect(self.engine.containers.get(name), key, new)
                    self._aliases[name][key] = new

    def _reconnect(self, container: EngineContainer, key: str, aliases: frozenset[str]) -> None:
        network = self._networks[key]
        ends = container.attrs["NetworkSettings"]["Networks"].values()
        address = next(one["IPAddress"] for one in ends if one["NetworkID"] == network.id)
        network.disconnect(container)
        network.connect(container, aliases=sorted(aliases) or None, ipv4_address=address)

    def forget(self, names: Iterable[str]) -> None:
        """The containers of these names are being removed."""
        with self._lock:
            for name in names:
                self._wanted.pop(name, None)
                self._aliases.pop(name, None)

    def clear(self) -> None:
        """Remove all networks, when no container is in them any more."""
        with self._lock:
            self._wanted.clear()
            self._aliases.clear()
            for one in self._networks.values():
                docker_network.removed(self.engine, str(one.id))
            self._networks.clear()

    def _network(self, key: str) -> EngineNetwork:
        if key not in self._networks:
            self._remove_empty()
            self._networks[key] = self._make(key)
        return self._networks[key]

    def _remove_empty(self) -> None:
        """Engines have few ranges of addresses: what nobody is in makes room."""
        used = {key for keys in self._aliases.values() for key in keys}
        for key in set(self._networks) - used:
            with suppress(Exception):
                self._networks[key].remove()
                del self._networks[key]

    def _make(self, key: str) -> EngineNetwork:
        """A network whose addresses were asked for, since only there containers may choose one."""
        from docker.errors import APIError
        from docker.types import IPAMConfig, IPAMPool

        name = f"ecscli-sandbox-{self.machine.owner}-{key}"
        for left in reversed(range(TRIES)):
            free = self.engine.networks.create(name, internal=True, labels=self.machine.labels)
            free.reload()
            subnet = free.attrs["IPAM"]["Config"][0]["Subnet"]
            free.remove()
            pool = IPAMConfig(pool_configs=[IPAMPool(subnet=subnet)])
            try:
                return self.engine.networks.create(
                    name, internal=True, labels=self.machine.labels, ipam=pool
                )
            except APIError:
                if not left:
                    raise
        raise AssertionError("unreachable")

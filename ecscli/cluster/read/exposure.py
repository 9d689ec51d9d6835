"""PURE: the ports that the new security group opens to the world -> what to say of them, SSH and
data stores as a warning."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator

from ecscli.base.addresses import MY_IP
from ecscli.base.errors import Finding
from ecscli.base.limits import DATA_STORE_PORTS
from ecscli.base.marks import where
from ecscli.cluster.model import ClusterNetwork, Rule

SSH = 22
NARROWEST = {4: 8, 6: 16}  # a range with fewer bits than these is the world
OF_SSH = (
    "let in your own address alone (cidr: my-ip), or leave the rule out and log in by Session"
    " Manager (capacity.session-manager)"
)
OF_DATA_STORES = (
    "let in your own address alone (cidr: my-ip), or leave the rule out: the containers of a"
    " project reach each other without it"
)


def warnings(network: ClusterNetwork, tree: object) -> Iterator[Finding]:
    """A warning for each rule that opens SSH, or the port of a data store, to the world."""
    for index, rule in _open(network):
        place = where(tree, "network", "ingress", index, "port")
        if _is_ssh(rule):
            message = f"SSH, port {SSH}, is open to the world: {rule.source}"
            yield Finding(message, place, OF_SSH)
        elif _is_data_store(rule):
            message = f"port {rule.first} of a data store is open to the world: {rule.source}"
            yield Finding(message, place, OF_DATA_STORES)


def facts(network: ClusterNetwork) -> Iterator[str]:
    """A sentence for each other rule that opens something to the world."""
    for _, rule in _open(network):
        if not _is_ssh(rule) and not _is_data_store(rule):
            ports = (
                f"Port {rule.first}"
                if rule.first == rule.last
                else f"Ports {rule.first}-{rule.last}"
            )
            verb = "is" if rule.first == rule.last else "are"
            yield f"{ports} ({rule.protocol}) {verb} open to the world: {rule.source}"


def _is_ssh(rule: Rule) -> bool:
    return rule.protocol == "tcp" and rule.first <= SSH <= rule.last


def _is_data_store(rule: Rule) -> bool:
    """A rule for the one port of a data store; a range is meant for something else."""
    return rule.first == rule.last and rule.first in DATA_STORE_PORTS


def _open(network: ClusterNetwork) -> Iterator[tuple[int, Rule]]:
    """The rules of a group that is to be made, with their place in the list, that let in
    everybody."""
    if network.makes_group:
        yield from (
            (index, rule) for index, rule in enumerate(network.ingress) if _is_world(rule.source)
        )


def _is_world(source: str) -> bool:
    if source == MY_IP or source.startswith("sg-"):
        return False
    found = ipaddress.ip_network(source)
    return found.prefixlen < NARROWEST[found.version]

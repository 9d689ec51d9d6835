"""How a group finds others -> what its task definition needs for that."""

from __future__ import annotations

from ecscli.compose.layout.arrangement.model import Group
from ecscli.compose.layout.arrangement.names import clean
from ecscli.compose.layout.discovery.model import Discovery
from ecscli.compose.params.discovery_settings import DNS
from ecscli.compose.task.naming import Naming


def naming_of(group: Group, discovery: Discovery) -> Naming:
    """The search domain of the group's tasks, or what Service Connect offers of them."""
    names = discovery.of(group.name)
    if names.mode == DNS and names.search:
        return Naming(search=discovery.dns_namespace, own=names.registered)
    if discovery.connects(group.name):
        offered = {clean(name): name for name in names.endpoints}
        return Naming(namespace=discovery.connect_namespace, offered=offered)
    return Naming()

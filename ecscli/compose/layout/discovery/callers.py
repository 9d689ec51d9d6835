"""The groups with Service Connect -> who calls whom, and who could: a client knows the endpoints
that were there when its deployment began.

Source: "Service Connect" in the ECS developer guide.
"""

from __future__ import annotations

from collections.abc import Iterator

from ecscli.base.records import replace
from ecscli.compose.layout.arrangement.model import Arrangement, Group
from ecscli.compose.layout.discovery.members import members, words_of_service
from ecscli.compose.layout.discovery.model import Discovery
from ecscli.compose.task.links import networks_of
from ecscli.compose.task.words import named_hosts


def find_callers(arrangement: Arrangement, discovery: Discovery) -> Discovery:
    """The same with the pairs of groups of which the first calls the second, and those that share a
    network."""
    if not discovery.connect_namespace:
        return discovery
    calls, neighbours = set(), set()
    for group, other in _pairs(arrangement, discovery):
        names = discovery.of(other.name).endpoints
        if _calls(group, names, arrangement):
            calls.add((group.name, other.name))
        if _networks(group) & _networks(other):
            neighbours.add((group.name, other.name))
    return replace(discovery, calls=frozenset(calls), neighbours=frozenset(neighbours))


def _pairs(arrangement: Arrangement, discovery: Discovery) -> Iterator[tuple[Group, Group]]:
    """Each group with Service Connect, with each other one that has endpoints."""
    connected = [one for one in arrangement.groups if discovery.connects(one.name)]
    for group in connected:
        for other in connected:
            if other is not group and discovery.of(other.name).endpoints:
                yield group, other


def _calls(group: Group, names: tuple[str, ...], arrangement: Arrangement) -> bool:
    """Whether a service of the group names one of these as a host, or depends on it."""
    for own, service in members(arrangement):
        if own is not group:
            continue
        if any(edge.service in names for edge in service.depends_on):
            return True
        if any(named_hosts(words_of_service(service), names)):
            return True
    return False


def _networks(group: Group) -> set[str]:
    found: set[str] = set()
    for service in group.project.services:
        found |= networks_of(service)
    return found

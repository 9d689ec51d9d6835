"""PURE: the next wave, and what an `up` has changed already -> what the wave waits for."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from ecscli.compose.layout.arrangement.model import STARTED, Edge
from ecscli.compose.layout.discovery.model import Discovery
from ecscli.up.project.plan import PlannedGroup

# By the name of a group: whether its deployment has to be complete; else one of its tasks runs
Needs = Mapping[str, bool]


def needs_of(
    wave: Sequence[PlannedGroup],
    begun: Collection[str],
    edges: Sequence[Edge],
    discovery: Discovery,
) -> Needs:
    """What the groups of a wave wait for that are to be changed, of those that have `begun`; of the
    `edges` those of front ends have `restart`.

    Who is restarted with what it depends on waits until the old tasks of that are gone. Who calls
    by Service Connect sees the endpoints that are there when its deployment begins; a second
    deployment comes after all others.
    """
    starting = {one.group.name for one in wave if one.plan}
    if not starting.isdisjoint(begun):
        return dict.fromkeys(begun, True)
    needs: dict[str, bool] = {}
    if starting and discovery.connect_namespace:
        needs = dict.fromkeys(begun, False)
    for edge in edges:
        if edge.dependent in starting and edge.awaited in begun:
            to_the_end = edge.restart or edge.condition != STARTED
            needs[edge.awaited] = needs.get(edge.awaited, False) or to_the_end
    return needs

"""Groups and their edges -> waves: each group after those that it waits for; a circle is an error
with its path."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ecscli.base.findings import Findings
from ecscli.compose.layout.arrangement.model import Edge


def find_waves(
    groups: Iterable[str], edges: Sequence[Edge], findings: Findings
) -> tuple[tuple[str, ...], ...]:
    """The names of the groups of each wave, in the order given. What is in a circle, or waits for
    one, is in no wave."""
    left = list(groups)
    waves: list[tuple[str, ...]] = []
    while left:
        waiting = {edge.dependent for edge in edges if edge.awaited in left}
        wave = tuple(name for name in left if name not in waiting)
        if not wave:
            _note_circle(left, edges, findings)
            break
        waves.append(wave)
        left = [name for name in left if name not in wave]
    return tuple(waves)


def _note_circle(left: Sequence[str], edges: Sequence[Edge], findings: Findings) -> None:
    """Follow the edges from the first group on until one comes again."""
    inside = {edge.dependent: edge for edge in reversed(edges) if edge.awaited in left}
    way: list[str] = []
    name = left[0]
    while name not in way:
        way.append(name)
        name = inside[name].awaited
    circle = [*way[way.index(name) :], name]
    findings.error(
        f"groups depend on each other: {' -> '.join(circle)}",
        inside[circle[-2]].mark,
        "take one depends_on away, or put the services into one group",
        key="services",
    )

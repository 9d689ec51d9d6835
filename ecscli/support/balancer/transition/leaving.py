"""PURE: what a stack has, and the balancer that is wanted -> the balancers that the project leaves,
by logical id or suffix."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from ecscli.support.balancer.kinds import PREFIX
from ecscli.support.balancer.listeners import BALANCER
from ecscli.support.balancer.model import WantedBalancer
from ecscli.support.balancer.network import BALANCER as NETWORK
from ecscli.support.balancer.transition.renewal import balancer_ids
from ecscli.support.parts import Part

ELSEWHERE = re.compile(rf"{PREFIX}\w+(On[0-9a-f]{{6}})")  # the output of a group on one that exists


def left_balancers(live: Part, wanted: WantedBalancer) -> Iterator[str]:
    """BALANCER and NETWORK for the project's own, which are deleted then, and a suffix for each
    other one."""
    kept = set()
    if wanted.ports and wanted.existing is None:
        kept.add(BALANCER)
    if wanted.network_ports:
        kept.add(NETWORK)
    yield from (one for one in balancer_ids(live.resources) if one not in kept)
    shared = wanted.existing.suffix if wanted.existing is not None else ""
    yield from sorted(_suffixes(live.outputs) - {shared})


def _suffixes(outputs: Mapping[str, object]) -> set[str]:
    found = [ELSEWHERE.fullmatch(name) for name in outputs]
    return {match[1] for match in found if match}

"""PURE: what a stack has, and the balancer that is wanted -> from which balancers the project's
services move away, by logical id or suffix."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from ecscli.support.balancer.kinds import PREFIX
from ecscli.support.balancer.listeners import BALANCER
from ecscli.support.balancer.model import WantedBalancer
from ecscli.support.balancer.transition.renewal import balancer_ids
from ecscli.support.parts import Part

ELSEWHERE = re.compile(rf"{PREFIX}\w+(On[0-9a-f]{{6}})")  # the output of a group on one that exists


def left_balancers(live: Part, wanted: WantedBalancer) -> Iterator[str]:
    """BALANCER for the project's own, and a suffix for each other one; nothing where there is no
    balancer any more."""
    if not wanted:
        return
    kept = wanted.existing.suffix if wanted.existing is not None else ""
    if kept and BALANCER in balancer_ids(live.resources):
        yield BALANCER
    for suffix in sorted(_suffixes(live.outputs)):
        if suffix != kept:
            yield suffix


def _suffixes(outputs: Mapping[str, object]) -> set[str]:
    found = [ELSEWHERE.fullmatch(name) for name in outputs]
    return {match[1] for match in found if match}

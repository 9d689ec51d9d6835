"""PURE: the cluster that is wanted and what was looked up for it -> the stack that is wanted."""

from __future__ import annotations

from dataclasses import dataclass

from ecscli.cluster import template
from ecscli.cluster.model import ClusterSpec, Found, StackSpec


@dataclass(frozen=True, slots=True)
class Desired:
    """The cluster, and its stack where there is anything to make."""

    spec: ClusterSpec
    stack: StackSpec | None


def desired(spec: ClusterSpec, stack_name: str, found: Found) -> Desired:
    """What `up` wants to exist."""
    return Desired(spec, template.stack_spec(spec, stack_name, found) if template.needs_stack(spec) else None)

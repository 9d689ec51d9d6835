"""All the resource types that stacks can have: our own tables first, moto's models for the rest."""

from __future__ import annotations

from functools import cache

from ecscli.sandbox.stacks.kinds import (
    balancers,
    certificates,
    compute,
    containers,
    discovery,
    fallback,
    file_systems,
    groups,
    identity,
    network,
    records,
    scaling,
    schedules,
    secrets,
    storage,
    waiting,
)
from ecscli.sandbox.stacks.kinds.kind import Kind, Made, Site
from ecscli.sandbox.stacks.template import validation

MODULES = (
    balancers,
    certificates,
    compute,
    containers,
    discovery,
    file_systems,
    groups,
    identity,
    network,
    records,
    scaling,
    schedules,
    secrets,
    storage,
    waiting,
)
OWN = {one.type: one for module in MODULES for one in module.KINDS}


@cache
def kind(resource_type: str) -> Kind:
    """The kind of a type; ValidationError when nobody can make it."""
    found = OWN.get(resource_type) or fallback.kind_of(resource_type)
    if found is None:
        raise validation(f"Template format error: Unrecognized resource types: [{resource_type}]")
    return found


__all__ = ["Kind", "Made", "Site", "kind"]

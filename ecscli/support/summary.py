"""PURE: two templates of a support stack -> what a plan shows of either: what is new or goes by its
type, what changes by its properties, and roles by what they may do."""

from __future__ import annotations

from ecscli.base.documents import Draft
from ecscli.support.role import roles_of
from ecscli.support.task_role import task_rights_of
from ecscli.support.template import part_of


def summary(body: str, other: str) -> Draft:
    """The side of `body`, where `other` is the other side; what both have alike is left out."""
    whole = part_of(body)
    own, there = whole.resources, part_of(other).resources
    found: Draft = {}
    for id_, resource in own.items():
        if id_ not in there:
            found[id_] = resource.get("Type")
        elif resource != there[id_]:
            found[id_] = resource.get("Properties")
    return {**found, **roles_of(body), **task_rights_of(whole)}

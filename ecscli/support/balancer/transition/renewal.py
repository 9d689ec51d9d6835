"""PURE: a load balancer that was deleted behind the back of its stack -> the same under another
logical id, so that CloudFormation makes it anew, with its listeners and rules."""

from __future__ import annotations

import re
from collections.abc import Mapping

from ecscli.base.documents import Document
from ecscli.support.balancer.kinds import BALANCER_KIND
from ecscli.support.parts import Part

NUMBERED = re.compile(r"(LoadBalancer|NetworkBalancer)(\d*)")


def balancer_ids(resources: Mapping[str, object]) -> dict[str, str]:
    """The logical ids of the balancers of a template, by those that they have at first."""
    found: dict[str, str] = {}
    for id_, resource in resources.items():
        match = NUMBERED.fullmatch(id_)
        if match and isinstance(resource, Mapping) and resource.get("Type") == BALANCER_KIND:
            found[match[1]] = id_
    return found


def next_id(id_: str) -> str:
    """``LoadBalancer2`` after ``LoadBalancer``."""
    match = NUMBERED.fullmatch(id_)
    assert match, "the logical id of a balancer"
    return f"{match[1]}{int(match[2] or 1) + 1}"


def renamed(part: Part, ids: Mapping[str, str]) -> Part:
    """The part with these logical ids in the place of others."""
    resources = {ids.get(id_, id_): _referring(one, ids) for id_, one in part.resources.items()}
    return Part(resources, {name: _referring(one, ids) for name, one in part.outputs.items()})


def _referring(value: Document, ids: Mapping[str, str]) -> Document:
    found = _with_references(value, ids)
    assert isinstance(found, dict)
    return found


def _with_references(value: object, ids: Mapping[str, str]) -> object:
    match value:
        case {"Ref": str(name), **rest} if not rest:
            return {"Ref": ids.get(name, name)}
        case {"Fn::GetAtt": [str(name), attribute], **rest} if not rest:
            return {"Fn::GetAtt": [ids.get(name, name), attribute]}
        case Mapping():
            return {key: _with_references(part, ids) for key, part in value.items()}
        case list():
            return [_with_references(part, ids) for part in value]
    return value

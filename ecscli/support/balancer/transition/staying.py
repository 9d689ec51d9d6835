"""PURE: target groups that stay in a stack -> the rest of the way by which requests reach them,
which may refer to nothing that leads there: records, certificates, and openings of instances."""

from __future__ import annotations

from ecscli.support.balancer.joined import CERTIFICATES
from ecscli.support.balancer.names import CERTIFICATE_KIND, RECORD_KIND
from ecscli.support.balancer.target_groups import KIND
from ecscli.support.carry import is_literal, named, with_dependents, with_outputs
from ecscli.support.parts import Part

OF_HOSTS = (CERTIFICATES, CERTIFICATE_KIND, RECORD_KIND)


def with_way(whole: Part, part: Part) -> Part:
    """The part of a template, and where it has a target group, with what requests need on their
    way; which host needs which certificate no template says, so that all of them stay."""
    if not any(one.get("Type") == KIND for one in part.resources.values()):
        return part
    literal = {
        id_: one
        for id_, one in whole.resources.items()
        if one.get("Type") in OF_HOSTS and is_literal(whole, id_)
    }
    start = part + Part(literal)
    others = named(whole) - start.resources.keys()  # each stays only where it is used
    found = with_dependents(whole, start)
    stays = {id_: one for id_, one in found.resources.items() if id_ not in others}
    return with_outputs(whole, Part(stays, found.outputs))

"""PURE: a template, and which of its outputs are in use -> the part of it that must stay."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping

from ecscli.support.parts import Part

SUB = re.compile(r"\$\{([A-Za-z0-9]+)(?:\.[^}]*)?\}")


def carried(whole: Part, outputs: Collection[str]) -> Part:
    """These outputs with what their values are made of: the resources that they name, those that
    hang on these, such as the rules of a security group, and all that both refer to."""
    kept = {name: whole.outputs[name] for name in whole.outputs if name in outputs}
    named = set(mentioned(list(kept.values()), whole))
    hanging = {id_ for id_, one in whole.resources.items() if named & set(mentioned(one, whole))}
    stays = with_references(named | hanging, whole)
    return Part({id_: one for id_, one in whole.resources.items() if id_ in stays}, kept)


def without(whole: Part, outputs: Collection[str]) -> Part:
    """All but these outputs, and but what they alone are made of."""
    kept = {name: one for name, one in whole.outputs.items() if name not in outputs}
    goes = carried(whole, outputs).resources.keys() - carried(whole, kept).resources.keys()
    stays = with_references(whole.resources.keys() - goes, whole)
    return Part({id_: one for id_, one in whole.resources.items() if id_ in stays}, kept)


def with_dependents(whole: Part, part: Part) -> Part:
    """The part with the resources of the whole that refer to it and to nothing else, such as the
    rules of its security groups."""
    found = dict(part.resources)
    for id_, one in whole.resources.items():
        ids = set(mentioned(one, whole))
        if ids and ids <= part.resources.keys():
            found.setdefault(id_, one)
    return Part(found, part.outputs)


def with_outputs(whole: Part, part: Part) -> Part:
    """The part with the outputs whose values are made of its resources."""
    found = {
        name: one
        for name, one in whole.outputs.items()
        if (ids := set(mentioned(one, whole))) and ids <= part.resources.keys()
    }
    return Part(part.resources, {**found, **part.outputs})


def is_literal(whole: Part, id_: str) -> bool:
    """Whether a resource refers to no other one."""
    return not any(mentioned(whole.resources[id_], whole))


def named(whole: Part) -> set[str]:
    """The resources that outputs name."""
    return set(mentioned(list(whole.outputs.values()), whole))


def with_references(ids: Collection[str], whole: Part) -> set[str]:
    """These resources with all that they refer to."""
    found: set[str] = set()
    left = set(ids)
    while left:
        found |= left
        more = {one for id_ in left for one in mentioned(whole.resources[id_], whole)}
        left = more - found
    return found


def mentioned(value: object, whole: Part) -> Iterator[str]:
    """The logical ids of the template's resources that a value refers to."""
    for id_ in _references(value):
        if id_ in whole.resources:
            yield id_


def _references(value: object) -> Iterator[str]:
    if isinstance(value, Mapping):
        for key, part in value.items():
            yield from _of_function(key, part)
            yield from _references(part)
    elif isinstance(value, list):
        for part in value:
            yield from _references(part)


def _of_function(key: str, argument: object) -> Iterator[str]:
    """What an intrinsic function, or DependsOn, names, in the long forms of JSON."""
    match key, argument:
        case (("Ref" | "DependsOn"), str(name)):
            yield name
        case "DependsOn", list(names):
            yield from names
        case "Fn::GetAtt", [str(name), *_]:
            yield name
        case "Fn::GetAtt", str(text):
            yield text.partition(".")[0]
        case "Fn::Sub", (str(text) | [str(text), *_]):
            yield from SUB.findall(text)

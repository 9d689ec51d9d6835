"""The order in which resources are made: each after those that it refers to or depends on."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ecscli.sandbox.shapes import Json
from ecscli.sandbox.stacks.functions import VARIABLE
from ecscli.sandbox.stacks.template import validation


def references(value: Any) -> Iterator[str]:
    """Every name that Ref, Fn::GetAtt and Fn::Sub mention in a value."""
    if isinstance(value, dict):
        for key, inner in value.items():
            if key == "Ref" and isinstance(inner, str):
                yield inner
            elif key == "Fn::GetAtt":
                yield inner.split(".", 1)[0] if isinstance(inner, str) else inner[0]
            elif key == "Fn::Sub":
                text = inner[0] if isinstance(inner, list) else inner
                yield from (
                    name.strip().split(".", 1)[0]
                    for name in VARIABLE.findall(text)
                    if not name.startswith("!")
                )
                yield from references(inner[1:] if isinstance(inner, list) else None)
            else:
                yield from references(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from references(inner)


def needed(resource: Json) -> set[str]:
    """The logical ids that a resource needs first, parameters among them."""
    on = resource.get("DependsOn", [])
    return {*([on] if isinstance(on, str) else on), *references(resource.get("Properties", {}))}


def ordered(resources: dict[str, Json]) -> list[str]:
    """Logical ids, every one after what it needs; ValidationError for a circle or a name that does
    not exist."""
    for resource in resources.values():
        on = resource.get("DependsOn", [])
        for other in [on] if isinstance(on, str) else on:
            if other not in resources:
                raise validation(
                    "Template format error: Unresolved resource dependencies "
                    f"[{other}] in the Resources block of the template"
                )
    waiting = {name: needed(one) & resources.keys() for name, one in resources.items()}
    done: list[str] = []
    while waiting:
        ready = [name for name, on in waiting.items() if on <= set(done)]
        if not ready:
            raise validation(
                f"Circular dependency between resources: [{', '.join(sorted(waiting))}]"
            )
        for name in ready:
            del waiting[name]
        done += ready
    return done


def check_references(document: Json, known: set[str]) -> None:
    """Every name that the template mentions exists."""
    names = known | set(document["Resources"])
    for section in ("Resources", "Outputs", "Conditions"):
        missing = sorted(set(references(document.get(section, {}))) - names)
        missing = [
            name
            for name in missing
            if not name.startswith("AWS::") and name not in sub_variables(document)
        ]
        if missing:
            raise validation(
                "Template format error: Unresolved resource dependencies "
                f"[{', '.join(missing)}] in the {section} block of the template"
            )


def sub_variables(value: Any) -> set[str]:
    """Names that Fn::Sub defines for itself."""
    if isinstance(value, dict):
        own = value.get("Fn::Sub")
        found = set(own[1]) if isinstance(own, list) else set()
        return found.union(*(sub_variables(inner) for inner in value.values())) if value else found
    return set().union(*map(sub_variables, value)) if isinstance(value, list) else set()

"""The order in which resources are made: each after those that it refers to or depends on."""

from __future__ import annotations

from collections.abc import Iterator

from ecscli.sandbox.shapes import Json
from ecscli.sandbox.stacks.functions import VARIABLE
from ecscli.sandbox.stacks.template import validation


def references(value: object) -> Iterator[str]:
    """Every name that Ref, Fn::GetAtt and Fn::Sub mention in a value; an argument of another shape
    than they take mentions none."""
    if isinstance(value, list):
        for inner in value:
            yield from references(inner)
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield from MENTIONED.get(key, references)(inner)


def in_ref(argument: object) -> Iterator[str]:
    if isinstance(argument, str):
        yield argument


def in_get_att(argument: object) -> Iterator[str]:
    name = argument[0] if isinstance(argument, list) and argument else argument
    if isinstance(name, str):
        yield name.split(".", 1)[0]


def in_sub(argument: object) -> Iterator[str]:
    text, *own = argument if isinstance(argument, list) and argument else [argument]
    for name in VARIABLE.findall(text) if isinstance(text, str) else ():
        if not name.startswith("!"):
            yield name.strip().split(".", 1)[0]
    yield from references(own)


#: Where the functions that mention names have them.
MENTIONED = {"Ref": in_ref, "Fn::GetAtt": in_get_att, "Fn::Sub": in_sub}


def needed(resource: Json) -> set[str]:
    """The logical ids that a resource needs first, parameters among them."""
    return {*depends_on(resource), *references(resource.get("Properties", {}))}


def depends_on(resource: Json) -> list[str]:
    on = resource.get("DependsOn", [])
    return [on] if isinstance(on, str) else list(on)


def check_dependencies(resource: Json, resources: dict[str, Json]) -> None:
    for other in depends_on(resource):
        if other not in resources:
            raise validation(
                "Template format error: Unresolved resource dependencies "
                f"[{other}] in the Resources block of the template"
            )


def ordered(resources: dict[str, Json]) -> list[str]:
    """Logical ids, every one after what it needs; ValidationError for a circle or a name that does
    not exist."""
    for resource in resources.values():
        check_dependencies(resource, resources)
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


def sub_variables(value: object) -> set[str]:
    """Names that Fn::Sub defines for itself."""
    if isinstance(value, dict):
        own = value.get("Fn::Sub")
        variables = own[1] if isinstance(own, list) and len(own) > 1 else {}
        found = set(variables) if isinstance(variables, dict) else set()
        return found.union(*(sub_variables(inner) for inner in value.values())) if value else found
    return set().union(*map(sub_variables, value)) if isinstance(value, list) else set()

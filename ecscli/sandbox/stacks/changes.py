"""What an update would do to each resource: a stack and a new template in, the changes of a change
set out. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from ecscli.sandbox.shapes import Json
from ecscli.sandbox.stacks.evaluate import UNKNOWN, declared, lookup_in, wanted
from ecscli.sandbox.stacks.functions import Scope
from ecscli.sandbox.stacks.kinds import kind
from ecscli.sandbox.stacks.model import Resource, Stack
from ecscli.sandbox.stacks.order import references


class Preview:
    """Ref and Fn::GetAtt as they can be known before anything is done."""

    def __init__(self, stack: Stack) -> None:
        self.stack = stack
        self.unknown: set[str] = set()
        self.moving: dict[str, frozenset[str]] = {}
        self._known = lookup_in(stack)

    def __call__(self, name: str, attribute: str | None = None) -> object:
        resource = self.stack.resources.get(name)
        if resource is None or resource.made is None or name in self.unknown:
            return UNKNOWN
        if attribute is not None and attribute in self.moving.get(name, ()):
            return UNKNOWN
        return self._known(name, attribute)


def changes(stack: Stack, scope: Scope, preview: Preview) -> list[Json]:
    """The changes in the order in which they would be made; removals come last."""
    found = []
    resources = wanted(scope)
    for name, resource in resources.items():
        old = stack.resources.get(name)
        if old is None or old.made is None:
            preview.unknown.add(name)
            found.append(shown("Add", Resource(name, resource["Type"], {})))
            continue
        change = modification(old, resource, scope, preview)
        if change is not None:
            found.append(change)
    for old in reversed(stack.resources.values()):
        if old.logical_id not in resources and old.made is not None:
            found.append(shown("Remove", old))
    return found


def modification(old: Resource, resource: Json, scope: Scope, preview: Preview) -> Json | None:
    """How one existing resource changes, and whether it is replaced."""
    name, properties = old.logical_id, declared(resource, scope)
    if resource["Type"] != old.type:
        preview.unknown.add(name)
        return shown("Modify", Resource(name, resource["Type"], {}, old.made), "True")
    names = {**old.declared, **properties}
    changed = [key for key in names if old.declared.get(key) != properties.get(key)]
    if not changed:
        return None
    it = kind(old.type)
    details = [
        detail(key, it.replaces(key, old.declared, properties), properties, resource, preview)
        for key in changed
    ]
    replacement = replacement_of(details)
    if replacement != "False":
        preview.unknown.add(name)
    preview.moving[name] = it.moving
    return shown("Modify", old, replacement, details)


def replacement_of(details: list[Json]) -> str:
    """Whether changes of properties replace a resource: for sure, perhaps, or not."""
    replacing = [one for one in details if one["Target"]["RequiresRecreation"] == "Always"]
    if not replacing:
        return "False"
    is_sure = any(one["Evaluation"] == "Static" for one in replacing)
    return "True" if is_sure else "Conditional"


def detail(key: str, recreated: bool, properties: Json, resource: Json, preview: Preview) -> Json:
    """Which property changes, and whether its new value is known yet."""
    dynamic = UNKNOWN in repr(properties.get(key))
    causes = [
        name
        for name in references(resource.get("Properties", {}).get(key))
        if name in preview.unknown or name in preview.moving
    ]
    found: Json = {
        "Target": {
            "Attribute": "Properties",
            "Name": key,
            "RequiresRecreation": "Always" if recreated else "Never",
        },
        "Evaluation": "Dynamic" if dynamic else "Static",
        "ChangeSource": "ResourceReference" if dynamic and causes else "DirectModification",
    }
    if dynamic and causes:
        found["CausingEntity"] = causes[0]
    return found


def shown(
    action: str, resource: Resource, replacement: str = "", details: Sequence[Json] = ()
) -> Json:
    change: Json = {
        "Action": action,
        "LogicalResourceId": resource.logical_id,
        "ResourceType": resource.type,
        "Details": list(details),
        "Scope": ["Properties"] if action == "Modify" else [],
    }
    if resource.physical_id:
        change["PhysicalResourceId"] = resource.physical_id
    if replacement:
        change["Replacement"] = replacement
    return {"Type": "Resource", "ResourceChange": change}

"""A template and its parameter values against what exists: what every resource is declared to
be."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from ecscli.sandbox.partitions import partition_of, suffix_of
from ecscli.sandbox.shapes import Json
from ecscli.sandbox.stacks.functions import Scope, resolve
from ecscli.sandbox.stacks.model import Stack
from ecscli.sandbox.stacks.order import ordered
from ecscli.sandbox.stacks.parameters import Value
from ecscli.sandbox.stacks.template import validation

if TYPE_CHECKING:
    from ecscli.sandbox.stacks.state import Stacks

#: What a value is called that nobody can know before the resource behind it exists.
UNKNOWN = "{{changeSet:KNOWN_AFTER_APPLY}}"


def scope_of(
    stacks: Stacks,
    stack: Stack,
    document: Json,
    values: dict[str, Value],
    lookup: Callable[..., object],
) -> Scope:
    """The names of a stack's template."""
    pseudo: Json = {
        "AWS::AccountId": stacks.account,
        "AWS::Region": stacks.region,
        "AWS::StackName": stack.name,
        "AWS::StackId": stack.id,
        "AWS::Partition": partition_of(stacks.region),
        "AWS::URLSuffix": suffix_of(stacks.region),
        "AWS::NotificationARNs": [],
    }
    known = {**pseudo, **{key: value.value for key, value in values.items()}}
    return Scope(document, known, lookup, stacks.zones, stacks.imported)


def lookup_in(stack: Stack) -> Callable[..., object]:
    """Ref and Fn::GetAtt of the resources that exist."""

    def lookup(name: str, attribute: str | None = None) -> object:
        resource = stack.resources.get(name)
        if resource is None or resource.made is None:
            raise validation(f"Template error: resource {name} does not exist")
        if attribute is None:
            return resource.made.id
        return attribute_of(resource.type, resource.made.attributes, name, attribute)

    return lookup


def attribute_of(resource_type: str, attributes: Json, name: str, attribute: str) -> object:
    if attribute not in attributes:
        raise validation(
            f"Template error: resource {name} does not support attribute type {attribute} in"
            " Fn::GetAtt"
        )
    return attributes[attribute]


def wanted(scope: Scope) -> dict[str, Json]:
    """The resources whose conditions hold, in the order in which they are made."""
    resources = {
        name: one for name, one in scope.document["Resources"].items() if scope.exists(one)
    }
    return {name: resources[name] for name in ordered(resources)}


def declared(resource: Json, scope: Scope) -> Json:
    properties: Json = resolve(resource.get("Properties", {}), scope)
    return properties


def outputs(stack: Stack, scope: Scope) -> list[Json]:
    """The outputs whose conditions hold."""
    found = []
    for name, one in scope.document.get("Outputs", {}).items():
        if scope.exists(one):
            value = resolve(one["Value"], scope)
            text = ",".join(map(str, value)) if isinstance(value, list) else str(value)
            output = {"OutputKey": name, "OutputValue": text}
            if one.get("Description"):
                output["Description"] = one["Description"]
            if one.get("Export"):
                output["ExportName"] = resolve(one["Export"]["Name"], scope)
            found.append(output)
    return found

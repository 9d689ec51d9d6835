"""The functions of templates: a value with Ref, Fn::Sub and the others in, the plain value out."""

from __future__ import annotations

import base64
import ipaddress
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from ecscli.sandbox.shapes import Json
from ecscli.sandbox.stacks.template import validation

#: What AWS::NoValue leaves behind until the member that holds it is dropped.
NO_VALUE = object()
VARIABLE = re.compile(r"\$\{([^}]*)\}")


@dataclass(slots=True)
class Scope:
    """What names mean while one stack is evaluated; `lookup(id)` is a Ref, `lookup(id, attribute)`
    a GetAtt."""

    document: Json
    values: Json
    lookup: Callable[..., object]
    zones: Callable[[str], list[str]]
    imported: Callable[[str], object]
    _conditions: dict[str, bool] = field(default_factory=dict)

    def condition(self, name: str) -> bool:
        if name not in self._conditions:
            conditions = self.document.get("Conditions", {})
            if name not in conditions:
                raise validation(f"Template format error: Unresolved condition dependency {name}")
            self._conditions[name] = truth(conditions[name], self)
        return self._conditions[name]

    def exists(self, resource: Json) -> bool:
        """Whether the condition of a resource or output holds."""
        return "Condition" not in resource or self.condition(resource["Condition"])


def resolve(value: Any, scope: Scope) -> Any:
    """The value with every function replaced by what it gives."""
    if isinstance(value, dict):
        if len(value) == 1:
            ((name, argument),) = value.items()
            if name in FUNCTIONS:
                return given_by(name, argument, scope)
        resolved = {key: resolve(one, scope) for key, one in value.items()}
        return {key: one for key, one in resolved.items() if one is not NO_VALUE}
    if isinstance(value, list):
        return list(flattened(value, scope))
    return value


#: What functions raise where their argument has not the shape that they take.
MALFORMED = (AttributeError, IndexError, KeyError, TypeError, ValueError)


def given_by(name: str, argument: object, scope: Scope) -> object:
    """What a function gives; ValidationError where it cannot use its argument."""
    try:
        return FUNCTIONS[name](argument, scope)
    except MALFORMED:
        raise validation(f"Template error: {name} does not take {json.dumps(argument)}") from None


def flattened(values: list[object], scope: Scope) -> Iterator[object]:
    """List members; a list that a condition gives in place of one member is spliced in."""
    for value in values:
        resolved = resolve(value, scope)
        if isinstance(resolved, list) and isinstance(value, dict) and "Fn::If" in value:
            yield from resolved
        elif resolved is not NO_VALUE:
            yield resolved


def ref(name: str, scope: Scope) -> object:
    if name == "AWS::NoValue":
        return NO_VALUE
    return scope.values[name] if name in scope.values else scope.lookup(name)


def get_att(argument: Any, scope: Scope) -> object:
    name, attribute = argument.split(".", 1) if isinstance(argument, str) else argument
    return scope.lookup(name, resolve(attribute, scope))


def sub(argument: Any, scope: Scope) -> str:
    text, own = argument if isinstance(argument, list) else (argument, {})
    known = {name: resolve(value, scope) for name, value in own.items()}

    def put(match: re.Match[str]) -> str:
        name = match[1].strip()
        if name.startswith("!"):
            return "${" + name[1:] + "}"
        if name in known:
            return as_text(known[name])
        return as_text(
            get_att(name, scope) if "." in name and name not in scope.values else ref(name, scope)
        )

    return VARIABLE.sub(put, text)


def join(argument: Any, scope: Scope) -> str:
    separator, values = argument
    return str(separator).join(as_text(one) for one in resolve(values, scope))


def select(argument: Any, scope: Scope) -> object:
    index, values = resolve(argument[0], scope), resolve(argument[1], scope)
    try:
        return values[int(index)]
    except IndexError:
        raise validation(
            "Template error: Fn::Select cannot select nonexistent value at index " + str(index)
        ) from None


def find_in_map(argument: Any, scope: Scope) -> object:
    found: object = scope.document.get("Mappings", {})
    keys = [resolve(one, scope) for one in argument[:3]]
    for key in keys:
        if not isinstance(found, dict) or str(key) not in {str(one) for one in found}:
            raise validation(
                f"Template error: Unable to get mapping for {'::'.join(map(str, keys))}"
            )
        found = found.get(key, found.get(str(key)))
    return resolve(found, scope)


def choose(argument: Any, scope: Scope) -> object:
    condition, yes, no = argument
    return resolve(yes if scope.condition(condition) else no, scope)


def cidr(argument: Any, scope: Scope) -> list[str]:
    block, count, bits = [*resolve(argument, scope), 8][:3]
    network = ipaddress.ip_network(block)
    subnets = network.subnets(new_prefix=network.max_prefixlen - int(bits))
    return [str(next(subnets)) for _ in range(int(count))]


def truth(condition: object, scope: Scope) -> bool:
    """A condition's own functions, which other conditions may be named in."""
    if not isinstance(condition, dict):
        return str(condition).lower() == "true"
    ((name, argument),) = condition.items()
    match name:
        case "Condition":
            return scope.condition(argument)
        case "Fn::Equals":
            return as_text(resolve(argument[0], scope)) == as_text(resolve(argument[1], scope))
        case "Fn::Not":
            return not truth(argument[0], scope)
        case "Fn::And":
            return all(truth(one, scope) for one in argument)
        case "Fn::Or":
            return any(truth(one, scope) for one in argument)
    raise validation(f"Template error: unknown condition function {name}")


def as_text(value: object) -> str:
    """Scalars as CloudFormation writes them into text."""
    if isinstance(value, bool):
        return str(value).lower()
    return ",".join(map(as_text, value)) if isinstance(value, list) else str(value)


FUNCTIONS: dict[str, Callable[[Any, Scope], object]] = {
    "Ref": ref,
    "Fn::GetAtt": get_att,
    "Fn::Sub": sub,
    "Fn::Join": join,
    "Fn::Select": select,
    "Fn::Split": lambda argument, scope: as_text(resolve(argument[1], scope)).split(argument[0]),
    "Fn::FindInMap": find_in_map,
    "Fn::If": choose,
    "Fn::Base64": lambda argument, scope: base64.b64encode(
        as_text(resolve(argument, scope)).encode()
    ).decode(),
    "Fn::GetAZs": lambda argument, scope: scope.zones(
        resolve(argument, scope) or scope.values["AWS::Region"]
    ),
    "Fn::Cidr": cidr,
    "Fn::ImportValue": lambda argument, scope: scope.imported(resolve(argument, scope)),
    "Fn::ToJsonString": lambda argument, scope: json.dumps(resolve(argument, scope)),
    "Fn::Length": lambda argument, scope: len(resolve(argument, scope)),
}

"""A CloudFormation template and its parameters' values -> what each resource is declared to be, as
far as known.

PURE: what only AWS knows stands in the values as a placeholder, equal for equal things, which
`shown` makes readable.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from ecscli.base.documents import Document, Draft
from ecscli.base.marks import Tagged
from ecscli.base.records import field, mutable
from ecscli.base.yaml.scalars import source_text
from ecscli.cluster.template import cfn

KEPT, NEW = "\0", "\1"  # around the name of a thing that stays, and of one that will be another
NO_VALUE = object()
VARIABLE = re.compile(r"\$\{([^}]*)\}")
WITHOUT_FN = ("Ref", "Condition")
MOST_ZONES = 8
Json = Draft
ValueOf = Callable[[str, str | None], str]
Function = Callable[[Any, "Template", ValueOf], Any]


def kept(name: str, attribute: str | None = None) -> str:
    """The placeholder of a thing that is there, or of its attribute."""
    return f"{KEPT}{name}{'.' + attribute if attribute else ''}{KEPT}"


def new(name: str, attribute: str | None = None) -> str:
    """The placeholder of a value that is not known before the stack is changed."""
    return f"{NEW}{name}{'.' + attribute if attribute else ''}{NEW}"


def is_new(value: Any) -> bool:
    """True where something in the value is not known yet."""
    return any(NEW in text for text in _texts(value))


def shown(text: str) -> str:
    """The text with its placeholders as a person reads them: ``<Vpc>``, ``<new Vpc>``."""
    text = re.sub(f"{KEPT}([^{KEPT}]*){KEPT}", r"<\1>", text)
    return re.sub(f"{NEW}([^{NEW}]*){NEW}", r"<new \1>", text)


def document(text: str) -> Json:
    """A template with every function in its long form, so that both spellings are one."""
    found: Json = _long(cfn.parse(text))
    return found


@mutable
class Template:
    """A template under evaluation: what its names mean, apart from its own resources."""

    document: Json
    values: Document
    zones: Sequence[str] = ()
    _conditions: dict[str, bool] = field(default_factory=dict)

    @property
    def resources(self) -> Mapping[str, Json]:
        """The resources whose conditions hold."""
        declared: Mapping[str, Json] = self.document.get("Resources") or {}
        return {name: one for name, one in declared.items() if self.exists(one)}

    def exists(self, resource: Json) -> bool:
        return "Condition" not in resource or self.condition(resource["Condition"])

    def condition(self, name: str) -> bool:
        """Whether a condition holds; one that the template does not declare holds not."""
        if name not in self._conditions:
            self._conditions[name] = _truth((self.document.get("Conditions") or {}).get(name), self)
        return self._conditions[name]

    def properties(self, resource: Json, lookup: ValueOf) -> Json:
        """The properties of a resource, every function carried out; scalars are text, as
        CloudFormation has them."""
        found: Json = _resolve(resource.get("Properties") or {}, self, lookup)
        return found


def template(
    text: str,
    parameters: Mapping[str, str],
    pseudo: Mapping[str, str] | None = None,
    zones: Sequence[str] = (),
) -> Template:
    """A template with its parameters' values, defaults where none is given; `pseudo` by name,
    ``AWS::Region``..."""
    tree = document(text)
    values: Json = dict(pseudo or {})
    for name, declared in (tree.get("Parameters") or {}).items():
        value = parameters.get(name, declared.get("Default"))
        as_list = "List" in str(declared.get("Type", ""))
        values[name] = _list(value) if as_list else kept(name) if value is None else as_text(value)
    return Template(tree, values, zones)


def as_text(value: Any) -> str:
    """A scalar as CloudFormation writes it into text; a list with commas."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return ",".join(map(as_text, value))
    if isinstance(value, dict):
        return json.dumps(value, sort_keys=True)
    return source_text(value) if isinstance(value, int | float) else str(value)


def _list(value: Any) -> list[str]:
    return [part.strip() for part in as_text("" if value is None else value).split(",")]


def _long(tree: Any) -> Any:
    if isinstance(tree, Tagged):
        name, value = tree.tag.removeprefix("!"), _long(tree.value)
        if name == "GetAtt" and isinstance(value, str):
            value = value.split(".", 1)
        return {name if name in WITHOUT_FN else f"Fn::{name}": value}
    if isinstance(tree, dict):
        return {key: _long(value) for key, value in tree.items()}
    return [_long(value) for value in tree] if isinstance(tree, list) else tree


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, dict | list):
        for part in value.values() if isinstance(value, dict) else value:
            yield from _texts(part)
    elif isinstance(value, str):
        yield value


# ---------------------------------------------------------------------------------------- functions


def _resolve(value: Any, scope: Template, lookup: ValueOf) -> Any:
    if isinstance(value, dict):
        name = next(iter(value), "")
        if len(value) == 1 and (name == "Ref" or name.startswith("Fn::")):
            function = FUNCTIONS[name] if name in FUNCTIONS else _opaque(name)
            return function(value[name], scope, lookup)
        resolved = {key: _resolve(one, scope, lookup) for key, one in value.items()}
        return {key: one for key, one in resolved.items() if one is not NO_VALUE}
    if isinstance(value, list):
        return list(_members(value, scope, lookup))
    return as_text(value)


def _members(values: list[Any], scope: Template, lookup: ValueOf) -> Iterator[Any]:
    """The members of a list; a list that a condition gives in place of one member is part of it."""
    for value in values:
        resolved = _resolve(value, scope, lookup)
        if isinstance(resolved, list) and isinstance(value, dict) and "Fn::If" in value:
            yield from resolved
        elif resolved is not NO_VALUE:
            yield resolved


def _ref(name: Any, scope: Template, lookup: ValueOf) -> Any:
    if name == "AWS::NoValue":
        return NO_VALUE
    if name in scope.values:
        return scope.values[name]
    return kept(name) if name.startswith("AWS::") else lookup(name, None)


def _get_att(argument: Any, scope: Template, lookup: ValueOf) -> str:
    name, attribute = argument.split(".", 1) if isinstance(argument, str) else argument
    return lookup(name, as_text(_resolve(attribute, scope, lookup)))


def _sub(argument: Any, scope: Template, lookup: ValueOf) -> str:
    text, own = argument if isinstance(argument, list) else (argument, {})
    known = {name: _resolve(value, scope, lookup) for name, value in own.items()}

    def put(match: re.Match[str]) -> str:
        name = match[1].strip()
        if name.startswith("!"):
            return "${" + name[1:] + "}"
        if name in known:
            return as_text(known[name])
        whole = name in scope.values or "." not in name
        return as_text(_ref(name, scope, lookup) if whole else _get_att(name, scope, lookup))

    return VARIABLE.sub(put, text)


def _join(argument: Any, scope: Template, lookup: ValueOf) -> str:
    separator, values = argument
    resolved = _resolve(values, scope, lookup)
    return (
        str(separator).join(map(as_text, resolved))
        if isinstance(resolved, list)
        else as_text(resolved)
    )


def _select(argument: Any, scope: Template, lookup: ValueOf) -> Any:
    index, values = (_resolve(one, scope, lookup) for one in argument)
    known = isinstance(values, list) and str(index).isdecimal() and int(index) < len(values)
    return values[int(index)] if known else kept(f"item {index} of {as_text(values)}")


def _find_in_map(argument: Any, scope: Template, lookup: ValueOf) -> Any:
    found: Any = scope.document.get("Mappings") or {}
    for key in [as_text(_resolve(one, scope, lookup)) for one in argument[:3]]:
        found = found.get(key) if isinstance(found, dict) else None
    return kept(f"mapping {as_text(argument)}") if found is None else _resolve(found, scope, lookup)


def _if(argument: Any, scope: Template, lookup: ValueOf) -> Any:
    condition, yes, no = argument
    return _resolve(yes if scope.condition(condition) else no, scope, lookup)


def _zones(argument: Any, scope: Template, lookup: ValueOf) -> list[str]:
    return list(scope.zones) or [kept(f"zone {number}") for number in range(1, MOST_ZONES + 1)]


def _split(argument: Any, scope: Template, lookup: ValueOf) -> list[str]:
    return as_text(_resolve(argument[1], scope, lookup)).split(argument[0])


def _opaque(name: str) -> Function:
    """A function that is not carried out here: the same for the same arguments."""

    def call(argument: Any, scope: Template, lookup: ValueOf) -> str:
        resolved = as_text(_resolve(argument, scope, lookup))
        return new(name) if NEW in resolved else kept(f"{name} {resolved}")

    return call


FUNCTIONS: Mapping[str, Function] = {
    "Ref": _ref,
    "Fn::GetAtt": _get_att,
    "Fn::Sub": _sub,
    "Fn::Join": _join,
    "Fn::Select": _select,
    "Fn::Split": _split,
    "Fn::FindInMap": _find_in_map,
    "Fn::If": _if,
    "Fn::GetAZs": _zones,
    "Fn::Base64": lambda argument, scope, lookup: as_text(_resolve(argument, scope, lookup)),
}


def _truth(condition: Any, scope: Template) -> bool:
    """A condition's own functions, which other conditions may be named in; resources never are."""
    if not isinstance(condition, dict):
        return as_text(condition).lower() == "true"
    ((name, argument),) = condition.items()
    match name:
        case "Condition":
            return scope.condition(argument)
        case "Fn::Equals":
            one, other = (as_text(_resolve(side, scope, kept)) for side in argument)
            return one == other
        case "Fn::Not":
            return not _truth(argument[0], scope)
        case "Fn::And":
            return all(_truth(one, scope) for one in argument)
        case "Fn::Or":
            return any(_truth(one, scope) for one in argument)
    return False

"""A CloudFormation template and its parameters' values -> what each resource is declared to be, as
far as known.

PURE: what only AWS knows stands in the values as a placeholder, equal for equal things, which
`shown` makes readable.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence

from ecscli.base.documents import Document, Draft
from ecscli.base.marks import Tagged
from ecscli.base.records import field, mutable
from ecscli.base.yaml import cfn
from ecscli.base.yaml.scalars import source_text

KEPT, NEW = "\0", "\1"  # around the name of a thing that stays, and of one that will be another
NO_VALUE = object()
VARIABLE = re.compile(r"\$\{([^}]*)\}")
WITHOUT_FN = ("Ref", "Condition")
MOST_ZONES = 8
Json = Draft
ValueOf = Callable[[str, str | None], str]
Function = Callable[[object, "Template", ValueOf], object]


def kept(name: str, attribute: str | None = None) -> str:
    """The placeholder of a thing that is there, or of its attribute."""
    return f"{KEPT}{name}{'.' + attribute if attribute else ''}{KEPT}"


def new(name: str, attribute: str | None = None) -> str:
    """The placeholder of a value that is not known before the stack is changed."""
    return f"{NEW}{name}{'.' + attribute if attribute else ''}{NEW}"


def is_new(value: object) -> bool:
    """True where something in the value is not known yet."""
    return any(NEW in text for text in _texts(value))


def shown(text: str) -> str:
    """The text with its placeholders as a person reads them: ``<Vpc>``, ``<new Vpc>``."""
    text = re.sub(f"{KEPT}([^{KEPT}]*){KEPT}", r"<\1>", text)
    return re.sub(f"{NEW}([^{NEW}]*){NEW}", r"<new \1>", text)


def document(text: str) -> Json:
    """A template with every function in its long form, so that both spellings are one."""
    found = _long(cfn.parse(text))
    assert isinstance(found, dict), "a template is a mapping"
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
        found = _resolve(resource.get("Properties") or {}, self, lookup)
        return found if isinstance(found, dict) else {}


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
        given = parameters.get(name, declared.get("Default"))
        values[name] = _parameter(name, declared, given)
    return Template(tree, values, zones)


def _parameter(name: str, declared: Document, given: object) -> object:
    """The value of a parameter; a placeholder where neither the stack nor the template has one."""
    if "List" in str(declared.get("Type", "")):
        return _list(given)
    return kept(name) if given is None else as_text(given)


def as_text(value: object) -> str:
    """A scalar as CloudFormation writes it into text; a list with commas."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return ",".join(map(as_text, value))
    if isinstance(value, dict):
        return json.dumps(value, sort_keys=True)
    return source_text(value) if isinstance(value, int | float) else str(value)


def _list(value: object) -> list[str]:
    return [part.strip() for part in as_text("" if value is None else value).split(",")]


def _long(tree: object) -> object:
    if isinstance(tree, Tagged):
        name, value = tree.tag.removeprefix("!"), _long(tree.value)
        if name == "GetAtt" and isinstance(value, str):
            value = value.split(".", 1)
        return {name if name in WITHOUT_FN else f"Fn::{name}": value}
    if isinstance(tree, dict):
        return {key: _long(value) for key, value in tree.items()}
    return [_long(value) for value in tree] if isinstance(tree, list) else tree


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, dict | list):
        for part in value.values() if isinstance(value, dict) else value:
            yield from _texts(part)
    elif isinstance(value, str):
        yield value


# ---------------------------------------------------------------------------------------- functions


def _resolve(value: object, scope: Template, lookup: ValueOf) -> object:
    """A value with every function in it carried out."""
    if isinstance(value, list):
        return list(_members(value, scope, lookup))
    if not isinstance(value, dict):
        return as_text(value)
    name = _function_name(value)
    if name:
        function = FUNCTIONS.get(name) or _opaque(name)
        return function(value[name], scope, lookup)
    resolved = {key: _resolve(one, scope, lookup) for key, one in value.items()}
    return {key: one for key, one in resolved.items() if one is not NO_VALUE}


def _function_name(value: Json) -> str:
    """The function that a mapping calls; empty where it calls none."""
    name = next(iter(value), "")
    is_call = len(value) == 1 and (name == "Ref" or name.startswith("Fn::"))
    return name if is_call else ""


def _arguments(argument: object) -> list[object]:
    """The arguments of a function that takes several."""
    return argument if isinstance(argument, list) else [argument]


def _members(values: list[object], scope: Template, lookup: ValueOf) -> Iterator[object]:
    """The members of a list; a list that a condition gives in place of one member is part of it."""
    for value in values:
        resolved = _resolve(value, scope, lookup)
        if isinstance(resolved, list) and isinstance(value, dict) and "Fn::If" in value:
            yield from resolved
        elif resolved is not NO_VALUE:
            yield resolved


def _ref(argument: object, scope: Template, lookup: ValueOf) -> object:
    name = str(argument)
    if name == "AWS::NoValue":
        return NO_VALUE
    if name in scope.values:
        return scope.values[name]
    return kept(name) if name.startswith("AWS::") else lookup(name, None)


def _get_att(argument: object, scope: Template, lookup: ValueOf) -> str:
    words = argument.split(".", 1) if isinstance(argument, str) else argument
    name, attribute = _arguments(words)
    return lookup(str(name), as_text(_resolve(attribute, scope, lookup)))


def _sub(argument: object, scope: Template, lookup: ValueOf) -> str:
    text, own = argument if isinstance(argument, list) else (argument, {})
    known = {name: _resolve(value, scope, lookup) for name, value in own.items()}

    def put(match: re.Match[str]) -> str:
        name = match[1].strip()
        if name.startswith("!"):
            return "${" + name[1:] + "}"
        return as_text(known[name] if name in known else _variable(name, scope, lookup))

    return VARIABLE.sub(put, str(text))


def _variable(name: str, scope: Template, lookup: ValueOf) -> object:
    """What `${name}` stands for in a text: a parameter or resource, or ``Resource.Attribute``."""
    is_whole = name in scope.values or "." not in name
    return _ref(name, scope, lookup) if is_whole else _get_att(name, scope, lookup)


def _join(argument: object, scope: Template, lookup: ValueOf) -> str:
    separator, values = _arguments(argument)
    resolved = _resolve(values, scope, lookup)
    return str(separator).join(map(as_text, _arguments(resolved)))


def _select(argument: object, scope: Template, lookup: ValueOf) -> object:
    index, values = (_resolve(one, scope, lookup) for one in _arguments(argument))
    place = int(str(index)) if str(index).isdecimal() else None
    if isinstance(values, list) and place is not None and place < len(values):
        return values[place]
    return kept(f"item {index} of {as_text(values)}")


def _find_in_map(argument: object, scope: Template, lookup: ValueOf) -> object:
    found: object = scope.document.get("Mappings") or {}
    for key in [as_text(_resolve(one, scope, lookup)) for one in _arguments(argument)[:3]]:
        found = found.get(key) if isinstance(found, dict) else None
    return kept(f"mapping {as_text(argument)}") if found is None else _resolve(found, scope, lookup)


def _if(argument: object, scope: Template, lookup: ValueOf) -> object:
    condition, yes, no = _arguments(argument)
    return _resolve(yes if scope.condition(str(condition)) else no, scope, lookup)


def _zones(argument: object, scope: Template, lookup: ValueOf) -> list[str]:
    return list(scope.zones) or [kept(f"zone {number}") for number in range(1, MOST_ZONES + 1)]


def _split(argument: object, scope: Template, lookup: ValueOf) -> list[str]:
    separator, text = _arguments(argument)
    return as_text(_resolve(text, scope, lookup)).split(str(separator))


def _opaque(name: str) -> Function:
    """A function that is not carried out here: the same for the same arguments."""

    def call(argument: object, scope: Template, lookup: ValueOf) -> str:
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


def _truth(condition: object, scope: Template) -> bool:
    """A condition's own functions, which other conditions may be named in; resources never are."""
    if not isinstance(condition, dict):
        return as_text(condition).lower() == "true"
    ((name, argument),) = condition.items()
    judge = CONDITIONS.get(name)
    return judge is not None and judge(argument, scope)


def _is_equal(argument: object, scope: Template) -> bool:
    one, other = (as_text(_resolve(side, scope, kept)) for side in _arguments(argument))
    return one == other


CONDITIONS: Mapping[str, Callable[[object, Template], bool]] = {
    "Condition": lambda argument, scope: scope.condition(str(argument)),
    "Fn::Equals": _is_equal,
    "Fn::Not": lambda argument, scope: not _truth(_arguments(argument)[0], scope),
    "Fn::And": lambda argument, scope: all(_truth(one, scope) for one in _arguments(argument)),
    "Fn::Or": lambda argument, scope: any(_truth(one, scope) for one in _arguments(argument)),
}

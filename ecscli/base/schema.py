"""A parsed file and a JSON Schema -> findings in plain words, each with its place and the nearest
known name.

`schema_check` answers first, since importing jsonschema costs more than reading a file. It may only
answer "valid"; whenever it cannot, jsonschema decides, and what it finds is explained here.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from itertools import islice
from typing import TYPE_CHECKING, Any, TypeGuard

from ecscli.base.errors import Finding, shorten
from ecscli.base.findings import MOST_FINDINGS
from ecscli.base.marks import Mark, dotted, where
from ecscli.base.nearest import did_you_mean
from ecscli.base.schema_check import TYPES, Schema, surely_valid, unforeseen
from ecscli.base.system import resources

if TYPE_CHECKING:
    from jsonschema import ValidationError

NAMES = {
    "object": "a mapping",
    "array": "a list",
    "string": "text",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
    "null": "empty",
}
MOST_SPECIFIC_FIRST = ("boolean", "integer", *NAMES)
EMPTY = "must not be empty"


def validate(tree: Any, schema: Schema | str, file: str) -> list[Finding]:
    """Every way in which `tree` breaks `schema`, in the order of the file; empty where it is valid.

    `schema` is a mapping or the name of a shipped file such as ``cluster/schema/cluster.json``.
    `file` names the document where a part of it has no mark.
    """
    document: Schema = json.loads(resources.read(schema)) if isinstance(schema, str) else schema
    if surely_valid(tree, document):
        return []
    found = _all_findings(tree, document, file)
    first = list(islice(dict.fromkeys(islice(found, MOST_FINDINGS + 1)), MOST_FINDINGS))
    first.sort(key=_place)
    if next(found, None) is not None:
        first.append(Finding("further findings are left out", file))
    return first


def unknown_key(path: str, key: str, names: Collection[str], place: Mark | str | None) -> Finding:
    """The finding for an unknown key, worded the same for every kind of file."""
    hint = did_you_mean(key, names)
    if hint is None and names:
        hint = f"known here: {', '.join(sorted(names))}"
    return Finding(_at(path, f'unknown key "{key}"'), place, hint)


def _all_findings(tree: Any, schema: Schema, file: str) -> Iterator[Finding]:
    from jsonschema.validators import validator_for

    for error in validator_for(schema)(schema).iter_errors(tree):
        yield from _findings(error, tree, file)


def _findings(error: ValidationError, tree: object, file: str) -> Iterator[Finding]:
    if error.validator in ("oneOf", "anyOf") and error.context:
        yield from _closest_branch(error, tree, file)
    elif error.validator == "additionalProperties" and _is_mapping(error.instance):
        yield from _unknown_keys(error, tree, file)
    else:
        explain = EXPLAIN.get(str(error.validator), _as_it_is)
        message, hint = explain(error)
        steps = list(error.absolute_path)
        yield Finding(_at(dotted(steps), message), where(tree, *steps) or file, hint)


def _unknown_keys(error: ValidationError, tree: object, file: str) -> Iterator[Finding]:
    steps, schema = list(error.absolute_path), _schema(error)
    if _is_mapping(error.instance):
        for key in unforeseen(error.instance, schema):
            place = where(tree, *steps, key) or file
            yield unknown_key(dotted(steps), key, schema.get("properties", ()), place)


def _closest_branch(error: ValidationError, tree: object, file: str) -> Iterator[Finding]:
    """Of several allowed forms, complain about the one that has the right type; if none has, name
    all types."""
    branches: dict[object, list[ValidationError]] = {}
    for inner in error.context or ():
        branches.setdefault(inner.schema_path[0], []).append(inner)
    depth = len(error.absolute_path)
    fitting = [branch for branch in branches.values() if not _has_other_type(branch, depth)]
    if fitting:
        for inner in min(fitting, key=len):
            yield from _findings(inner, tree, file)
        return
    allowed = [branch[0].validator_value for branch in branches.values()]
    steps = list(error.absolute_path)
    message = _wrong_type(allowed, error.instance)
    yield Finding(_at(dotted(steps), message), where(tree, *steps) or file)


def _has_other_type(branch: Iterable[ValidationError], depth: int) -> bool:
    """Whether a form does not fit because the value itself has another type."""
    return any(inner.validator == "type" and len(inner.absolute_path) == depth for inner in branch)


# ------------------------------------------------------- one explanation for each keyword

Explanation = tuple[str, str | None]  # message and hint


def _as_it_is(error: ValidationError) -> Explanation:
    return error.message, _about(error)


def _type(error: ValidationError) -> Explanation:
    return _wrong_type([error.validator_value], error.instance), _about(error)


def _required(error: ValidationError) -> Explanation:
    present = error.instance if _is_mapping(error.instance) else {}
    missing = [f'"{key}"' for key in _texts(error.validator_value) if key not in present]
    verb = "is" if len(missing) == 1 else "are"
    return f"{' and '.join(missing)} {verb} missing", _about(error)


def _enum(error: ValidationError) -> Explanation:
    allowed = list(dict.fromkeys(_texts(error.validator_value)))
    message = f"must be one of {', '.join(allowed)}; it is {_quoted(error.instance)}"
    return message, did_you_mean(str(error.instance), allowed)


def _pattern(error: ValidationError) -> Explanation:
    message = f"{_quoted(error.instance)} does not have the form {error.validator_value}"
    return message, _about(error)


def _minimum(error: ValidationError) -> Explanation:
    return f"must be at least {error.validator_value}; it is {error.instance}", _about(error)


def _maximum(error: ValidationError) -> Explanation:
    return f"must be at most {error.validator_value}; it is {error.instance}", _about(error)


def _too_few(error: ValidationError) -> Explanation:
    least = error.validator_value
    return EMPTY if least == 1 else f"needs at least {least} entries", _about(error)


EXPLAIN: Mapping[str, Callable[[ValidationError], Explanation]] = {
    "type": _type,
    "required": _required,
    "enum": _enum,
    "pattern": _pattern,
    "minimum": _minimum,
    "maximum": _maximum,
    "minItems": _too_few,
    "minLength": _too_few,
    "minProperties": _too_few,
}


def _about(error: ValidationError) -> str | None:
    """What the schema says of the key, as a hint."""
    return _schema(error).get("description")


def _schema(error: ValidationError) -> Schema:
    return error.schema if isinstance(error.schema, Mapping) else {}


def _is_mapping(value: object) -> TypeGuard[dict[str, object]]:
    return isinstance(value, dict)


def _texts(values: object) -> list[str]:
    """The texts of a schema's list; of a text, itself."""
    return list(map(str, values)) if isinstance(values, list) else [str(values)]


def _wrong_type(allowed: Iterable[object], value: object) -> str:
    """`allowed`: names of JSON's types, or lists of them."""
    names = [name for group in allowed for name in _texts(group)]
    words = dict.fromkeys(NAMES.get(name, name) for name in names)
    return f"must be {' or '.join(words)}; it is {_type_of(value)}"


def _type_of(value: object) -> str:
    for name in MOST_SPECIFIC_FIRST:
        if TYPES[name](value):
            return NAMES[name]
    return type(value).__name__


def _quoted(value: object) -> str:
    return shorten(json.dumps(value, ensure_ascii=False, default=str))


def _at(path: str, message: str) -> str:
    return f"{path}: {message}" if path else message


def _place(finding: Finding) -> tuple[bool, Mark | tuple[str, int, int]]:
    """A sort key: in the order of the file, what has no mark last."""
    if isinstance(finding.where, Mark):
        return False, finding.where
    return True, (str(finding.where), 0, 0)

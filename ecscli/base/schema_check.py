"""A document and a JSON Schema -> whether it surely obeys, without importing jsonschema.

Most files are right, and importing jsonschema takes longer than reading them. Only the keywords
that our schemas use are known here; any other means doubt.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping

from ecscli.base.documents import Document

Schema = Document
Rule = Callable[[object, Schema, Schema], bool]  # value, schema with the keyword, whole schema


def _is_integer(value: object) -> bool:
    if isinstance(value, float):
        return value.is_integer()
    return isinstance(value, int) and not isinstance(value, bool)


TYPES: Mapping[str, Callable[[object], bool]] = {
    "object": lambda value: isinstance(value, dict),
    "array": lambda value: isinstance(value, list),
    "string": lambda value: isinstance(value, str),
    "integer": _is_integer,
    "number": lambda value: isinstance(value, int | float) and not isinstance(value, bool),
    "boolean": lambda value: isinstance(value, bool),
    "null": lambda value: value is None,
}
ANNOTATIONS = {
    "$schema",
    "$id",
    "$comment",
    "title",
    "description",
    "default",
    "examples",
    "definitions",
    "$defs",
}


def surely_valid(value: object, schema: Schema) -> bool:
    """True only where `value` obeys `schema`; False where it does not, and in doubt."""
    try:
        return _obeys(value, schema, schema)
    except LookupError:  # a keyword that RULES does not have, or a reference elsewhere
        return False


def unforeseen(value: Document, schema: Schema) -> Iterator[str]:
    """The keys of `value` that `schema` does not name."""
    named = schema.get("properties", ())
    patterns = schema.get("patternProperties", ())
    for key in value:
        if key not in named and not any(re.search(pattern, key) for pattern in patterns):
            yield key


def _obeys(value: object, schema: Schema | bool, root: Schema) -> bool:
    if isinstance(schema, bool):
        return schema
    return all(keyword in ANNOTATIONS or RULES[keyword](value, schema, root) for keyword in schema)


def _type(value: object, schema: Schema, _root: Schema) -> bool:
    allowed = schema["type"]
    names = [allowed] if isinstance(allowed, str) else allowed
    return any(TYPES[name](value) for name in names)


def _reference(value: object, schema: Schema, root: Schema) -> bool:
    head, *steps = schema["$ref"].split("/")
    if head != "#":
        raise LookupError(schema["$ref"])
    target: Schema = root
    for step in steps:
        target = target[step]
    return _obeys(value, target, root)


def _properties(value: object, schema: Schema, root: Schema) -> bool:
    if not isinstance(value, dict):
        return True
    parts = schema["properties"]
    return all(_obeys(value[key], parts[key], root) for key in parts if key in value)


def _patterns(value: object, schema: Schema, root: Schema) -> bool:
    if not isinstance(value, dict):
        return True
    for pattern, part in schema["patternProperties"].items():
        children = [child for key, child in value.items() if re.search(pattern, key)]
        if not all(_obeys(child, part, root) for child in children):
            return False
    return True


def _additional(value: object, schema: Schema, root: Schema) -> bool:
    if not isinstance(value, dict):
        return True
    part = schema["additionalProperties"]
    return all(_obeys(value[key], part, root) for key in unforeseen(value, schema))


def _items(value: object, schema: Schema, root: Schema) -> bool:
    if not isinstance(value, list):
        return True
    return all(_obeys(child, schema["items"], root) for child in value)


def _required(value: object, schema: Schema, _root: Schema) -> bool:
    return not isinstance(value, dict) or value.keys() >= set(schema["required"])


def _enum(value: object, schema: Schema, _root: Schema) -> bool:
    return not isinstance(value, bool) and value in schema["enum"]


def _pattern(value: object, schema: Schema, _root: Schema) -> bool:
    return not isinstance(value, str) or re.search(schema["pattern"], value) is not None


def _one_of(value: object, schema: Schema, root: Schema) -> bool:
    return sum(_obeys(value, part, root) for part in schema["oneOf"]) == 1


def _any_of(value: object, schema: Schema, root: Schema) -> bool:
    return any(_obeys(value, part, root) for part in schema["anyOf"])


def _all_of(value: object, schema: Schema, root: Schema) -> bool:
    return all(_obeys(value, part, root) for part in schema["allOf"])


def _number(value: object) -> float | None:
    if isinstance(value, int | float) and not isinstance(value, bool):
        return value
    return None


def _length_of(kind: type[str] | type[list[object]] | type[dict[str, object]]) -> Measure:
    return lambda value: len(value) if isinstance(value, kind) else None


Measure = Callable[[object], float | None]  # None: the bound is not about values of this type


def _at_least(keyword: str, measure: Measure) -> Rule:
    def rule(value: object, schema: Schema, _root: Schema) -> bool:
        size = measure(value)
        return size is None or bool(size >= schema[keyword])

    return rule


def _at_most(keyword: str, measure: Measure) -> Rule:
    def rule(value: object, schema: Schema, _root: Schema) -> bool:
        size = measure(value)
        return size is None or bool(size <= schema[keyword])

    return rule


RULES: Mapping[str, Rule] = {
    "type": _type,
    "$ref": _reference,
    "properties": _properties,
    "patternProperties": _patterns,
    "additionalProperties": _additional,
    "items": _items,
    "required": _required,
    "enum": _enum,
    "pattern": _pattern,
    "oneOf": _one_of,
    "anyOf": _any_of,
    "allOf": _all_of,
    "minimum": _at_least("minimum", _number),
    "maximum": _at_most("maximum", _number),
    "minLength": _at_least("minLength", _length_of(str)),
    "maxLength": _at_most("maxLength", _length_of(str)),
    "minItems": _at_least("minItems", _length_of(list)),
    "maxItems": _at_most("maxItems", _length_of(list)),
    "minProperties": _at_least("minProperties", _length_of(dict)),
    "maxProperties": _at_most("maxProperties", _length_of(dict)),
}

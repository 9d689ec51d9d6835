"""A parsed file and a JSON Schema -> findings in plain words, each with its place and the nearest
known name.

Most files are right, and importing jsonschema costs more than reading them. So a small checker of
the keywords that our schemas use answers first. It may only say "valid"; whenever it cannot,
jsonschema decides and explains.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import TYPE_CHECKING, Any

from ecscli.base import resources
from ecscli.base.documents import Document
from ecscli.base.errors import Finding
from ecscli.base.findings import MOST_FINDINGS
from ecscli.base.marks import Mark, where
from ecscli.base.nearest import did_you_mean

if TYPE_CHECKING:
    from jsonschema import ValidationError

Schema = Document


def validate(tree: Any, schema: Schema | str, file: str) -> list[Finding]:
    """Every way in which `tree` breaks `schema`, in the order of the file; empty where it is valid.

    `schema` is a mapping or the name of a shipped file such as ``compose/schema/ecs-params.json``.
    `file` names the document where a part of it has no mark.
    """
    document: Schema = json.loads(resources.read(schema)) if isinstance(schema, str) else schema
    if surely_valid(tree, document):
        return []
    from jsonschema.validators import validator_for

    errors = validator_for(document)(document).iter_errors(tree)
    found = (finding for error in errors for finding in _findings(error, tree, file))
    first = list(islice(dict.fromkeys(islice(found, MOST_FINDINGS + 1)), MOST_FINDINGS))
    rest = [Finding("further findings are not shown", file)] * (next(found, None) is not None)
    return [*sorted(first, key=_place), *rest]


def unknown_key(path: str, key: str, names: Collection[str], place: Mark | str | None) -> Finding:
    """The finding for a key that nobody knows, worded the same for every kind of file."""
    hint = did_you_mean(key, names) or (
        f"known here: {', '.join(sorted(names))}" if names else None
    )
    return Finding(f'{path}: unknown key "{key}"' if path else f'unknown key "{key}"', place, hint)


# ------------------------------------------------------------------------------------- the quick an

TYPES: Mapping[str, Callable[[Any], bool]] = {
    "object": lambda value: isinstance(value, dict),
    "array": lambda value: isinstance(value, list),
    "string": lambda value: isinstance(value, str),
    "integer": lambda value: (
        (isinstance(value, int) or (isinstance(value, float) and value.is_integer()))
        and not isinstance(value, bool)
    ),
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


def surely_valid(value: Any, schema: Schema) -> bool:
    """True only where `value` obeys `schema`; a keyword that is not in the table below means
    doubt."""
    try:
        return _obeys(value, schema, schema)
    except LookupError:
        return False


def _obeys(value: Any, schema: Schema | bool, root: Schema) -> bool:
    if isinstance(schema, bool):
        return schema
    return all(keyword in ANNOTATIONS or RULES[keyword](value, schema, root) for keyword in schema)


def _type(value: Any, schema: Schema, _root: Schema) -> bool:
    wanted = schema["type"]
    return any(TYPES[name](value) for name in ([wanted] if isinstance(wanted, str) else wanted))


def _reference(value: Any, schema: Schema, root: Schema) -> bool:
    target: Any = root
    head, *steps = schema["$ref"].split("/")
    if head != "#":
        raise LookupError(schema["$ref"])
    for step in steps:
        target = target[step]
    return _obeys(value, target, root)


def _properties(value: Any, schema: Schema, root: Schema) -> bool:
    return not isinstance(value, dict) or all(
        _obeys(value[key], part, root) for key, part in schema["properties"].items() if key in value
    )


def _patterns(value: Any, schema: Schema, root: Schema) -> bool:
    return not isinstance(value, dict) or all(
        _obeys(child, part, root)
        for pattern, part in schema["patternProperties"].items()
        for key, child in value.items()
        if re.search(pattern, key)
    )


def _additional(value: Any, schema: Schema, root: Schema) -> bool:
    return not isinstance(value, dict) or all(
        _obeys(value[key], schema["additionalProperties"], root)
        for key in unforeseen(value, schema)
    )


def _items(value: Any, schema: Schema, root: Schema) -> bool:
    part = schema["items"]
    return not isinstance(value, list) or all(_obeys(child, part, root) for child in value)


def _bound(name: str) -> Callable[[Any, Schema, Schema], bool]:
    size = name.endswith(("Length", "Items", "Properties"))
    kinds: Any = {"Length": str, "Items": list, "Properties": dict}.get(name[3:], (int, float))

    def rule(value: Any, schema: Schema, _root: Schema) -> bool:
        if not isinstance(value, kinds) or isinstance(value, bool):
            return True
        number = len(value) if size else value
        return bool(number >= schema[name] if name.startswith("min") else number <= schema[name])

    return rule


RULES: Mapping[str, Callable[[Any, Schema, Schema], bool]] = {
    "type": _type,
    "$ref": _reference,
    "properties": _properties,
    "patternProperties": _patterns,
    "additionalProperties": _additional,
    "items": _items,
    "required": lambda value, schema, _: (
        not isinstance(value, dict) or value.keys() >= set(schema["required"])
    ),
    "enum": lambda value, schema, _: not isinstance(value, bool) and value in schema["enum"],
    "pattern": lambda value, schema, _: (
        not isinstance(value, str) or re.search(schema["pattern"], value) is not None
    ),
    "oneOf": lambda value, schema, root: (
        sum(_obeys(value, part, root) for part in schema["oneOf"]) == 1
    ),
    "anyOf": lambda value, schema, root: any(_obeys(value, part, root) for part in schema["anyOf"]),
    "allOf": lambda value, schema, root: all(_obeys(value, part, root) for part in schema["allOf"]),
    **{
        f"{end}{what}": _bound(f"{end}{what}")
        for end in ("min", "max")
        for what in ("Length", "Items", "Properties")
    },
    **{f"{end}imum": _bound(f"{end}imum") for end in ("min", "max")},
}


def unforeseen(value: Document, schema: Schema) -> Iterator[str]:
    """The keys of `value` that `schema` does not name."""
    patterns = schema.get("patternProperties", ())
    for key in value:
        if key not in schema.get("properties", ()) and not any(
            re.search(pattern, key) for pattern in patterns
        ):
            yield key


# ------------------------------------------------------------------------------------- the explanat

NAMES = {
    "object": "a mapping",
    "array": "a list",
    "string": "text",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
    "null": "empty",
}


def _findings(error: ValidationError, tree: Any, file: str) -> Iterator[Finding]:
    if error.validator in ("oneOf", "anyOf") and error.context:
        yield from _closest_branch(error, tree, file)
        return
    steps = list(error.absolute_path)
    path, schema = dotted(steps), _schema(error)
    if error.validator == "additionalProperties" and isinstance(error.instance, dict):
        for key in unforeseen(error.instance, schema):
            yield unknown_key(
                path, key, schema.get("properties", ()), where(tree, *steps, key) or file
            )
        return
    message, hint = _explain(error)
    yield Finding(f"{path}: {message}" if path else message, where(tree, *steps) or file, hint)


def _closest_branch(error: ValidationError, tree: Any, file: str) -> Iterator[Finding]:
    """Of several allowed forms, complain about the one that has the right type; if none has, name
    all types."""
    branches: dict[Any, list[ValidationError]] = {}
    for inner in error.context or ():
        branches.setdefault(inner.schema_path[0], []).append(inner)
    own = len(error.absolute_path)
    fitting = [
        found
        for found in branches.values()
        if not any(inner.validator == "type" and len(inner.absolute_path) == own for inner in found)
    ]
    if fitting:
        for inner in min(fitting, key=len):
            yield from _findings(inner, tree, file)
        return
    path = dotted(error.absolute_path)
    wanted: list[Any] = [found[0].validator_value for found in branches.values()]
    yield Finding(
        f"{path}: {_wrong_type(wanted, error.instance)}", where(tree, *error.absolute_path) or file
    )


def _explain(error: ValidationError) -> tuple[str, str | None]:
    value: Any = error.instance
    rule: Any = error.validator_value
    about = _schema(error).get("description")
    match error.validator:
        case "type":
            return _wrong_type([rule], value), about
        case "required":
            missing = [f'"{key}"' for key in rule if key not in value]
            return f"{' and '.join(missing)} {'is' if len(missing) == 1 else 'are'} missing", about
        case "enum":
            hint = did_you_mean(str(value), map(str, rule))
            return (
                f"must be one of {', '.join(dict.fromkeys(map(str, rule)))}; it is {_show(value)}",
                hint,
            )
        case "pattern":
            return f"{_show(value)} does not have the form {rule}", about
        case "minimum" | "maximum":
            return (
                (
                    f"must be at {'least' if error.validator == 'minimum' else 'most'} {rule}; it"
                    f" is {value}"
                ),
                about,
            )
        case "minItems" | "minLength" | "minProperties":
            return "must not be empty" if rule == 1 else f"needs at least {rule} entries", about
        case _:
            return error.message, about


def _schema(error: ValidationError) -> Schema:
    return error.schema if isinstance(error.schema, Mapping) else {}


def _wrong_type(wanted: Iterable[str | Sequence[str]], value: Any) -> str:
    names = [name for group in wanted for name in ([group] if isinstance(group, str) else group)]
    allowed = list(dict.fromkeys(NAMES.get(name, name) for name in names))
    given = next(
        (NAMES[name] for name in ("boolean", "integer", *NAMES) if TYPES[name](value)),
        type(value).__name__,
    )
    return f"must be {' or '.join(allowed)}; it is {given}"


def _show(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= 60 else text[:57] + "..."


def dotted(steps: Iterable[str | int]) -> str:
    """A path as people write it: ``services.web.ports[0]``."""
    text = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in steps)
    return text.removeprefix(".")


def _place(finding: Finding) -> tuple[bool, Any]:
    return (
        (False, finding.where)
        if isinstance(finding.where, Mark)
        else (True, (str(finding.where), 0, 0))
    )

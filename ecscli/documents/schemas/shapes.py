"""The shapes that schemas are made of, in JSON Schema 2020-12."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from ecscli.base.records import record

Schema = Mapping[str, Any]

TEXT: Schema = {"type": "string"}
NUMBER: Schema = {"type": "integer"}
DECIMAL: Schema = {"type": "number"}
TRUTH: Schema = {"type": "boolean"}
TIME: Schema = {"type": "string", "format": "date-time"}
NOTHING: Schema = {"type": "null"}
OPEN: Schema = {"type": "object"}
REFERENCE = "#/$defs/"


@record
class Answer:
    """The forms that the document of a command may have; of a stream that is each line."""

    about: str
    forms: tuple[Schema, ...]
    is_stream: bool = False


def answer(about: str, *forms: Schema) -> Answer:
    return Answer(about, forms)


def stream(about: str, *lines: Schema) -> Answer:
    return Answer(about, lines, is_stream=True)


def part(name: str) -> Schema:
    """A part of `parts`, by its name."""
    return {"$ref": f"{REFERENCE}{name}"}


def made_of(about: str, **members: Schema) -> Schema:
    """An object with these members and no others. The name of a member that may be missing ends
    with an underscore."""
    return {
        "type": "object",
        **({"description": about} if about else {}),
        "properties": {name.removesuffix("_"): member for name, member in members.items()},
        "required": [name for name in members if not name.endswith("_")],
        "additionalProperties": False,
    }


def with_members(schema: Schema, **members: Schema) -> Schema:
    """An object that may have further members."""
    more = {name.removesuffix("_"): member for name, member in members.items()}
    required = [name for name in members if not name.endswith("_")]
    required = [name for name in required if name not in schema["required"]]
    return {
        **schema,
        "properties": {**schema["properties"], **more},
        "required": [*schema["required"], *required],
    }


def list_of(item: Schema, about: str = "") -> Schema:
    return {"type": "array", **({"description": about} if about else {}), "items": item}


def map_of(value: Schema, about: str = "") -> Schema:
    """An object whose keys are names of the user's or of AWS."""
    described = {"description": about} if about else {}
    return {"type": "object", **described, "additionalProperties": value}


def either(*schemas: Schema) -> Schema:
    return {"anyOf": list(schemas)}


def or_null(schema: Schema) -> Schema:
    return either(schema, NOTHING)


def one_of(*values: str) -> Schema:
    return {"enum": list(values)}


def described(schema: Schema, about: str) -> Schema:
    return {**schema, "description": about}


def parts_in(schemas: Iterable[object]) -> Iterator[str]:
    """The names of the parts that are referred to."""
    for schema in schemas:
        if isinstance(schema, Mapping):
            reference = schema.get("$ref")
            if isinstance(reference, str):
                yield reference.removeprefix(REFERENCE)
            yield from parts_in(schema.values())
        elif isinstance(schema, list):
            yield from parts_in(schema)

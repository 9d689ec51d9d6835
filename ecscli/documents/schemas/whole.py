"""The words of a command -> the JSON Schema of its document, errors included."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from ecscli.documents.schemas import of_clusters, of_local, of_projects, of_watching, parts
from ecscli.documents.schemas.shapes import (
    REFERENCE,
    Answer,
    Schema,
    either,
    made_of,
    part,
    parts_in,
    with_members,
)

ANSWERS: Mapping[str, Answer] = {
    **of_clusters.ANSWERS,
    **of_projects.ANSWERS,
    **of_local.ANSWERS,
    **of_watching.ANSWERS,
}
PARTS: Mapping[str, Schema] = {**parts.PARTS, **of_watching.PARTS}
DIALECT = "https://json-schema.org/draft/2020-12/schema"
FAILURE = made_of("Nothing but an error.", error=part("error"))


def schema_of(command: str) -> dict[str, Any]:
    """The schema of a command's document, or of each line where it is a stream; `command`: its
    words behind ``ecscli``. Raises KeyError for a command that has no document."""
    found = ANSWERS[command]
    forms = [form for one in found.forms for form in _with_error(one)]
    schema = either(*forms, FAILURE)
    title = " ".join(filter(None, ("ecscli", command, "--output json")))
    head = {"$schema": DIALECT, "title": title, "description": found.about}
    return {**head, **schema, "$defs": _needed(schema)}


def _with_error(form: Schema) -> Iterable[Schema]:
    """A form as it is, and as it is where an error came behind it."""
    yield form
    target = _target(form)
    if target.get("type") == "array":
        yield made_of("What was found before an error.", items=form, error=part("error"))
    elif "properties" in target:
        yield with_members(target, error=part("error"))


def _target(form: Schema) -> Schema:
    reference = str(form.get("$ref", ""))
    return PARTS[reference.removeprefix(REFERENCE)] if reference else form


def _needed(schema: Schema) -> dict[str, Schema]:
    """The parts that a schema refers to, and those that they refer to."""
    needed: dict[str, Schema] = {}
    waiting = list(parts_in([schema]))
    while waiting:
        name = waiting.pop()
        if name not in needed:
            needed[name] = PARTS[name]
            waiting += parts_in([PARTS[name]])
    return {name: needed[name] for name in PARTS if name in needed}

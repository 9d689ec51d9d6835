"""Values of templates as the API takes them: what the model of a call makes a number, a truth, a
text or a list of, once for every call that CloudFormation makes."""

from __future__ import annotations

import json
import re

from ecscli.sandbox.shapes import Json, ModelShape, Operation

#: A text that is a whole number, and one that is any number.
WHOLE, NUMBER = re.compile(r"[+-]?\d+(\.0+)?"), re.compile(r"[+-]?\d+(\.\d*)?")
TRUTHS = {"true": True, "false": False}


def converted_request(operation: Operation, request: Json) -> Json:
    """The members of a request in the types of its operation's model."""
    shape = operation.input_shape
    if shape is None:
        return request
    return {name: converted(member(shape, name), value) for name, value in request.items()}


def converted(shape: ModelShape | None, value: object) -> object:
    """A value in the types of a shape; what does not fit, or has none, stays as it is."""
    if shape is None:
        return value
    if isinstance(value, dict) and shape.type_name in ("structure", "map"):
        return {key: converted(member(shape, key), one) for key, one in value.items()}
    if isinstance(value, list) and shape.type_name == "list":
        return [converted(shape.member, one) for one in value]
    convert = SCALARS.get(shape.type_name)
    return convert(value) if convert else value


def member(shape: ModelShape, name: str) -> ModelShape | None:
    """The shape of one member; nothing where the model has none of that name."""
    return shape.value if shape.type_name == "map" else shape.members.get(name)


def whole(value: object) -> object:
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, str) and WHOLE.fullmatch(value.strip()):
        return int(float(value))
    return value


def number(value: object) -> object:
    if isinstance(value, str) and NUMBER.fullmatch(value.strip()):
        return float(value)
    return value


def truth(value: object) -> object:
    return TRUTHS.get(value.lower(), value) if isinstance(value, str) else value


def text(value: object) -> object:
    """Numbers and truths as CloudFormation writes them; documents as JSON."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, dict | list):
        return json.dumps(value)
    return str(value) if isinstance(value, int | float) else value


SCALARS = {
    "integer": whole,
    "long": whole,
    "float": number,
    "double": number,
    "boolean": truth,
    "string": text,
}

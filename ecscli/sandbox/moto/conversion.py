"""Values of templates as the API takes them: what the model of a call makes a number, a truth, a
text or a list of, once for every call that CloudFormation makes."""

from __future__ import annotations

import json
import re
from typing import Any

#: A text that is a whole number, and one that is any number.
WHOLE, NUMBER = re.compile(r"[+-]?\d+(\.0+)?"), re.compile(r"[+-]?\d+(\.\d*)?")
TRUTHS = {"true": True, "false": False}


def converted(shape: Any, value: Any) -> Any:
    """A value in the types of a shape; what does not fit stays, for the service to refuse."""
    if isinstance(value, dict) and shape.type_name in ("structure", "map"):
        return {key: converted(member(shape, key), one) for key, one in value.items()}
    if isinstance(value, list) and shape.type_name == "list":
        return [converted(shape.member, one) for one in value]
    convert = SCALARS.get(shape.type_name)
    return convert(value) if convert else value


def member(shape: Any, name: str) -> Any:
    """The shape of one member; one without a type where the model has none of that name."""
    if shape.type_name == "map":
        return shape.value
    return shape.members.get(name, UNKNOWN)


class Unknown:
    """The shape of a member that the model does not have: its value stays as it is."""

    type_name = ""


UNKNOWN = Unknown()


def whole(value: Any) -> Any:
    if isinstance(value, float) and value.is_integer():
        return int(value)
    is_text = isinstance(value, str) and WHOLE.fullmatch(value.strip())
    return int(float(value)) if is_text else value


def number(value: Any) -> Any:
    is_text = isinstance(value, str) and NUMBER.fullmatch(value.strip())
    return float(value) if is_text else value


def truth(value: Any) -> Any:
    return TRUTHS.get(value.lower(), value) if isinstance(value, str) else value


def text(value: Any) -> Any:
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

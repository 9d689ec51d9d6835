"""The kinds of values that a file may hold under its keys: how each is read and checked, and how a
JSON Schema describes it.

Most read leniently, as ecs-cli does: a number where text is expected, `yes` for true. The kinds of
the second part take a value of exactly their type.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from math import isfinite
from typing import NamedTuple, TypeGuard

from ecscli.base.documents import Document, Draft
from ecscli.base.errors import shorten
from ecscli.base.nearest import did_you_mean
from ecscli.base.units import parse_duration, parse_size
from ecscli.base.yaml.scalars import YES_NO, source_text

WHOLE = re.compile(r"[+-]?\d{1,18}")  # more digits than any number of ECS has
# raises ValueError with what the value must be and, where there is a better one than the key's
# description, a hint
ReadValue = Callable[[object], object]


class Kind(NamedTuple):
    """A kind of scalar or small list: how it is read, and how a JSON Schema describes it."""

    read: ReadValue
    schema: Document


def text_of(value: object) -> str:
    """A scalar as it was written."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return source_text(value)
    if isinstance(value, str):
        return value
    raise ValueError("must be text")


def _integer(value: object) -> int:
    if isinstance(value, str) and WHOLE.fullmatch(value.strip()):
        return int(value)
    if isinstance(value, bool) or not isinstance(value, int | float) or not isfinite(value):
        raise ValueError("must be a whole number")
    return int(value)


def _boolean(value: object) -> bool:
    if isinstance(value, str):
        value = {**YES_NO, "true": True, "false": False}.get(value, value)
    if not isinstance(value, bool):
        raise ValueError("must be true or false")
    return value


def _bytes(value: object) -> int:
    try:
        return parse_size(text_of(value)) if not isinstance(value, float) else int(value)
    except (ValueError, OverflowError):
        raise ValueError("must be a size such as 512m or 1.5g, or a number of bytes") from None


def seconds_of(value: object) -> int:
    """Whole seconds: a duration such as `1m30s`, or a plain number of seconds."""
    text = text_of(value)
    try:
        return int(text) if WHOLE.fullmatch(text.strip()) else int(parse_duration(text))
    except ValueError:
        raise ValueError("must be a duration such as 1m30s, or a number of seconds") from None


def _words(value: object) -> list[str]:
    items = value if isinstance(value, list) else [value]
    return [text_of(item) for item in items if item is not None]


def _strings(value: object) -> list[str]:
    if not isinstance(value, list):
        raise ValueError("must be a list of texts")
    return _words(value)


def _integers(value: object) -> list[int]:
    if not isinstance(value, list):
        raise ValueError("must be a list of whole numbers")
    return [_integer(item) for item in value]


def _text_map(value: object) -> dict[str, str]:
    if not isinstance(value, dict):
        raise ValueError("must be a mapping of texts")
    return {name: "" if item is None else text_of(item) for name, item in value.items()}


def _mapping(value: object) -> Draft:
    if not isinstance(value, dict):
        raise ValueError("must be a mapping")
    return dict(value)


_SCALAR = {"type": ["string", "number", "boolean"]}
TEXT = Kind(text_of, _SCALAR)
INTEGER = Kind(_integer, {"type": ["integer", "string"], "pattern": r"^([+-]?\d+|.*\$.*)$"})
BOOLEAN = Kind(_boolean, {"type": ["boolean", "string"]})
SIZE = Kind(_bytes, {"type": ["integer", "string"]})
SECONDS = Kind(seconds_of, {"type": ["integer", "string"]})
WORDS = Kind(_words, {"oneOf": [{"type": "string"}, {"type": "array", "items": _SCALAR}]})
STRINGS = Kind(_strings, {"type": "array", "items": _SCALAR})
INTEGERS = Kind(_integers, {"type": "array", "items": {"type": "integer"}})
TEXT_MAP = Kind(
    _text_map,
    {"type": "object", "additionalProperties": {"type": ["string", "number", "boolean", "null"]}},
)
MAPPING = Kind(_mapping, {"type": "object"})
ANYTHING = Kind(lambda value: value, {})


# --------------------------------------------------------------------- exactly one type

TYPES: dict[str, tuple[str, Callable[[object], bool]]] = {
    "boolean": ("true or false", lambda value: isinstance(value, bool)),
    "integer": ("a whole number", lambda value: _is_number(value) and value == int(value)),
    "number": ("a number", lambda value: _is_number(value)),
    "string": ("text", lambda value: isinstance(value, str)),
    "array": ("a list", lambda value: isinstance(value, list)),
    "object": ("a mapping", lambda value: isinstance(value, dict)),
    "null": ("empty", lambda value: value is None),
}


def _is_number(value: object) -> TypeGuard[float]:
    return isinstance(value, int | float) and not isinstance(value, bool) and isfinite(value)


def has_type(value: object, names: Sequence[str]) -> bool:
    """Whether a value is of one of JSON Schema's types."""
    return any(TYPES[name][1](value) for name in names)


def must_be(names: Sequence[str], value: object) -> str:
    """The message about a value of another type: ``must be text or a list; it is a number``."""
    allowed = " or ".join(dict.fromkeys(TYPES[name][0] for name in names))
    given = next((words for words, fits in TYPES.values() if fits(value)), type(value).__name__)
    return f"must be {allowed}; it is {given}"


def exactly(*names: str) -> Kind:
    """A value of one of JSON Schema's types, as it is."""

    def read(value: object) -> object:
        if not has_type(value, names):
            raise ValueError(must_be(names, value))
        return value

    return Kind(read, {"type": names[0] if len(names) == 1 else list(names)})


def whole(least: int, most: int | None = None) -> Kind:
    """A whole number within bounds."""

    def read(value: object) -> object:
        number = NUMBER.read(value)
        assert isinstance(number, int | float)
        if number < least:
            raise ValueError(f"must be at least {least}; it is {number}")
        if most is not None and number > most:
            raise ValueError(f"must be at most {most}; it is {number}")
        return number

    bounds = {"minimum": least} if most is None else {"minimum": least, "maximum": most}
    return Kind(read, {"type": "integer", **bounds})


def choice(*values: object) -> Kind:
    """One of these values."""
    names = list(dict.fromkeys(map(str, values)))

    def read(value: object) -> object:
        if any(value == one and type(value) is type(one) for one in values):
            return value
        message = f"must be one of {', '.join(names)}; it is {_quoted(value)}"
        raise ValueError(message, did_you_mean(str(value), names))

    return Kind(read, {"enum": list(values)})


def pattern(form: str) -> Kind:
    """Text of a form."""

    def read(value: object) -> str:
        text = str(WORD.read(value))
        if not re.search(form, text):
            raise ValueError(f"{_quoted(text)} does not have the form {form}")
        return text

    return Kind(read, {"type": "string", "pattern": form})


def _quoted(value: object) -> str:
    return shorten(json.dumps(value, ensure_ascii=False, default=str))


WORD = exactly("string")
NUMBER = exactly("integer")
SWITCH = exactly("boolean")

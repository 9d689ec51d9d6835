"""A small language for YAML files of a fixed shape: tables of keys -> checked values under their
ECS names.

`read` turns a marked tree into plain data by a table and reports types, missing and unknown keys
with their places; `json_schema` turns the same table into a JSON Schema, so that the two cannot
drift apart.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from math import isfinite
from typing import Any, NamedTuple

from ecscli.base.documents import Document, Draft
from ecscli.base.findings import Findings
from ecscli.base.marks import where
from ecscli.base.nearest import did_you_mean
from ecscli.base.records import field, mutable, record
from ecscli.base.scalars import YES_NO, source_text
from ecscli.base.units import parse_duration, parse_size

MIB = 1024 * 1024
WHOLE = re.compile(r"[+-]?\d{1,18}")  # more digits than any number of ECS has
Path = tuple[str | int, ...]
Reader = Callable[[Any], Any]  # raises ValueError with what the value must be


class Kind(NamedTuple):
    """A kind of scalar or small list: how it is read, and how a JSON Schema says it."""

    read: Reader
    schema: Document


class Key(NamedTuple):
    """One key: `wire` is its name in the result, `kind` what it holds, `about` its description."""

    wire: str
    kind: Kind | Shape | Each | Named
    about: str
    required: bool = False


Shape = Mapping[str, Key]


@record
class Each:
    """A list whose items have one shape."""

    shape: Shape


@record
class Named:
    """A mapping from free names to values of one shape; a name without a value stays None."""

    shape: Shape


def text_of(value: Any) -> str:
    """A scalar as it was written."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return source_text(value)
    if isinstance(value, str):
        return value
    raise ValueError("must be text")


def _integer(value: Any) -> int:
    if isinstance(value, str) and WHOLE.fullmatch(value.strip()):
        return int(value)
    if isinstance(value, bool) or not isinstance(value, int | float) or not isfinite(value):
        raise ValueError("must be a whole number")
    return int(value)


def _boolean(value: Any) -> bool:
    if isinstance(value, str):
        value = {**YES_NO, "true": True, "false": False}.get(value, value)
    if not isinstance(value, bool):
        raise ValueError("must be true or false")
    return value


def _bytes(value: Any) -> int:
    try:
        return parse_size(text_of(value)) if not isinstance(value, float) else int(value)
    except (ValueError, OverflowError):
        raise ValueError("must be a size such as 512m or 1.5g, or a number of bytes") from None


def seconds_of(value: Any) -> int:
    """Whole seconds: a duration such as `1m30s`, or a plain number of seconds."""
    text = text_of(value)
    try:
        return int(text) if WHOLE.fullmatch(text.strip()) else int(parse_duration(text))
    except ValueError:
        raise ValueError("must be a duration such as 1m30s, or a number of seconds") from None


def _words(value: Any) -> list[str]:
    items = value if isinstance(value, list) else [value]
    return [text_of(item) for item in items if item is not None]


def _strings(value: Any) -> list[str]:
    if not isinstance(value, list):
        raise ValueError("must be a list of texts")
    return _words(value)


def _integers(value: Any) -> list[int]:
    if not isinstance(value, list):
        raise ValueError("must be a list of whole numbers")
    return [_integer(item) for item in value]


def _text_map(value: Any) -> dict[str, str]:
    if not isinstance(value, dict):
        raise ValueError("must be a mapping of texts")
    return {name: "" if item is None else text_of(item) for name, item in value.items()}


def _mapping(value: Any) -> Draft:
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


@mutable
class Reading:
    """One file being read: its tree, and what is found in it, each with the place of its path."""

    tree: Any
    findings: Findings = field(default_factory=Findings)

    def read(self, shape: Shape, value: Any, path: Path = ()) -> Draft:
        """The values of `shape` under their wire names; absent and null keys are left out."""
        if not isinstance(value, dict):
            self.error(path, "must be a mapping")
            return {}
        self._unknown(shape, value, path)
        done = {}
        for name, key in shape.items():
            if value.get(name) is not None:
                done[key.wire] = self._value(key.kind, value[name], (*path, name))
            elif key.required:
                self.error(path, f"needs {name} ({key.about.rstrip('.')})")
        return {wire: item for wire, item in done.items() if item is not None}

    def error(self, path: Path, message: str, hint: str | None = None) -> None:
        key = dotted(path)
        place = where(self.tree, *path)
        self.findings.error(f"{key}: {message}" if key else message, place, hint)

    def warning(self, path: Path, message: str, hint: str | None = None) -> None:
        self.findings.warning(f"{dotted(path)}: {message}", where(self.tree, *path), hint)

    def _unknown(self, shape: Shape, value: Mapping[Any, Any], path: Path) -> None:
        for name in value:
            if name not in shape and not str(name).startswith("x-"):
                hint = None if self.findings.warnings.full else did_you_mean(str(name), shape)
                self.warning((*path, name), "is not known and has no effect", hint)

    def _value(self, kind: Any, value: Any, path: Path) -> Any:
        if isinstance(kind, Kind):
            return self._scalar(kind, value, path)
        if isinstance(kind, Each):
            if not isinstance(value, list):
                self.error(path, "must be a list")
                return []
            return [self.read(kind.shape, item, (*path, at)) for at, item in enumerate(value)]
        if isinstance(kind, Named):
            if not isinstance(value, dict):
                self.error(path, "must be a mapping")
                return {}
            return {
                str(name): None if item is None else self.read(kind.shape, item, (*path, name))
                for name, item in value.items()
            }
        return self.read(kind, value, path)

    def _scalar(self, kind: Kind, value: Any, path: Path) -> Any:
        try:
            return kind.read(value)
        except ValueError as error:
            self.error(path, str(error))
            return None


def dotted(path: Path) -> str:
    """A path as people write it: `services.web.secrets[0]`."""
    text = ""
    for step in path:
        text += f"[{step}]" if isinstance(step, int) else f".{step}" if text else str(step)
    return text


def json_schema(shape: Shape) -> Draft:
    """The JSON Schema of a shape, descriptions included."""
    required = [name for name, key in shape.items() if key.required]
    return {
        "type": ["object", "null"],
        "additionalProperties": False,
        "patternProperties": {"^x-": {}},
        "properties": {
            name: {"description": key.about, **_schema_of(key.kind)} for name, key in shape.items()
        },
        **({"required": required} if required else {}),
    }


def _schema_of(kind: Any) -> Draft:
    if isinstance(kind, Kind):
        return dict(kind.schema)
    if isinstance(kind, Each):
        return {"type": ["array", "null"], "items": json_schema(kind.shape)}
    if isinstance(kind, Named):
        return {"type": ["object", "null"], "additionalProperties": json_schema(kind.shape)}
    return json_schema(kind)

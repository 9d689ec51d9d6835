"""A small language for YAML files of a fixed shape: tables of keys -> checked values under the
names that a request has for them.

`Reading` turns a marked tree into plain data by a table and reports types, missing and unknown keys
with their places; `json_schema` turns the same table into a JSON Schema, so that the two cannot
drift apart.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple, TypeAlias

from ecscli.base.documents import Document, Draft
from ecscli.base.findings import Findings
from ecscli.base.keys.kinds import Kind, has_type, must_be
from ecscli.base.marks import dotted, where
from ecscli.base.nearest import did_you_mean, nearest
from ecscli.base.records import field, mutable, record

KeyPath = tuple[str | int, ...]
Content: TypeAlias = "Kind | Keys | Each | AnyName | Either"


#: Type that a value has to have -> what to write instead of another one
INSTEAD = {
    "array": "begin each item with a dash, or write [...]",
    "object": "write each name with a colon behind it, without a dash in front",
}


class Key(NamedTuple):
    """One key: `wire` is its name in the result, `kind` what it holds, `about` its description."""

    wire: str
    kind: Content
    about: str
    required: bool = False


Keys = Mapping[str, Key]


@record
class Each:
    """A list whose items have one shape; `least`: the fewest items."""

    shape: Content
    least: int = 0


@record
class AnyName:
    """A mapping from free names to values of one shape; a name without a value stays None."""

    shape: Content


@record
class Either:
    """A value in one of several forms, which have different types."""

    kinds: tuple[Content, ...]


@mutable
class Reading:
    """One file being read: its tree, and what is found in it, each with the place of its path.

    An unknown key is a warning and an empty value is as good as none; in a `strict` file both are
    errors, and errors about a value have the description of its key as a hint.
    """

    tree: object
    findings: Findings = field(default_factory=Findings)
    strict: bool = False

    def read(
        self, shape: Keys, value: object, path: KeyPath = (), about: str | None = None
    ) -> Draft:
        """The values of `shape` under their wire names; absent keys are left out. Empty where a
        required one cannot be read, so that no reader meets a half."""
        if not (self._is("object", value, path, about) and isinstance(value, Mapping)):
            return {}
        self._unknown(shape, value, path)
        done = {}
        for name, key in shape.items():
            if value.get(name) is not None or (self.strict and name in value):
                item = self._value(key.kind, value[name], (*path, name), key.about)
                if item is not None:
                    done[key.wire] = item
            elif key.required:
                self._missing(name, key, path, about)
        required = [key.wire for key in shape.values() if key.required]
        return done if all(wire in done for wire in required) else {}

    def error(self, path: KeyPath, message: str, hint: str | None = None) -> None:
        self.findings.error(message, where(self.tree, *path), hint, dotted(path))

    def warning(self, path: KeyPath, message: str, hint: str | None = None) -> None:
        self.findings.warning(message, where(self.tree, *path), hint, dotted(path))

    def _unknown(self, shape: Keys, value: Document, path: KeyPath) -> None:
        for name in value:
            if name in shape:
                continue
            if not path and self._is_misspelt(shape, value, str(name)):
                message, place = f'unknown key "{name}"', where(self.tree, name)
                self.findings.error(message, place, did_you_mean(str(name), shape))
            elif self.strict:
                self._unknown_error(shape, str(name), path)
            elif not str(name).startswith("x-"):
                hint = None if self.findings.warnings.full else did_you_mean(str(name), shape)
                self.warning((*path, name), "is not known and has no effect", hint)

    def _is_misspelt(self, shape: Keys, value: Document, name: str) -> bool:
        """Whether a key at the top stands for one that the file lacks: a whole part would be
        void."""
        meant = None if self.strict else nearest(name, shape)
        return meant is not None and meant not in value

    def _unknown_error(self, shape: Keys, name: str, path: KeyPath) -> None:
        hint = None
        if not self.findings.errors.full:
            hint = did_you_mean(name, shape) or f"known here: {', '.join(sorted(shape))}"
        place = where(self.tree, *path, name)
        self.findings.error(f'unknown key "{name}"', place, hint, dotted(path))

    def _missing(self, name: str, key: Key, path: KeyPath, about: str | None) -> None:
        if self.strict:
            self.error(path, f'"{name}" is missing', about)
        else:
            self.error(path, f"needs {name} ({key.about.rstrip('.')})")

    def _value(
        self, kind: Content, value: object, path: KeyPath, about: str | None = None
    ) -> object:
        match kind:
            case Kind():
                return self._scalar(kind, value, path, about)
            case Each():
                return self._items(kind, value, path, about)
            case AnyName():
                return self._named(kind, value, path, about)
            case Either():
                return self._either(kind, value, path, about)
        return self.read(kind, value, path, about)

    def _items(self, kind: Each, value: object, path: KeyPath, about: str | None) -> list[object]:
        if not (self._is("array", value, path, about) and isinstance(value, list)):
            return []
        if len(value) < kind.least:
            self.error(path, "must not be empty", about)
        items = [self._value(kind.shape, item, (*path, at)) for at, item in enumerate(value)]
        return [item for item in items if item not in (None, {})]

    def _named(self, kind: AnyName, value: object, path: KeyPath, about: str | None) -> Draft:
        if not (self._is("object", value, path, about) and isinstance(value, Mapping)):
            return {}
        done: Draft = {}
        for name, item in value.items():
            if item is None and not self.strict:
                done[str(name)] = None
            else:
                done[str(name)] = self._value(kind.shape, item, (*path, name))
        return done

    def _either(self, kind: Either, value: object, path: KeyPath, about: str | None) -> object:
        for one in kind.kinds:
            if has_type(value, types_of(one)):
                return self._value(one, value, path, about)
        self.error(path, must_be([name for one in kind.kinds for name in types_of(one)], value))
        return None

    def _scalar(self, kind: Kind, value: object, path: KeyPath, about: str | None) -> object:
        try:
            return kind.read(value)
        except ValueError as error:
            message, *hints = error.args
            hint = hints[0] if hints else about
            self.error(path, message, hint if self.strict else None)
            return None

    def _is(self, type_name: str, value: object, path: KeyPath, about: str | None) -> bool:
        """Whether a value is a list or mapping, as it must be."""
        if has_type(value, [type_name]):
            return True
        message = must_be([type_name], value)
        if self.strict:
            self.error(path, message, about)
        else:
            self.error(path, message.replace("; it is", ", not"), INSTEAD.get(type_name))
        return False


def types_of(kind: Content) -> tuple[str, ...]:
    """The types, by JSON Schema's names, that a value of a kind may have."""
    match kind:
        case Kind():
            names = kind.schema["type"]
            return (names,) if isinstance(names, str) else tuple(names)
        case Each():
            return ("array",)
        case Either():
            return tuple(name for one in kind.kinds for name in types_of(one))
    return ("object",)


def json_schema(shape: Keys, *, strict: bool = False) -> Draft:
    """The JSON Schema of a shape, descriptions included; of a `strict` file without its
    freedoms."""
    required = [name for name, key in shape.items() if key.required]
    schema: Draft = {"type": _or_null("object", strict), "additionalProperties": False}
    if not strict:
        schema["patternProperties"] = {"^x-": {}}
    schema["properties"] = {
        name: {"description": key.about, **_schema_of(key.kind, strict)}
        for name, key in shape.items()
    }
    return {**schema, "required": required} if required else schema


def _schema_of(kind: Content, strict: bool) -> Draft:
    match kind:
        case Kind():
            return dict(kind.schema)
        case Each():
            least = {"minItems": kind.least} if kind.least else {}
            items = _schema_of(kind.shape, strict)
            return {"type": _or_null("array", strict), **least, "items": items}
        case AnyName():
            items = _schema_of(kind.shape, strict)
            return {"type": _or_null("object", strict), "additionalProperties": items}
        case Either():
            return {"oneOf": [_schema_of(one, strict) for one in kind.kinds]}
    return json_schema(kind, strict=strict)


def _or_null(name: str, strict: bool) -> str | list[str]:
    return name if strict else [name, "null"]

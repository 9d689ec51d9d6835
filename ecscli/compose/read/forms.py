"""What a value may look like: forms that read one raw value into its canonical shape, or say what
is wrong.

A form is called with the reader, the value, its mark and its path; it returns the canonical value
or DROP. `null` means "not given" to every form that does not say otherwise.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from typing import Any

from ecscli.base.marks import Map, Mark, Seq, Tagged
from ecscli.base.nearest import did_you_mean
from ecscli.base.units import format_duration, parse_duration, parse_size
from ecscli.base.yaml.scalars import source_text
from ecscli.compose.dialect import Numbers
from ecscli.compose.join.merge import settle
from ecscli.compose.read.reader import (
    DROP,
    RESET,
    FromList,
    FromText,
    Reader,
    kind,
    number_text,
    plain,
)

BOOLEAN_WORDS = {
    **dict.fromkeys(("true", "yes", "y", "on"), True),
    **dict.fromkeys(("false", "no", "n", "off"), False),
}
NUMERIC = re.compile(r"[-+]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d+)?\Z")
WHOLE = re.compile(r"[-+]?\d+\Z")
LONGEST_NUMBER = 64


Form = Callable[[Reader, Any, Mark, str], Any]


def text(reader: Reader, value: Any, at: Mark, path: str) -> Any:
    """A text; a number or boolean without quotes is not one."""
    return value if type(value) is str else reader.expected("a text", value, at, path)


def text_or_number(reader: Reader, value: Any, at: Mark, path: str) -> Any:
    """A text, or a number taken as the text it was written with."""
    if isinstance(value, (str, int, float)) and not isinstance(value, bool):
        return plain(value)
    return reader.expected("a text or a number", value, at, path)


def scalar_text(reader: Reader, value: Any, at: Mark, path: str) -> Any:
    """Any scalar, as text."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return plain(value)
    if not isinstance(value, (int, float)):
        return reader.expected("a text, a number or a boolean", value, at, path)
    written = number_text(value, reader.dialect.numbers)
    if written != source_text(value) and reader.dialect.numbers is Numbers.TODAY:
        # the number itself may be a password
        message = "the number is passed on by its value and not as it is written"
        reader.journal.warn(message, at, path, "put it in quotes to keep its spelling")
    return written


def boolean(reader: Reader, value: Any, at: Mark, path: str) -> Any:
    """true or false, or a word for it (also from a variable)."""
    if type(value) is bool:
        return value
    if isinstance(value, str) and value.lower() in BOOLEAN_WORDS:
        return BOOLEAN_WORDS[value.lower()]
    return reader.expected("true or false", value, at, path)


def number(reader: Reader, value: Any, at: Mark, path: str) -> Any:
    """An integer or a float, also as text."""
    found = _number_in(value) if isinstance(value, str) else value
    if isinstance(found, bool) or not isinstance(found, (int, float)):
        return reader.expected("a number", value, at, path)
    if isinstance(found, int):
        return int(found)
    return float(found) if math.isfinite(found) else reader.expected("a number", value, at, path)


def _number_in(written: str) -> int | float | None:
    if len(written) > LONGEST_NUMBER or not NUMERIC.match(written):
        return None
    return int(written) if WHOLE.match(written) else float(written)


def integer(reader: Reader, value: Any, at: Mark, path: str) -> Any:
    """A whole number, also as text; ecs-cli cut fractions off, and so do files of its
    dialects."""
    if type(value) is int:
        return value
    found = number(reader, value, at, path)
    if isinstance(found, float):
        if found.is_integer() or (reader.dialect.cuts_fractions and math.isfinite(found)):
            return int(found)
        return reader.expected("a whole number", value, at, path)
    return found


def whole(low: int, high: int) -> Form:
    """A whole number from `low` to `high`."""

    def read(reader: Reader, value: Any, at: Mark, path: str) -> Any:
        found = integer(reader, value, at, path)
        if found is DROP or low <= found <= high:
            return found
        return reader.wrong(f"must be from {low} to {high}, not {found}", at, path)

    return read


def duration(reader: Reader, value: Any, at: Mark, path: str) -> Any:
    """`1m30s` and the like, in the shortest spelling."""
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        value = source_text(value)
    if not isinstance(value, str):
        return reader.expected("a duration", value, at, path)
    try:
        return format_duration(parse_duration(value))
    except ValueError as error:
        hint = f'write "{value}s" for seconds' if value.isdecimal() else 'write it like "1m30s"'
        return reader.wrong(f"{error}", at, path, hint)


def size(reader: Reader, value: Any, at: Mark, path: str) -> Any:
    """`512m` and the like, or a number of bytes, as the text of a number of bytes."""
    if isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value):
        if value < 0:
            return reader.wrong(f"a size cannot be negative: {source_text(value)}", at, path)
        return str(int(value))
    if not isinstance(value, str):
        return reader.expected("a size", value, at, path)
    try:
        return str(parse_size(value))
    except ValueError as error:
        return reader.wrong(f"{error}", at, path, 'write bytes, or a unit such as "512m" or "1g"')


def size_or_unlimited(reader: Reader, value: Any, at: Mark, path: str) -> Any:
    """A size, or -1 for no limit."""
    return "-1" if value in ("-1", -1) else size(reader, value, at, path)


def word(*words: str) -> Form:
    """One of a few words."""

    def read(reader: Reader, value: Any, at: Mark, path: str) -> Any:
        if value in words:
            return value
        if not isinstance(value, str):
            return reader.expected("a text", value, at, path)
        known = ", ".join(words)
        return reader.wrong(
            f'"{value}" is not one of {known}', at, path, did_you_mean(value, words)
        )

    return read


def anything(reader: Reader, value: Any, at: Mark, path: str) -> Any:
    """Whatever it is."""
    return value


Identity = Callable[[Any], Any]


def list_of(form: Form, *, unique: bool = True, identity: Identity | None = None) -> Form:
    """A list whose items have one form.

    Of `unique` items with one identity (by default the whole item) the last one counts, with a
    warning; ecs-cli refused equal items, and so do files of its dialects.
    """

    def read(reader: Reader, value: Any, at: Mark, path: str) -> Any:
        if not isinstance(value, Seq):
            return reader.expected("a list", value, at, path)
        items = _Items(reader, value.mark, unique, identity)
        for index, (item, spot) in enumerate(value.marked()):
            inside = f"{path}[{index}]"
            found = settle(form(reader, item, spot, inside))
            if found is not DROP:
                items.add(found, item, spot, inside)
            elif item is None:
                expected_item(reader, "a value", item, spot, inside)
        return items.list

    return read


class _Items:
    """The items of a list while it is read; of `unique` ones each identity once."""

    def __init__(
        self, reader: Reader, mark: Mark | None, unique: bool, identity: Identity | None
    ) -> None:
        self.reader = reader
        self.list = Seq((), mark)
        self.unique = unique
        self.positions: dict[Any, int] = {}
        self.last_counts = reader.dialect.last_repeated_item_counts
        self.identity = identity if self.last_counts else None

    def add(self, found: Any, written: Any, spot: Mark, path: str) -> None:
        """Add the canonical form of the item that was `written`, or note that it is repeated."""
        key = self._key(found) if self.unique else len(self.list)
        if key not in self.positions:
            self.positions[key] = len(self.list)
            self.list.add(found, spot)
            return
        name = f'"{key}"' if self.identity else kind(written)
        if self.last_counts:
            position = self.positions[key]
            self.list[position], self.list.values_at[position] = found, spot
            message = f"{name} is in the list twice; the last one counts"
            self.reader.journal.warn(message, spot, path, "remove one")
        else:
            self.reader.wrong(f"{name} is in the list twice", spot, path, "remove one")

    def _key(self, found: Any) -> Any:
        if self.identity:
            return self.identity(found)
        return found if isinstance(found, str) else repr(found)


def expected_item(reader: Reader, what: str, item: Any, at: Mark, path: str) -> Any:
    """An item of a list is of another kind than `what`, or there is none."""
    if item is None:
        return reader.wrong("an item is empty", at, path, "remove it or give it a value")
    return reader.expected(what, item, at, path)


def texts(reader: Reader, value: Any, at: Mark, path: str) -> Any:
    """A list of different texts."""
    if (
        isinstance(value, Seq)
        and all(type(item) is str for item in value)
        and len(set(value)) == len(value)
    ):
        return value
    return LIST_OF_TEXTS(reader, value, at, path)


def arguments(reader: Reader, value: Any, at: Mark, path: str) -> Any:
    """A list of texts, some perhaps equal."""
    if isinstance(value, Seq) and all(type(item) is str for item in value):
        return value
    return LIST_OF_ARGUMENTS(reader, value, at, path)


LIST_OF_TEXTS = list_of(text)
LIST_OF_ARGUMENTS = list_of(text, unique=False)


def one_or_more(form: Form) -> Form:
    """A list, or one item standing for a list of one."""

    def read(reader: Reader, value: Any, at: Mark, path: str) -> Any:
        if not isinstance(value, str):
            return form(reader, value, at, path)
        found = form(reader, as_list(value, at), at, path)
        return found if found is DROP or isinstance(found, (FromText, Map)) else _from_text(found)

    return read


def _from_text(found: Seq) -> FromText:
    alone = FromText(found, found.mark)
    alone.values_at = found.values_at
    return alone


def as_list(value: Any, at: Mark) -> Seq:
    """A list of one item, with its mark."""
    alone = FromText((value,), at)
    alone.values_at.append(at)
    return alone


Fields = Mapping[str, Form]


def mapping(fields: Fields, *required: str) -> Form:
    """A mapping with known keys; `x-*` is kept as it is."""

    def read(reader: Reader, value: Any, at: Mark, path: str) -> Any:
        if type(value) is not Map:
            return reader.expected("a mapping", value, at, path)
        out = _empty_like(value)
        for key, item in value.items():
            form = fields.get(key)
            if form is not None:
                inside = f"{path}.{key}" if path else key
                found = read_tagged(form, reader, item, value.values_at.get(key, at), inside)
                if found is not DROP:
                    out[key] = found
            elif key.startswith("x-"):
                out[key] = item
            else:
                reader.unknown(key, value.keys_at.get(key), path, fields)
        return out if _has_required(reader, value, out, required, path) else DROP

    return read


def _empty_like(value: Map) -> Map:
    """A mapping without keys that has the marks of another one."""
    out = Map((), value.mark)
    out.keys_at, out.values_at = value.keys_at, value.values_at
    return out


def _has_required(
    reader: Reader, value: Map, found: Map, required: tuple[str, ...], path: str
) -> bool:
    """Whether every required key was read; one that the file does not have is noted."""
    missing = [key for key in required if key not in found or found[key] == RESET]
    for key in missing:
        if value.get(key) in (None, RESET):
            reader.wrong(f'"{key}" is missing', value.mark, path)
    return not missing


def read_tagged(form: Form, reader: Reader, item: Any, at: Mark, path: str) -> Any:
    """The canonical value of `item`; `!override` stays around it, `!reset` stays alone."""
    if type(item) is not Tagged:
        return form(reader, item, at, path)
    if item.tag == "!reset":
        return RESET
    inner = form(reader, item.value, at, path)
    return inner if inner is DROP else Tagged(item.tag, inner)


def table(form: Form, names: str | None = None) -> Form:
    """A mapping from free names to one form; `names` is a pattern that the names must match."""
    pattern = re.compile(names) if names else None

    def read(reader: Reader, value: Any, at: Mark, path: str) -> Any:
        if type(value) is not Map:
            return reader.expected("a mapping", value, at, path)
        out = _empty_like(value)
        for key, item in value.items():
            if pattern and not pattern.fullmatch(key) and not key.startswith("x-"):
                problem = f'"{key}" is not a valid name'
                reader.wrong(problem, value.keys_at.get(key), path, f"names match {names}")
                continue
            found = read_tagged(form, reader, item, value.values_at.get(key, at), f"{path}.{key}")
            if found is not DROP:
                out[key] = found
        return out

    return read


def null_or(form: Form) -> Form:
    """`null` stays in the tree: it has a meaning of its own."""

    def read(reader: Reader, value: Any, at: Mark, path: str) -> Any:
        return None if value is None else form(reader, value, at, path)

    return read


def key_values(reader: Reader, value: Any, at: Mark, path: str) -> Any:
    """`KEY: value` or a list of `KEY=value` -> a mapping to texts; None for a key without a
    value."""
    if type(value) is Map:
        return PAIRS(reader, value, at, path)
    if not isinstance(value, Seq):
        return reader.expected("a mapping or a list", value, at, path)
    out = FromList((), value.mark)
    for index, (item, spot) in enumerate(value.marked()):
        if type(item) is str:
            key, equals, rest = item.partition("=")
            out[key] = rest if equals else None
            out.keys_at[key] = out.values_at[key] = spot
        else:
            expected_item(reader, "a text", item, spot, f"{path}[{index}]")
    return out


PAIRS = table(null_or(scalar_text))


def labels(reader: Reader, value: Any, at: Mark, path: str) -> Any:
    """`key_values` where a key without a value has the empty text."""
    found = key_values(reader, value, at, path)
    if found is DROP or None not in found.values():
        return found
    for key, item in found.items():
        if item is None:
            found[key] = ""
    return found

"""What a value may look like: forms that read one raw value into its canonical shape, or report
why they cannot.

A form is called with the reader, the value, its mark and its path; it returns the canonical value
or DROP. `null` means "not given" to every form that has no other meaning for it.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Hashable, Mapping
from typing import Generic, TypeAlias, TypeGuard, TypeVar

from ecscli.base.marks import Map, Mark, Raw, Seq, Tagged
from ecscli.base.nearest import did_you_mean
from ecscli.base.units import format_duration, parse_duration, parse_size
from ecscli.base.yaml.scalars import source_text
from ecscli.compose.dialect import Numbers
from ecscli.compose.join.merge import settle
from ecscli.compose.read.reader import (
    DROP,
    RESET,
    Dropped,
    FromList,
    FromText,
    Reader,
    is_number,
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

T = TypeVar("T")
Form: TypeAlias = Callable[[Reader, Raw, Mark, str], T | Dropped]
Fields: TypeAlias = Mapping[str, Form[object]]
Identity: TypeAlias = Callable[[T], Hashable]


# ------------------------------------------------------------------------------- scalars


def text(reader: Reader, value: Raw, at: Mark, path: str) -> str | Dropped:
    """A text; a number or boolean without quotes is not one."""
    return value if type(value) is str else reader.expected("a text", value, at, path)


def text_or_number(reader: Reader, value: Raw, at: Mark, path: str) -> str | Dropped:
    """A text, or a number taken as the text it was written with."""
    if isinstance(value, str) or is_number(value):
        return plain(value)
    return reader.expected("a text or a number", value, at, path)


def scalar_text(reader: Reader, value: Raw, at: Mark, path: str) -> str | Dropped:
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


def boolean(reader: Reader, value: Raw, at: Mark, path: str) -> bool | Dropped:
    """true or false, or a word for it (also from a variable)."""
    if type(value) is bool:
        return value
    if isinstance(value, str) and value.lower() in BOOLEAN_WORDS:
        return BOOLEAN_WORDS[value.lower()]
    return reader.expected("true or false", value, at, path)


def number(reader: Reader, value: Raw, at: Mark, path: str) -> int | float | Dropped:
    """An integer or a float, also as text."""
    found = _number_in(value) if isinstance(value, str) else value
    if not is_number(found):
        return reader.expected("a number", value, at, path)
    if isinstance(found, int):
        return int(found)
    return float(found) if math.isfinite(found) else reader.expected("a number", value, at, path)


def _number_in(written: str) -> int | float | None:
    if len(written) > LONGEST_NUMBER or not NUMERIC.match(written):
        return None
    return int(written) if WHOLE.match(written) else float(written)


def integer(reader: Reader, value: Raw, at: Mark, path: str) -> int | Dropped:
    """A whole number, also as text; ecs-cli cut fractions off, and so do files of its
    dialects."""
    if type(value) is int:
        return value
    found = number(reader, value, at, path)
    if not isinstance(found, float):
        return found
    if found.is_integer() or (reader.dialect.cuts_fractions and math.isfinite(found)):
        return int(found)
    return reader.expected("a whole number", value, at, path)


def whole(low: int, high: int) -> Form[int]:
    """A whole number from `low` to `high`."""

    def read(reader: Reader, value: Raw, at: Mark, path: str) -> int | Dropped:
        found = integer(reader, value, at, path)
        if found is DROP or low <= found <= high:
            return found
        return reader.wrong(f"must be from {low} to {high}, not {found}", at, path)

    return read


def duration(reader: Reader, value: Raw, at: Mark, path: str) -> str | Dropped:
    """`1m30s` and the like, in the shortest spelling."""
    written = source_text(value) if is_number(value) else value
    if not isinstance(written, str):
        return reader.expected("a duration", value, at, path)
    try:
        return format_duration(parse_duration(written))
    except ValueError as error:
        hint = f'write "{written}s" for seconds' if written.isdecimal() else 'write it like "1m30s"'
        return reader.wrong(f"{error}", at, path, hint)


def size(reader: Reader, value: Raw, at: Mark, path: str) -> str | Dropped:
    """`512m` and the like, or a number of bytes, as the text of a number of bytes."""
    if is_number(value) and math.isfinite(value):
        if value < 0:
            return reader.wrong(f"a size cannot be negative: {source_text(value)}", at, path)
        return str(int(value))
    if not isinstance(value, str):
        return reader.expected("a size", value, at, path)
    try:
        return str(parse_size(value))
    except ValueError as error:
        return reader.wrong(f"{error}", at, path, 'write bytes, or a unit such as "512m" or "1g"')


def size_or_unlimited(reader: Reader, value: Raw, at: Mark, path: str) -> str | Dropped:
    """A size, or -1 for no limit."""
    return "-1" if value in ("-1", -1) else size(reader, value, at, path)


def word(*words: str) -> Form[str]:
    """One of a few words."""

    def read(reader: Reader, value: Raw, at: Mark, path: str) -> str | Dropped:
        if not isinstance(value, str):
            return reader.expected("a text", value, at, path)
        if value in words:
            return value
        problem = f'"{value}" is not one of {", ".join(words)}'
        return reader.wrong(problem, at, path, did_you_mean(value, words))

    return read


def anything(reader: Reader, value: Raw, at: Mark, path: str) -> Raw:
    """Whatever it is."""
    return value


def null_or(form: Form[T]) -> Form[T | None]:
    """`null` stays in the tree: it has a meaning of its own."""

    def read(reader: Reader, value: Raw, at: Mark, path: str) -> T | Dropped | None:
        return None if value is None else form(reader, value, at, path)

    return read


# --------------------------------------------------------------------------------- lists


def list_of(
    form: Form[T], *, unique: bool = True, identity: Identity[T] | None = None
) -> Form[Seq]:
    """A list whose items have one form.

    Of `unique` items with one identity (by default the whole item) the last one counts, with a
    warning; ecs-cli refused equal items, and so do files of its dialects.
    """

    def read(reader: Reader, value: Raw, at: Mark, path: str) -> Seq | Dropped:
        if not isinstance(value, Seq):
            return reader.expected("a list", value, at, path)
        items = _Items(reader, value.mark, unique, identity)
        for index, (item, spot) in enumerate(value.marked()):
            items.read(form, item, spot, f"{path}[{index}]")
        return items.list

    return read


class _Items(Generic[T]):
    """The items of a list while it is read; of `unique` ones each identity once."""

    def __init__(
        self, reader: Reader, mark: Mark | None, unique: bool, identity: Identity[T] | None
    ) -> None:
        self.reader = reader
        self.list = Seq((), mark)
        self.unique = unique
        self.positions: dict[Hashable, int] = {}
        self.last_counts = reader.dialect.last_repeated_item_counts
        self.identity = identity if self.last_counts else None

    def read(self, form: Form[T], item: Raw, at: Mark, path: str) -> None:
        """Add the canonical form of an item, if it has one."""
        found = settle(form(self.reader, item, at, path))
        if found is not DROP:
            self._add(found, item, at, path)
        elif item is None:
            expected_item(self.reader, "a value", item, at, path)

    def _add(self, found: T, written: Raw, at: Mark, path: str) -> None:
        key = self._key(found) if self.unique else len(self.list)
        if key in self.positions:
            self._repeat(key, found, written, at, path)
        else:
            self.positions[key] = len(self.list)
            self.list.add(found, at)

    def _repeat(self, key: Hashable, found: T, written: Raw, at: Mark, path: str) -> None:
        """Take an item in place of the earlier one with its key, or refuse it."""
        name = f'"{key}"' if self.identity else kind(written)
        if not self.last_counts:
            self.reader.wrong(f"{name} is in the list twice", at, path, "remove one")
            return
        position = self.positions[key]
        self.list[position] = found
        self.list.values_at[position] = at
        message = f"{name} is in the list twice; the last one counts"
        self.reader.journal.warn(message, at, path, "remove one")

    def _key(self, found: T) -> Hashable:
        if self.identity:
            return self.identity(found)
        return found if isinstance(found, str) else repr(found)


def expected_item(reader: Reader, what: str, item: Raw, at: Mark, path: str) -> Dropped:
    """An item of a list is of another kind than `what`, or there is none."""
    if item is None:
        return reader.wrong("an item is empty", at, path, "remove it or give it a value")
    return reader.expected(what, item, at, path)


def texts(reader: Reader, value: Raw, at: Mark, path: str) -> Seq | Dropped:
    """A list of different texts."""
    if _holds_texts(value) and len(set(value)) == len(value):
        return value
    return LIST_OF_TEXTS(reader, value, at, path)


def arguments(reader: Reader, value: Raw, at: Mark, path: str) -> Seq | Dropped:
    """A list of texts, some perhaps equal."""
    return value if _holds_texts(value) else LIST_OF_ARGUMENTS(reader, value, at, path)


def _holds_texts(value: Raw) -> TypeGuard[Seq]:
    """Whether a value is canonical as it is: a list of nothing but texts."""
    return isinstance(value, Seq) and all(type(item) is str for item in value)


LIST_OF_TEXTS = list_of(text)
LIST_OF_ARGUMENTS = list_of(text, unique=False)


def one_or_more(form: Form[Seq | Map]) -> Form[Seq | Map]:
    """A list, or one item in place of a list of one."""

    def read(reader: Reader, value: Raw, at: Mark, path: str) -> Seq | Map | Dropped:
        if not isinstance(value, str):
            return form(reader, value, at, path)
        found = form(reader, as_list(value, at), at, path)
        return _from_text(found) if isinstance(found, Seq) else found

    return read


def _from_text(found: Seq) -> FromText:
    alone = FromText(found, found.mark)
    alone.values_at = found.values_at
    return alone


def as_list(value: Raw, at: Mark) -> Seq:
    """A list of one item, with its mark."""
    alone = FromText((value,), at)
    alone.values_at.append(at)
    return alone


# ------------------------------------------------------------------------------ mappings


def mapping(fields: Fields, *required: str) -> Form[Map]:
    """A mapping with known keys; `x-*` is kept as it is."""

    def read(reader: Reader, value: Raw, at: Mark, path: str) -> Map | Dropped:
        if type(value) is not Map:
            return reader.expected("a mapping", value, at, path)
        entries = _Entries(reader, value, at, path)
        for key, item in value.items():
            if key in fields:
                entries.read(key, item, fields[key])
            elif key.startswith("x-"):
                entries.found[key] = item
            else:
                reader.unknown(key, value.keys_at.get(key), path, fields)
        return entries.found if entries.have(required) else DROP

    return read


def table(form: Form[object], names: str | None = None) -> Form[Map]:
    """A mapping from free names to one form; `names` is a pattern that the names must match."""
    pattern = re.compile(names) if names else None

    def read(reader: Reader, value: Raw, at: Mark, path: str) -> Map | Dropped:
        if type(value) is not Map:
            return reader.expected("a mapping", value, at, path)
        entries = _Entries(reader, value, at, path)
        for key, item in value.items():
            if _is_name(key, pattern):
                entries.read(key, item, form)
            else:
                problem = f'"{key}" is not a valid name'
                reader.wrong(problem, value.keys_at.get(key), path, f"names match {names}")
        return entries.found

    return read


def _is_name(key: str, pattern: re.Pattern[str] | None) -> bool:
    return pattern is None or key.startswith("x-") or pattern.fullmatch(key) is not None


class _Entries:
    """The entries of a mapping while it is read; what is found has the marks of what is written."""

    def __init__(self, reader: Reader, written: Map, at: Mark, path: str) -> None:
        self.reader, self.written, self.at, self.path = reader, written, at, path
        self.found = Map((), written.mark)
        self.found.keys_at, self.found.values_at = written.keys_at, written.values_at

    def read(self, key: str, item: Raw, form: Form[object]) -> None:
        """Add the canonical form of an entry, if it has one."""
        at = self.written.values_at.get(key, self.at)
        inside = f"{self.path}.{key}" if self.path else key
        if type(item) is Tagged:
            found = _read_tagged(form, self.reader, item, at, inside)
        else:
            found = form(self.reader, item, at, inside)
        if found is not DROP:
            self.found[key] = found

    def have(self, required: tuple[str, ...]) -> bool:
        """Whether every required key was read; one that the file does not have is noted."""
        missing = [key for key in required if self.found.get(key, RESET) == RESET]
        for key in missing:
            if self.written.get(key) in (None, RESET):
                self.reader.wrong(f'"{key}" is missing', self.written.mark, self.path)
        return not missing


def _read_tagged(form: Form[object], reader: Reader, item: Tagged, at: Mark, path: str) -> object:
    """The canonical value of `item`; `!override` stays around it, `!reset` is left alone."""
    if item.tag == "!reset":
        return RESET
    inner = form(reader, item.value, at, path)
    return inner if inner is DROP else Tagged(item.tag, inner)


def key_values(reader: Reader, value: Raw, at: Mark, path: str) -> Map | Dropped:
    """`KEY: value` or a list of `KEY=value` -> a mapping to texts; None for a key without a
    value."""
    if type(value) is Map:
        return PAIRS(reader, value, at, path)
    if isinstance(value, Seq):
        return _pairs_of_list(reader, value, path)
    return reader.expected("a mapping or a list", value, at, path)


PAIRS = table(null_or(scalar_text))


def _pairs_of_list(reader: Reader, value: Seq, path: str) -> FromList:
    found = FromList((), value.mark)
    for index, (item, spot) in enumerate(value.marked()):
        if type(item) is not str:
            expected_item(reader, "a text", item, spot, f"{path}[{index}]")
            continue
        key, equals, rest = item.partition("=")
        found[key] = rest if equals else None
        found.keys_at[key] = found.values_at[key] = spot
    return found


def labels(reader: Reader, value: Raw, at: Mark, path: str) -> Map | Dropped:
    """`key_values` where a key without a value has the empty text."""
    found = key_values(reader, value, at, path)
    if found is DROP:
        return DROP
    for key, item in found.items():
        if item is None:
            found[key] = ""
    return found

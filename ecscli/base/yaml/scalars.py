"""A plain YAML scalar -> its value by YAML 1.2's core schema; numbers keep the text they were
written with."""

from __future__ import annotations

import re


class WrittenInt(int):
    """An integer whose spelling is kept: 0777, 0x1F, 1_000, +5."""

    text: str


class WrittenFloat(float):
    """A float whose spelling is kept: 1.50, 1e3."""

    text: str


def source_text(number: int | float) -> str:
    """A number as its writer spelt it."""
    return getattr(number, "text", None) or repr(number)


NULLS = {"": None, "~": None, "null": None, "Null": None, "NULL": None}


BOOLEANS = {
    "true": True,
    "True": True,
    "TRUE": True,
    "false": False,
    "False": False,
    "FALSE": False,
}


YES_NO = {
    spelling: value
    for words, value in ((("y", "yes", "on"), True), (("n", "no", "off"), False))
    for word in words
    for spelling in (word, word.capitalize(), word.upper())
}


INTEGER = re.compile(r"[-+]?(?:0o[0-7_]+|0x[0-9a-fA-F_]+|0b[01_]+|0[0-7_]+|[0-9]+|[1-9][0-9_]*)\Z")
OCTAL = re.compile(r"0[0-7]+\Z")


FLOAT = re.compile(
    r"(?![-+]?0[0-9]+\Z)[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?\Z|[-+]?\.(?:inf|Inf|INF)\Z|\.(?:nan|NaN|NAN)\Z"
)


STARTS = frozenset("-+.0123456789~nNtTfFyYoO")


LONGEST_NUMBER = 60

BASES = {"0x": 16, "0b": 2, "0o": 8}


def resolve(text: str, yes_no: bool = False) -> object:
    """The value of a plain scalar."""
    if text in NULLS:
        return None
    if text in BOOLEANS:
        return BOOLEANS[text]
    if yes_no and text in YES_NO:
        return YES_NO[text]
    if len(text) <= LONGEST_NUMBER:
        if INTEGER.match(text):
            return _integer(text)
        if FLOAT.match(text):
            return _float(text)
    return text


def _integer(text: str) -> int:
    digits = text.lstrip("+-").replace("_", "")
    value = int(digits, _base(digits))
    if text[0] == "-":
        value = -value
    if str(value) == text:
        return value
    written = WrittenInt(value)
    written.text = text
    return written


def _base(digits: str) -> int:
    """The base of an integer without its sign: by its prefix; a leading 0 alone means octal, but
    for 08 and the like, which Go's YAML takes for the number 8."""
    if digits[:2] in BASES:
        return BASES[digits[:2]]
    return 8 if OCTAL.match(digits) else 10


def _float(text: str) -> float:
    value = float(text.lower().replace(".inf", "inf").replace(".nan", "nan"))
    if repr(value) == text:
        return value
    written = WrittenFloat(value)
    written.text = text
    return written

"""Requirements of a version, as `>=0.2, <1`: read, and compared with a version.

Operators as in the version specifiers of Python packages, for versions that are numbers alone.
Source: https://packaging.python.org/en/latest/specifications/version-specifiers/
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Mapping

Numbers = tuple[int, ...]

VERSION = r"[0-9]{1,9}(?:\.[0-9]{1,9}){0,3}"
ONE = re.compile(rf"(==|!=|<=|>=|~=|<|>)?\s*({VERSION})")
COMPARISONS: Mapping[str, Callable[[Numbers, Numbers], bool]] = {
    "==": operator.eq,
    "!=": operator.ne,
    "<=": operator.le,
    ">=": operator.ge,
    "<": operator.lt,
    ">": operator.gt,
}


def satisfies(version: str, requirement: str) -> bool:
    """Whether a version meets all parts of a requirement. Raises ValueError for one that cannot be
    read."""
    answers = [_meets(_numbers(version), part.strip()) for part in requirement.split(",")]
    return all(answers)


def _meets(version: Numbers, part: str) -> bool:
    found = ONE.fullmatch(part)
    if not found:
        raise ValueError(f'"{part}" is not a requirement of a version, as >=0.2 is one')
    word, wanted = found[1] or "==", _numbers(found[2])
    if word != "~=":
        return COMPARISONS[word](_padded(version), _padded(wanted))
    if len(wanted) < 2:
        raise ValueError(f'"{part}" needs two numbers at least, as ~=0.2 has them')
    family = wanted[:-1]
    return _padded(version) >= _padded(wanted) and version[: len(family)] == family


def _numbers(version: str) -> Numbers:
    return tuple(int(number) for number in version.split("."))


def _padded(version: Numbers) -> Numbers:
    """All versions with as many numbers: 0.2 is 0.2.0."""
    return version + (0,) * (4 - len(version))

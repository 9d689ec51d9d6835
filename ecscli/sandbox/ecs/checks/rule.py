"""One row of the tables: what is refused, about which members, and where AWS documents it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Generic, TypeVar

Subject = TypeVar("Subject")


@dataclass(frozen=True, slots=True)
class Rule(Generic[Subject]):
    """`complaints` yields the message of each refusal of a subject.

    `members` are named as the API model names them (Shape.member). `source` quotes the API
    reference of one of them; a source in the Developer Guide begins with its name.
    """

    complaints: Callable[[Subject], Iterable[str]]
    members: tuple[str, ...]
    source: str


def complaints(rules: Iterable[Rule[Subject]], subject: Subject) -> Iterator[str]:
    """The messages of all rows that the subject breaks, in the order of the table."""
    for rule in rules:
        yield from rule.complaints(subject)

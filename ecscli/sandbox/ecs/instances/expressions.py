"""The cluster query language of `memberOf` constraints and ListContainerInstances: text in,
predicate out.

Grammar: subject operator argument, joined by and/or/not (`&&`, `||`, `!`) and parentheses, for
instance `attribute:ecs.instance-type =~ t3.* and not(task:group == service:web)`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import datetime

from ecscli.sandbox.ecs.model import Instance
from ecscli.sandbox.errors import invalid

Predicate = Callable[[Instance], bool]
Values = list[str]

TOKEN = re.compile(
    r"""\s*(\(|\)|\[|\]|,|==|!=|=~|!~|>=|<=|>|<|&&|\|\||!(?![=~])|[^\s()\[\],=!<>&|]+)"""
)

#: Words for the operators that have one beside their sign.
WORDS = {
    "equals": "==",
    "not_equals": "!=",
    "matches": "=~",
    "not_matches": "!~",
    "greater_than": ">",
    "less_than": "<",
    "greater_than_equal": ">=",
    "less_than_equal": "<=",
    "&&": "and",
    "||": "or",
    "!": "not",
}

MEMBERS: dict[str, Callable[[Instance], Values]] = {
    "agentConnected": lambda one: [str(one.connected).lower()],
    "agentVersion": lambda one: [one.agent],
    "ec2InstanceId": lambda one: [one.ec2_id],
    "registeredAt": lambda one: [datetime.fromtimestamp(one.registered_at).isoformat()],
    "runningTasksCount": lambda one: [str(sum(task.running for task in one.tasks.values()))],
    "task:group": lambda one: [group for group, count in one.groups.items() if count],
}


def sortable(value: str) -> tuple[tuple[int, int | str], ...]:
    """Numbers inside a value compare as numbers: 1.9 < 1.10."""
    return tuple(
        (0, int(part)) if part.isdigit() else (1, part) for part in re.split(r"[.\-]", value)
    )


COMPARISONS: dict[str, Callable[[Values, str], bool]] = {
    "==": lambda have, want: want in have,
    "!=": lambda have, want: want not in have,
    "=~": lambda have, want: any(re.fullmatch(want, value) for value in have),
    "!~": lambda have, want: not any(re.fullmatch(want, value) for value in have),
    ">": lambda have, want: any(sortable(value) > sortable(want) for value in have),
    "<": lambda have, want: any(sortable(value) < sortable(want) for value in have),
    ">=": lambda have, want: any(sortable(value) >= sortable(want) for value in have),
    "<=": lambda have, want: any(sortable(value) <= sortable(want) for value in have),
}


def subject(name: str) -> Callable[[Instance], Values]:
    """What a name of the language means on an instance; an attribute without value counts as
    ''."""
    if name in MEMBERS:
        return MEMBERS[name]
    if not name.startswith("attribute:"):
        raise invalid(f"Invalid expression: unknown subject {name}")
    key = name.removeprefix("attribute:")
    return lambda one: [one.attributes[key] or ""] if key in one.attributes else []


class Parser:
    """Recursive descent over the tokens of one expression."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens = [WORDS.get(token, token) for token in self._split(text)]

    def _split(self, text: str) -> Iterable[str]:
        place, text = 0, text.rstrip()
        while place < len(text):
            match = TOKEN.match(text, place)
            if not match:
                raise self._wrong()
            place = match.end()
            yield match[1]

    def _wrong(self) -> Exception:
        return invalid(f"Invalid expression: {self.text}")

    def next(self, *expected: str) -> str:
        if not self.tokens or (expected and self.tokens[0] not in expected):
            raise self._wrong()
        return self.tokens.pop(0)

    def comes(self, token: str) -> bool:
        if self.tokens and self.tokens[0] == token:
            self.tokens.pop(0)
            return True
        return False

    def parse(self) -> Predicate:
        predicate = self.either()
        if self.tokens:
            raise self._wrong()
        return predicate

    def either(self) -> Predicate:
        parts = [self.both()]
        while self.comes("or"):
            parts.append(self.both())
        return lambda one: any(part(one) for part in parts)

    def both(self) -> Predicate:
        parts = [self.term()]
        while self.comes("and"):
            parts.append(self.term())
        return lambda one: all(part(one) for part in parts)

    def term(self) -> Predicate:
        if self.comes("not"):
            inner = self.term()
            return lambda one: not inner(one)
        if self.comes("("):
            group = self.either()
            self.next(")")
            return group
        return self.comparison()

    def comparison(self) -> Predicate:
        have = subject(self.next())
        if self.comes("exists"):
            return lambda one: bool(have(one))
        if self.comes("not_exists") or (self.comes("not") and self.next("exists")):
            return lambda one: not have(one)
        if self.comes("in"):
            wanted = self.values()
            return lambda one: bool(wanted.intersection(have(one)))
        if self.comes("not_in") or (self.comes("not") and self.next("in")):
            unwanted = self.values()
            return lambda one: not unwanted.intersection(have(one))
        compare, want = COMPARISONS[self.next(*COMPARISONS)], self.next()
        return lambda one: compare(have(one), want)

    def values(self) -> set[str]:
        closing = "]" if self.next("[", "(") == "[" else ")"
        found = {self.next()}
        while self.comes(","):
            found.add(self.next())
        self.next(closing)
        return found


def compile_expression(text: str) -> Predicate:
    """A predicate over instances; InvalidParameterException when the text is not in the
    language."""
    return Parser(text).parse()

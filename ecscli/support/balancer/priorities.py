"""PURE: rules, and the numbers that are taken -> a priority for each: more specific rules have
lower numbers, and a new rule changes no other one's.

A rule lies in a slot by what it asks for, and in the slot at a place that its service's name
decides. A number that the stack has already stays while it lies in the right slot. The bands leave
the numbers below and above to rules that people write.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Mapping

from ecscli.base.errors import InputError
from ecscli.base.rules import ANY_PATH, Rule
from ecscli.support.balancer.rules import literal

LONGEST = 128  # characters of a value of a condition
BOTH, EXACT_HOST, WILD_HOST, PATH, ANY = 10_000, 30_000, 35_000, 40_000, 45_000  # bands begin
OF_BOTH, OF_HOST, OF_ANY = 150, 5000, 5000  # numbers of a length of path, and of whole bands
EXACT_OF_BOTH = 100  # those of exact hosts among them
OF_LENGTH = 5000 // (LONGEST + 1)  # numbers of a length in the two other bands


def slot(rule: Rule) -> range:
    """The numbers that a rule may have."""
    path = len(literal(rule.path))
    if rule.hosts and rule.path:
        first = BOTH + (LONGEST - path) * OF_BOTH
        if rule.has_wild_hosts:
            return range(first + EXACT_OF_BOTH, first + OF_BOTH)
        return range(first, first + EXACT_OF_BOTH)
    if rule.path == ANY_PATH:
        return range(ANY, ANY + OF_ANY)
    if rule.path:
        return _by_length(PATH, path)
    if rule.has_wild_hosts:
        return _by_length(WILD_HOST, max(map(len, rule.hosts)))
    return range(EXACT_HOST, EXACT_HOST + OF_HOST)


def _by_length(first: int, length: int) -> range:
    """The slot of a length in a band; longer ones come first."""
    start = first + (LONGEST - length) * OF_LENGTH
    return range(start, start + OF_LENGTH)


def priority(rule: Rule, name: str, taken: Collection[int], live: int | None = None) -> int:
    """The number of a rule; `name` is CLUSTER/PROJECT/SERVICE, and `live` what the rule has.

    Raises InputError where its slot is full.
    """
    numbers = slot(rule)
    if live is not None and live in numbers and live not in taken:
        return live
    start = int(hashlib.sha256(name.encode()).hexdigest(), 16) % len(numbers)
    for step in range(len(numbers)):
        number = numbers[(start + step) % len(numbers)]
        if number not in taken:
            return number
    message = f"there are {len(numbers)} rules like that of {name} already"
    raise InputError(message, hint="give priorities of your own to some: load_balancer.priority")


def numbers(
    rules: Iterable[tuple[str, str, Rule, int | None]],
    own: Mapping[str, int],
    taken: Collection[int],
) -> dict[str, int]:
    """The priority of each of some rules, by logical id, in their order.

    `rules`: logical id, name of the service with its owner, rule, number that the files give it;
    `own`: numbers that the stack has by logical id; `taken`: numbers that others have, or that may
    not be used yet.
    """
    rows = list(rules)
    found = {id_: number for id_, _, _, number in rows if number is not None}
    given, used = frozenset(found.values()), {*taken, *found.values()}
    for id_, name, rule, number in rows:
        if number is None:
            live = own.get(id_)
            others = used if live in given else used - {live}
            found[id_] = priority(rule, name, others, live)
            used.add(found[id_])
    return found

"""`--tags name=value,name=value` -> pairs and what is wrong with them: one reading for every
command.

The original's rule: split at each comma and at the first ``=`` of each item, nothing trimmed,
values may be empty.
"""

from __future__ import annotations

from ecscli.base.errors import Finding

Pairs = tuple[tuple[str, str], ...]
HINT = "for example --tags team=web,stage=test"


def parse_tags(text: str | None) -> tuple[Pairs, tuple[Finding, ...]]:
    """The pairs in the order given, and a finding for each item that is no name=value."""
    items = [item.partition("=") for item in text.split(",")] if text else []
    wrong = tuple(
        Finding(f'"{name}{equals}{value}" is not of the form name=value', "--tags", HINT)
        for name, equals, value in items
        if not (name and equals)
    )
    return tuple((name, value) for name, equals, value in items if name and equals), wrong

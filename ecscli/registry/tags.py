"""`--tags name=value,...` -> pairs, one of each name."""

from __future__ import annotations

from ecscli.base import tags
from ecscli.base.errors import InputError
from ecscli.base.tags import Pairs


def parse_tags(text: str | None) -> Pairs:
    """The pairs, the last of a name winning. Raises InputError with every wrong piece."""
    pairs, wrong = tags.parse_tags(text)
    if wrong:
        raise InputError.of(wrong)
    return tuple(dict(pairs).items())

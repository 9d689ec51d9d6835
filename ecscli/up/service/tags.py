"""`--tags k=v,k=v` -> the tags of a request."""

from __future__ import annotations

from collections.abc import Mapping

from ecscli.errors import Finding

Tags = tuple[Mapping[str, str], ...]


def parse_tags(text: str | None) -> tuple[Tags, tuple[Finding, ...]]:
    """The tags in the order given, and what is wrong with them. Values may be empty and may hold ``=``."""
    tags: list[Mapping[str, str]] = []
    wrong: list[Finding] = []
    for piece in text.split(",") if text else ():
        key, equals, value = piece.partition("=")
        if equals and key:
            tags.append({"key": key, "value": value})
        else:
            wrong.append(Finding(f'--tags: "{piece}" is not key=value', None, "write --tags team=web,stage=test"))
    return tuple(tags), tuple(wrong)

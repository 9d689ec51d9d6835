"""`--tags k=v,k=v` -> the tags of an ECS request."""

from __future__ import annotations

from collections.abc import Mapping

from ecscli.base import tags
from ecscli.base.errors import Finding

Tags = tuple[Mapping[str, str], ...]


def parse_tags(text: str | None) -> tuple[Tags, tuple[Finding, ...]]:
    """The tags in the order given, and what is wrong with them."""
    pairs, wrong = tags.parse_tags(text)
    return tuple({"key": name, "value": value} for name, value in pairs), wrong

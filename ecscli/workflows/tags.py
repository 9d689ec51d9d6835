"""Tags as they are typed, or as a program has them -> tags as ECS takes them."""

from __future__ import annotations

from collections.abc import Mapping

from ecscli.base.errors import Finding
from ecscli.base.tags import Tags, ecs_tags, parse_tags

GivenTags = str | Mapping[str, str] | None


def read_tags(given: GivenTags) -> tuple[Tags, tuple[Finding, ...]]:
    """Tags as ECS takes them, in the order given, and what is wrong with them."""
    if isinstance(given, Mapping):
        return ecs_tags(given.items()), ()
    pairs, wrong = parse_tags(given)
    return ecs_tags(pairs), wrong

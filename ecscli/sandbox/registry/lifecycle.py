"""A lifecycle policy and the images of a repository -> the digests that expire. Pure.

Rules are those of the user guide, "Lifecycle policy properties": the lowest priority is evaluated
first, and an image that a rule has looked at is none of a later one's.
"""

from __future__ import annotations

import fnmatch
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ecscli.sandbox.shapes import Json

DAY = 86400


@dataclass(frozen=True, slots=True)
class Pushed:
    """An image as rules see it; `pushed` is seconds since the epoch."""

    digest: str
    tags: tuple[str, ...]
    pushed: float


def expired(policy: Json, images: Iterable[Pushed], now: float) -> list[str]:
    """The digests of the images that the rules of a policy expire."""
    left, found = sorted(images, key=lambda one: one.pushed, reverse=True), []
    for rule in sorted(policy.get("rules", []), key=lambda one: one["rulePriority"]):
        selected = [one for one in left if is_selected(rule["selection"], one)]
        found += [one.digest for one in outdated(rule["selection"], selected, now)]
        left = [one for one in left if one not in selected]
    return found


def is_selected(selection: Json, image: Pushed) -> bool:
    """Whether a rule is about an image; of prefixes and patterns, all must be among its tags."""
    kind = selection["tagStatus"]
    if kind == "any":
        return True
    if kind == "untagged":
        return not image.tags
    patterns = [f"{prefix}*" for prefix in selection.get("tagPrefixList", [])]
    patterns += selection.get("tagPatternList", [])
    return bool(image.tags) and all(fnmatch.filter(image.tags, one) for one in patterns)


def outdated(selection: Json, newest_first: Sequence[Pushed], now: float) -> Sequence[Pushed]:
    """The images beyond the number that is kept, or older than the days."""
    number = int(selection["countNumber"])
    if selection["countType"] == "imageCountMoreThan":
        return newest_first[number:]
    return [one for one in newest_first if one.pushed < now - number * DAY]

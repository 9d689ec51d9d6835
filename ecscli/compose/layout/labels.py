"""`deploy.labels` of the services of a group -> tags of its ECS service; those that ECS refuses are
left out, each with a warning at its place.

Source: Tag of the ECS API reference (characters, lengths, at most 50 tags, `aws:` reserved).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from ecscli.base.findings import Findings
from ecscli.base.tags import Tags, ecs_tags
from ecscli.compose.project.model import Service

MOST_TAGS, LONGEST_KEY, LONGEST_VALUE = 50, 128, 256
OWN = "ecscli:"
OWN_TAGS = 4  # ecscli:project, ecscli:service, ecscli:cluster, and ecscli:count of `stop`
TAKEN = re.compile(r"[\w\s+\-=.:/@]*")
CHARACTERS = "has characters other than letters, digits, spaces and + - = . _ : / @"


def label_tags(services: Sequence[Service], given: Tags, findings: Findings) -> Tags:
    """The tags, in the order of the files; a tag of `given`, those of --tags and of the project,
    wins over a label of its name."""
    flags = {tag["key"] for tag in given if not tag["key"].startswith(OWN)}
    room = MOST_TAGS - OWN_TAGS - len(flags)
    kept: dict[str, str] = {}
    for service, key, value in _labels(services):
        if key in flags:
            continue
        reason = _refused(key, value) or _one_too_many(key, value, kept, room)
        if reason:
            _leave_out(service, key, reason, findings)
        else:
            kept[key] = value
    return ecs_tags(kept.items())


def _labels(services: Sequence[Service]) -> Iterator[tuple[Service, str, str]]:
    for service in services:
        for key, value in service.deploy.labels if service.deploy else ():
            yield service, key, value


def _refused(key: str, value: str) -> str:
    """Why ECS, or this program, does not take the label as a tag; empty where both do."""
    if not key:
        return "its name is empty"
    if key.lower().startswith("aws:"):
        return "names that begin with aws: belong to AWS"
    if key.startswith(OWN):
        return "names that begin with ecscli: are those of ecscli's own tags"
    for what, text, longest in (("name", key, LONGEST_KEY), ("value", value, LONGEST_VALUE)):
        if len(text) > longest:
            return f"its {what} is longer than {longest} characters"
        if not TAKEN.fullmatch(text):
            return f"its {what} {CHARACTERS}"
    return ""


def _one_too_many(key: str, value: str, kept: Mapping[str, str], room: int) -> str:
    """Why there is no room for the label beside those before it; empty where there is."""
    if kept.get(key, value) != value:
        return "another service of the group gives it another value"
    if key not in kept and len(kept) >= room:
        return f"ECS takes {MOST_TAGS} tags at most, those of ecscli and of --tags included"
    return ""


def _leave_out(service: Service, key: str, reason: str, findings: Findings) -> None:
    findings.warning(
        f"does not become a tag of the ECS service, as {reason}",
        service.where("deploy", "labels", key),
        "rename or remove the label",
        key=f"services.{service.name}.deploy.labels.{key}",
    )

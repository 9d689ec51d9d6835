"""PURE: the wanted task definition against the newest revision: register, or use what is there."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from ecscli.base.documents import Document
from ecscli.up.model import Action, Ref, RegisterTaskDefinition, Request
from ecscli.up.normalize import same
from ecscli.up.service.live import LiveProject

if TYPE_CHECKING:
    from ecscli.up.service.desired import WantedService, WantedTasks

# what AWS adds to a revision, which no request has
ADDED = frozenset(
    {
        "taskDefinitionArn",
        "revision",
        "status",
        "requiresAttributes",
        "compatibilities",
        "registeredAt",
        "registeredBy",
        "deregisteredAt",
    }
)
# what RegisterTaskDefinition returns, by the names of Refs
ID, ARN = "taskDefinition", "taskDefinitionArn"


def preparation(wanted: WantedTasks | WantedService, live: LiveProject) -> Iterator[Action]:
    """What must be there before a task can start: images, secrets, the execution role, the log
    groups, and a revision like the wanted one. Groups that a flag asks for come last, as in
    ecs-cli."""
    missing = [one for one in wanted.log_groups if (one.subject, one.region) not in live.log_groups]
    yield from wanted.builds
    yield from wanted.secrets.writes
    if wanted.support and wanted.support.deployment:
        yield from wanted.support.earlier
        yield wanted.support.deployment
    yield from (group for group in missing if group.implied)
    if not is_registered(wanted.definition, live):
        newest = live.definition["taskDefinition"]["revision"] if live.definition else 0
        yield RegisterTaskDefinition(wanted.definition, before(live), newest)
    yield from (group for group in missing if not group.implied)


def is_registered(wanted: Request, live: LiveProject) -> bool:
    """Whether the newest revision is the same; tags that others put on it do not count."""
    if live.definition is None:
        return False
    tags = [
        {"key": tag["key"], "value": tag.get("value", "")}
        for tag in live.definition.get("tags", ())
    ]
    if any(dict(tag) not in tags for tag in wanted.get("tags", ())):
        return False
    return same({**wanted, "tags": []}, {**live.definition["taskDefinition"], "tags": []})


def before(live: LiveProject) -> Document | None:
    """The newest revision in the form of a request, for the diff."""
    if live.definition is None:
        return None
    found: Document = live.definition["taskDefinition"]
    request = {name: value for name, value in found.items() if name not in ADDED}
    return {**request, "tags": live.definition.get("tags", [])}


def definition_id(wanted: Request, live: LiveProject) -> str | Ref:
    """``family:revision`` of the wanted definition, or a Ref to it."""
    if live.definition and is_registered(wanted, live):
        found = live.definition["taskDefinition"]
        return f"{found['family']}:{found['revision']}"
    return Ref(ID, f"{wanted['family']}:new")


def definition_arn(wanted: Request, live: LiveProject) -> str | Ref:
    """The ARN of the wanted definition, or a Ref to it."""
    if live.definition and is_registered(wanted, live):
        return live.definition["taskDefinition"]["taskDefinitionArn"]
    return Ref(ARN, f"{wanted['family']}:new")

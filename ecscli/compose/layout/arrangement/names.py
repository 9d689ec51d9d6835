"""Groups and services -> their names on ECS, which takes no dots; two that would have one name are
refused."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from ecscli.base.findings import Findings
from ecscli.base.marks import Mark
from ecscli.compose.layout.arrangement.groups import group_mark
from ecscli.compose.params.read import EcsParams
from ecscli.compose.project.model import Service

PROJECT_TAG, SERVICE_TAG, CLUSTER_TAG = "ecscli:project", "ecscli:service", "ecscli:cluster"


def clean(name: str) -> str:
    """The name as ECS takes it, of letters, digits, dashes and underscores."""
    return re.sub(r"[^A-Za-z0-9_-]", "-", name)


def family_of(project: str, group: str) -> str:
    """The family of a group's task definition."""
    return f"{project}-{clean(group)}"


def tags_of(project: str, group: str, cluster: str = "") -> tuple[dict[str, str], ...]:
    """The tags by which a project recognizes what belongs to it."""
    tags = {PROJECT_TAG: project, SERVICE_TAG: clean(group), CLUSTER_TAG: cluster}
    return tuple({"key": key, "value": value} for key, value in tags.items() if value)


def check_names(
    groups: Mapping[str, Sequence[Service]], params: EcsParams, findings: Findings
) -> None:
    """Note groups, and services of one group, that would have one name."""
    places = {name: _place(services, params) for name, services in groups.items()}
    _refuse_meeting(places, "group", findings)
    for services in groups.values():
        _refuse_meeting({one.name: one.where() for one in services}, "service", findings)


def _place(services: Sequence[Service], params: EcsParams) -> Mark | None:
    """Where the name of a group is given: its `group`, else its first service."""
    named = [group_mark(params, service.name) for service in services]
    return next(filter(None, named), services[0].where())


def _refuse_meeting(places: Mapping[str, Mark | None], what: str, findings: Findings) -> None:
    known: dict[str, str] = {}
    for name, place in places.items():
        first = known.setdefault(clean(name), name)
        if first != name:
            findings.error(
                f'"{name}" and the {what} "{first}" ({places[first]}) have one name on ECS,'
                f" {clean(name)}",
                place,
                "rename one of them",
                key=f"services.{name}",
            )

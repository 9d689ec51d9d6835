"""PURE: the tags of live services -> whose they are, and which of them the files no longer have."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import TYPE_CHECKING

from ecscli.base.documents import Document
from ecscli.base.errors import Finding
from ecscli.compose.layout.arrangement.names import PROJECT_TAG, SERVICE_TAG
from ecscli.up.project.live import Services
from ecscli.up.service.names import Names

if TYPE_CHECKING:
    from types_boto3_ecs.type_defs import ServiceTypeDef

COUNT_TAG = "ecscli:count"  # the count before `stop`


def tags_of(service: ServiceTypeDef) -> dict[str, str]:
    """The tags of a service, by key."""
    return {tag["key"]: tag.get("value", "") for tag in service.get("tags") or ()}


def group_of(service: ServiceTypeDef) -> str:
    """The group that a service was made for."""
    return tags_of(service).get(SERVICE_TAG) or str(service["serviceName"])


def is_ours(service: ServiceTypeDef, project: str) -> bool:
    """Whether the tags name the project; names alone do not say it, as one may begin another."""
    return tags_of(service).get(PROJECT_TAG) == project


def is_of_layout_task(
    service: ServiceTypeDef, definition: Document, names: Names, containers: Collection[str]
) -> bool:
    """Whether layout task has made a service of the project's name, with a task of these
    containers. It has no tag of its own, so that its family and a container have to be the
    project's."""
    owner = tags_of(service).get(PROJECT_TAG)
    if owner is not None:
        return owner == names.project
    found = {str(one["name"]) for one in definition.get("containerDefinitions", ())}
    return definition.get("family") == names.family and bool(found & set(containers))


def count_before_stop(service: ServiceTypeDef) -> int | None:
    """The count that `stop` has noted, where the service is still stopped."""
    noted = tags_of(service).get(COUNT_TAG, "")
    return int(noted) if noted.isdecimal() and not service.get("desiredCount") else None


def find_foreign(names: Names, live: Services, project: str) -> Iterator[Finding]:
    """Why a live service of this name cannot be changed: it is not the project's."""
    service = live.get(names.service)
    if service is None or is_ours(service, project):
        return
    owner = tags_of(service).get(PROJECT_TAG)
    whose = f"belongs to project {owner}" if owner else "is not marked as this project's"
    yield Finding(
        f"service {names.service} exists and {whose}; choose another --project-name",
        service.get("serviceArn"),
        "--adopt takes it over, with tags of this project",
    )


def find_orphans(live: Services, project: str, known: Collection[str]) -> list[ServiceTypeDef]:
    """The services of the project that none of the `known` names is."""
    return [one for name, one in live.items() if name not in known and is_ours(one, project)]

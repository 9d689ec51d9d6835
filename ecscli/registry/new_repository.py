"""PURE: settings of a project's images -> the repository that is made for them in ECR: the request
of CreateRepository, and the lifecycle policy that removes old images.

Tags do not move, but for those of the filters. A rule of a lower number keeps what it matches from
the rules behind it (ECR's user guide, "Lifecycle policy evaluation rules"), so that an image that
is deployed stays.
"""

from __future__ import annotations

import json
from collections.abc import Iterator

from ecscli.base.documents import Document, Draft
from ecscli.base.tags import aws_tags
from ecscli.compose.params.image_settings import ImageSettings
from ecscli.registry.contexts.content import PREFIX

LIVE = "live-"  # begins the tag of an image that is deployed
MOVING = ("latest", "cache*", f"{LIVE}*")
PROJECT_TAG = "ecscli:project"
SHIELDED = 1000  # more deployed images than a repository ever has


def create_request(name: str, settings: ImageSettings, project: str, service: str) -> Draft:
    """The request of CreateRepository."""
    tags = ((PROJECT_TAG, project), ("ecscli:service", service))
    request: Draft = {"repositoryName": name, "tags": aws_tags(tags)}
    if settings.immutable:
        filters = [{"filterType": "WILDCARD", "filter": pattern} for pattern in MOVING]
        request["imageTagMutability"] = "IMMUTABLE_WITH_EXCLUSION"
        request["imageTagMutabilityExclusionFilters"] = filters
    if settings.scan:
        request["imageScanningConfiguration"] = {"scanOnPush": True}
    if settings.encryption != ImageSettings().encryption:
        request["encryptionConfiguration"] = _encryption(settings.encryption)
    return request


def _encryption(wanted: str) -> Draft:
    if wanted == "KMS":
        return {"encryptionType": "KMS"}
    return {"encryptionType": "KMS", "kmsKey": wanted}


def lifecycle_policy(settings: ImageSettings) -> str | None:
    """The text of the lifecycle policy; None where everything is kept."""
    rules = list(_expiries(settings))
    if not rules:
        return None
    shield = _rule("imageCountMoreThan", SHIELDED, tagStatus="tagged", tagPrefixList=[LIVE])
    numbered = [{"rulePriority": number, **rule} for number, rule in enumerate([shield, *rules], 1)]
    return json.dumps({"rules": numbered})


def _expiries(settings: ImageSettings) -> Iterator[Document]:
    if settings.untagged_days:
        selection = {"tagStatus": "untagged", "countUnit": "days"}
        yield _rule("sinceImagePushed", settings.untagged_days, **selection)
    if settings.keep:
        by_content = {"tagStatus": "tagged", "tagPrefixList": [PREFIX]}
        yield _rule("imageCountMoreThan", settings.keep, **by_content)


def _rule(kind: str, number: int, **selection: object) -> Draft:
    counted = {**selection, "countType": kind, "countNumber": number}
    return {"selection": counted, "action": {"type": "expire"}}

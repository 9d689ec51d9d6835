"""Images that are deployed -> a tag each, which keeps them from the lifecycle policy of their
repository. It moves when a deployment has ended well, so that a rollback finds its image."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from ecscli.base.errors import EcsCliError
from ecscli.registry.builds.decide import Verdict
from ecscli.registry.builds.plan import Builds
from ecscli.registry.new_repository import LIVE
from ecscli.registry.repositories import add_tag
from ecscli.up.model import BuiltImage, Event
from ecscli.up.service.names import Names

if TYPE_CHECKING:
    from ecscli.aws.client import Aws

NOT_IN_TAGS = re.compile(r"[^A-Za-z0-9_.-]+")
LONGEST = 128  # characters of a tag


def built_images(builds: Builds) -> tuple[BuiltImage, ...]:
    """The images by digest that were found in ECR or built."""
    made = {
        choice.service: choice.recipe.reference
        for choice in builds.choices
        if choice.recipe and choice.verdict in (Verdict.REUSED, Verdict.BUILT)
    }
    found = []
    for service, reference in made.items():
        digest = builds.images[service].partition("@")[2]
        if digest:
            found.append(
                BuiltImage(reference.repository, digest, reference.account, reference.region)
            )
    return tuple(dict.fromkeys(found))


def shield(aws: Aws, names: Names, images: tuple[BuiltImage, ...]) -> Iterator[Event]:
    """Give images the tag of what is deployed there. The cluster is part of it, since several of
    one account may share a repository."""
    cluster = names.cluster.rpartition("/")[2]
    label = NOT_IN_TAGS.sub("-", f"{LIVE}{cluster}-{names.project}")[:LONGEST]
    for image in images:
        there = aws.elsewhere(image.region)
        try:
            add_tag(there, image.repository, image.account, image.digest, label)
        except EcsCliError as error:
            message = f"{image.repository}: the deployed image has no tag {label}"
            hint = "the lifecycle policy may remove it once newer images are pushed"
            yield Event(f"{message}: {error.message}", "warning", hint=hint)

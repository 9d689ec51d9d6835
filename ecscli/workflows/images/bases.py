"""Base images of builds with `pull: true` -> their digests, which this machine's engine asks the
registries for, in the tags of the images."""

from __future__ import annotations

from collections.abc import Generator, Mapping, Sequence

from ecscli.base.errors import EcsCliError, Finding, InputError
from ecscli.registry.builds.bases import bases_of_all, with_bases
from ecscli.registry.builds.plan import Builds
from ecscli.registry.builds.recipes import Recipe
from ecscli.registry.engine import Engine
from ecscli.up.model import Event
from ecscli.workflows.events import warnings
from ecscli.workflows.project import ProjectRequest

ELSEWHERE = "build elsewhere, and give --images FILE"


def tagged(
    request: ProjectRequest, builds: Builds, recipes: Sequence[Recipe], only_looks: bool
) -> Generator[Event, None, Builds]:
    """The builds with the tags of these recipes. What cannot be looked up is a warning where
    nothing is built; no program is started then. Else it raises InputError."""
    images = bases_of_all(recipes)
    if not images:
        return builds
    digests, unread = _digests(images, request.environment, not only_looks)
    if unread and not only_looks:
        raise InputError.of(unread)
    yield from warnings(unread)
    return with_bases(builds, digests)


def _digests(
    images: Sequence[str], environment: Mapping[str, str], asks_helpers: bool
) -> tuple[dict[str, str], list[Finding]]:
    """The digests by image, and why some are not known."""
    found, unread = {}, []
    try:
        with Engine(environment) as engine:
            for image in images:
                try:
                    found[image] = engine.digest_of(image, asks_helpers)
                except EcsCliError as error:
                    unread.append(_unread(image, error))
    except EcsCliError as error:
        return {}, [_unread(", ".join(images), error)]
    return found, unread


def _unread(images: str, error: EcsCliError) -> Finding:
    message = f"the digest of {images} could not be looked up: {error.message}"
    return Finding(message, None, f"{error.hint}; or {ELSEWHERE}" if error.hint else ELSEWHERE)

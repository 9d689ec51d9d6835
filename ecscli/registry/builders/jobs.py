"""What a builder gets: recipes, and where their images go; and what all builders have in common."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Generator, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

from ecscli.base.records import field, record, replace
from ecscli.registry.builds.recipes import Recipe
from ecscli.registry.builds.secrets import BuildSecret
from ecscli.registry.login import RegistryLogin
from ecscli.registry.transfer import RemoteRepository
from ecscli.up.model import Event

Digests = dict[str, str]  # by the keys of recipes
MARK = 6  # digits behind a tag that is taken


@record
class Job:
    """One image to build, and to push where it has a `target`. `taken` is the digest of the image
    that has its tag already, and keeps it; `below` the login to the registry of its base."""

    recipe: Recipe
    target: RemoteRepository | None = None
    taken: str = ""
    below: RegistryLogin | None = None

    @property
    def key(self) -> str:
        return self.recipe.key

    @property
    def tag(self) -> str:
        return str(self.recipe.reference.tag)

    def named(self, mark: str) -> Job:
        """The same under a tag of its own, which ends in six digits of `mark`."""
        tag = f"{self.tag}-{mark[:MARK]}"
        recipe = replace(self.recipe, reference=replace(self.recipe.reference, tag=tag))
        return replace(self, recipe=recipe)


@record
class Order:
    """All jobs of one run. `images` are those of services that are not built, which a build may
    start from; `cache` is where buildx keeps its layers."""

    jobs: tuple[Job, ...]
    environment: Mapping[str, str]
    images: Mapping[str, str] = field(default_factory=dict)
    cache: str = "none"

    @property
    def targets(self) -> tuple[RemoteRepository, ...]:
        return tuple(job.target for job in self.jobs if job.target)

    @property
    def logins(self) -> tuple[RegistryLogin, ...]:
        """The logins to all registries that images go to or come from."""
        below = tuple(job.below for job in self.jobs if job.below)
        return (*below, *(target.login for target in self.targets))

    @property
    def rounds(self) -> tuple[tuple[Job, ...], ...]:
        """The jobs one after the other for builders that know no order: files are baked into images
        that are there."""
        made = {job.key for job in self.jobs}
        later = [job for job in self.jobs if job.recipe.base and job.recipe.base.key in made]
        first = [job for job in self.jobs if job not in later]
        return tuple(tuple(jobs) for jobs in (first, later) if jobs)


class Builder(Protocol):
    """What builds; `name` is one of `keys`. All images of an order are built before the first one
    is pushed."""

    @property
    def name(self) -> str: ...

    def build(self, order: Order) -> Generator[Event, None, None]:
        """Build all images; nothing leaves this machine."""

    def push(self, order: Order) -> Generator[Event, None, Digests]:
        """Push the images that were built, and that have a target whose repository exists."""


@contextmanager
def secret_files(recipes: Iterable[Recipe]) -> Iterator[Mapping[BuildSecret, str]]:
    """The files of the secrets of recipes: a value gets a private one, which is gone afterwards."""
    secrets = dict.fromkeys(secret for recipe in recipes for secret in recipe.secrets)
    with tempfile.TemporaryDirectory(prefix="ecscli-build-") as name:  # mode 0700
        found = {}
        for number, secret in enumerate(secrets):
            path = secret.file or str(Path(name) / str(number))
            if secret.value is not None:
                _write_private(path, secret.value)
            found[secret] = path
        yield found


def _write_private(path: str, text: str) -> None:
    opened = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with open(opened, "w") as file:
        file.write(text)


def paths_of(recipe: Recipe, files: Mapping[BuildSecret, str]) -> dict[str, str]:
    """The files of a recipe's secrets by their ids."""
    return {secret.id: files[secret] for secret in recipe.secrets}

"""`docker buildx bake`: all images of a project in one call, side by side; a second one pushes what
the first has left in the builder's cache."""

from __future__ import annotations

import json
import secrets
import tempfile
from collections.abc import Generator, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from ecscli.base.documents import Document
from ecscli.base.errors import EcsCliError
from ecscli.base.records import record, replace
from ecscli.base.system.programs import environment_for
from ecscli.registry.builders.bake import (
    Target,
    allowed,
    bake_document,
    built_alone,
    from_cache,
)
from ecscli.registry.builders.docker_config import private_config
from ecscli.registry.builders.jobs import Digests, Job, Order, paths_of, secret_files
from ecscli.registry.builders.keys import BUILDX
from ecscli.registry.builders.program import run_docker
from ecscli.registry.builds.secrets import BuildSecret
from ecscli.up.model import Event

DIGEST = "containerimage.digest"
ASKS_FOR_LEAVE = (0, 17)  # the first version whose bake has --allow
OUTPUT_CACHE = ("--set", "*.output=type=cacheonly")  # nothing but the builder's cache


@record
class Ground:
    """What one bake works with: a private directory, the variables of docker, the targets, and the
    file that has them."""

    directory: Path
    environment: Mapping[str, str]
    targets: Sequence[Target]
    document: Document

    @property
    def file(self) -> Path:
        return self.directory / "bake.json"

    @property
    def metadata(self) -> Path:
        return self.directory / "metadata.json"


@record
class Buildx:
    """The docker command with its plugin buildx; `program` is the command's path, `version` the
    plugin's."""

    program: str
    version: tuple[int, int]
    name: str = BUILDX

    def build(self, order: Order) -> Generator[Event, None, None]:
        """Build all images side by side: into the builder's cache where they are pushed later, else
        into the engine."""
        with _ground(order) as ground:
            if order.targets:
                yield from self._bake(ground, built_alone(ground.document), OUTPUT_CACHE)
            else:
                yield from self._bake(ground, ground.document, ("--load",))
        for job in order.jobs:
            yield Event(f"Image built: {job.recipe.name}", "done")

    def push(self, order: Order) -> Generator[Event, None, Digests]:
        """Push all images, whose layers are in the builder's cache."""
        order = replace(order, jobs=tuple(_under_free_tag(job) for job in order.jobs))
        with _ground(order) as ground:
            for event in self._bake(ground, from_cache(ground.document), ("--push",)):
                if event.kind != "progress":  # the steps, which were reported when they were built
                    yield event
            digests = _digests(ground.metadata, ground.targets)
        yield from _pushed(order, digests)
        return digests

    def _bake(
        self, ground: Ground, document: Document, output: Sequence[str]
    ) -> Generator[Event, None, None]:
        """One call of bake for all targets."""
        ground.file.write_text(json.dumps(document))
        files = ("--file", str(ground.file), "--metadata-file", str(ground.metadata))
        words = [self.program, "buildx", "bake", *files, "--progress", "plain", *output]
        if self.version >= ASKS_FOR_LEAVE:
            words += dict.fromkeys(allowed(ground.targets))
        recipes = [target.recipe for target in ground.targets]
        yield from run_docker(words, ground.environment, recipes)


@contextmanager
def _ground(order: Order) -> Iterator[Ground]:
    """What a bake of an order works with; its files are gone afterwards."""
    with (
        private_config(order.environment, order.logins) as config,
        secret_files(job.recipe for job in order.jobs) as files,
        tempfile.TemporaryDirectory(prefix="ecscli-bake-") as directory,
    ):
        targets = [_target(job, files, order.cache) for job in order.jobs]
        kept = {**environment_for("docker", order.environment), **config}
        yield Ground(Path(directory), kept, targets, bake_document(targets, order.images))


def _under_free_tag(job: Job) -> Job:
    """A tag is never moved: where it is taken, the image gets one of its own, chosen before its
    digest is known."""
    return job.named(secrets.token_hex(3)) if job.taken else job


def _target(job: Job, files: Mapping[BuildSecret, str], cache: str) -> Target:
    name = f"{job.target.name}:{job.tag}" if job.target else job.recipe.name
    return Target(job.recipe, (name,), paths_of(job.recipe, files), cache if job.target else "none")


def _digests(path: Path, targets: Sequence[Target]) -> Digests:
    """The digests of the metadata file, which is by target."""
    try:
        metadata = json.loads(path.read_bytes())
        return {one.recipe.key: str(metadata[one.name][DIGEST]) for one in targets}
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise EcsCliError(f"docker buildx gave no digests: {error!r}") from None


def _pushed(order: Order, digests: Digests) -> Iterator[Event]:
    for job in order.jobs:
        if job.target is not None:
            name = f"{job.target.name}:{job.tag}"
            yield Event(f"Image pushed: {name}", "done", {"digest": digests[job.key]})

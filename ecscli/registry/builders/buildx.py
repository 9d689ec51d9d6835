"""`docker buildx bake`: all images of a project in one call, side by side, pushed by it."""

from __future__ import annotations

import json
import secrets
import tempfile
from collections.abc import Generator, Mapping
from pathlib import Path

from ecscli.base.errors import EcsCliError
from ecscli.base.records import record, replace
from ecscli.base.system.programs import environment_for
from ecscli.registry.builders.bake import Target, allowed, bake_document
from ecscli.registry.builders.docker_config import private_config
from ecscli.registry.builders.jobs import Digests, Job, Order, paths_of, secret_files
from ecscli.registry.builders.keys import BUILDX
from ecscli.registry.builders.program import run_docker
from ecscli.registry.builds.secrets import BuildSecret
from ecscli.up.model import Event

DIGEST = "containerimage.digest"
ASKS_FOR_LEAVE = (0, 17)  # the first version whose bake has --allow


@record
class Buildx:
    """The docker command with its plugin buildx; `program` is the command's path, `version` the
    plugin's."""

    program: str
    version: tuple[int, int]
    name: str = BUILDX

    def make(self, order: Order) -> Generator[Event, None, Digests]:
        """Build all images side by side, and push those with a target."""
        order = replace(order, jobs=tuple(_under_free_tag(job) for job in order.jobs))
        with (
            private_config(order.environment, order.logins) as config,
            secret_files(job.recipe for job in order.jobs) as files,
            tempfile.TemporaryDirectory(prefix="ecscli-bake-") as directory,
        ):
            place = Path(directory)
            targets = [_target(job, files, order.cache) for job in order.jobs]
            document = bake_document(targets, order.images)
            (place / "bake.json").write_text(json.dumps(document))
            kept = {**environment_for("docker", order.environment), **config}
            words = self._words(place, bool(order.targets))
            if self.version >= ASKS_FOR_LEAVE:
                words += dict.fromkeys(allowed(targets))
            yield from run_docker(words, kept, [job.recipe for job in order.jobs])
            found = _digests(place / "metadata.json", targets)
        yield from _done(order, found)
        return found if order.targets else {}

    def _words(self, place: Path, pushes: bool) -> list[str]:
        return [
            self.program,
            "buildx",
            "bake",
            "--file",
            str(place / "bake.json"),
            "--metadata-file",
            str(place / "metadata.json"),
            "--progress",
            "plain",
            "--push" if pushes else "--load",
        ]


def _under_free_tag(job: Job) -> Job:
    """A tag is never moved: where it is taken, the image gets one of its own, chosen before its
    digest is known."""
    return job.named(secrets.token_hex(3)) if job.taken else job


def _target(job: Job, files: Mapping[BuildSecret, str], cache: str) -> Target:
    name = f"{job.target.name}:{job.tag}" if job.target else job.recipe.name
    return Target(job.recipe, (name,), paths_of(job.recipe, files), cache if job.target else "none")


def _digests(path: Path, targets: list[Target]) -> Digests:
    """The digests of the metadata file, which is by target."""
    try:
        metadata = json.loads(path.read_bytes())
        return {one.recipe.key: str(metadata[one.name][DIGEST]) for one in targets}
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise EcsCliError(f"docker buildx gave no digests: {error!r}") from None


def _done(order: Order, digests: Digests) -> Generator[Event, None, None]:
    """What was made."""
    for job in order.jobs:
        if job.target is None:
            yield Event(f"Image built: {job.recipe.name}", "done")
            continue
        name = f"{job.target.name}:{job.tag}"
        yield Event(f"Image pushed: {name}", "done", {"digest": digests[job.key]})

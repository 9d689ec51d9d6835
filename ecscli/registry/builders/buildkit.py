"""`docker build` with BuildKit: for docker commands before version 23, which have it built in and
need no buildx."""

from __future__ import annotations

import tempfile
from collections.abc import Generator, Iterator, Mapping
from functools import partial
from pathlib import Path

from ecscli.base.records import record
from ecscli.base.system.programs import environment_for
from ecscli.registry.builders.bake import ssh_entries
from ecscli.registry.builders.classic import labels
from ecscli.registry.builders.docker_config import private_config
from ecscli.registry.builders.jobs import Digests, Job, Order, paths_of, secret_files
from ecscli.registry.builders.keys import BUILDKIT
from ecscli.registry.builders.local import push_all
from ecscli.registry.builders.program import run_docker
from ecscli.registry.builders.side_by_side import side_by_side
from ecscli.registry.builds.recipes import Recipe
from ecscli.registry.builds.secrets import BuildSecret
from ecscli.registry.engine import Engine
from ecscli.up.model import Event

SWITCH = {"DOCKER_BUILDKIT": "1"}
# Keys of `build` -> options of docker build that take the same value
OPTIONS = {"network": "--network", "target": "--target"}


@record
class BuildKit:
    """The docker command at `program`."""

    program: str
    name: str = BUILDKIT

    def build(self, order: Order) -> Generator[Event, None, None]:
        """Build the images side by side."""
        with (
            private_config(order.environment, order.logins) as config,
            secret_files(job.recipe for job in order.jobs) as files,
        ):
            kept = {**environment_for("docker", order.environment), **config, **SWITCH}
            for jobs in order.rounds:
                yield from side_by_side([partial(self._build, job, files, kept) for job in jobs])

    def push(self, order: Order) -> Generator[Event, None, Digests]:
        """Push the images one after the other."""
        with Engine(order.environment) as engine:
            return (yield from push_all(engine, order))

    def _build(
        self, job: Job, files: Mapping[BuildSecret, str], environment: Mapping[str, str]
    ) -> Generator[Event, None, None]:
        recipe = job.recipe
        with tempfile.TemporaryDirectory(prefix="ecscli-dockerfile-") as directory:
            dockerfile = _dockerfile(recipe, Path(directory))
            words = [self.program, "build", "--progress=plain", *_words(recipe, files)]
            if dockerfile:
                words += ["--file", dockerfile]
            yield from run_docker([*words, "--", recipe.source.context], environment, [recipe])
        yield Event(f"Image built: {recipe.name}", "done", {"platform": recipe.platform})


def _dockerfile(recipe: Recipe, directory: Path) -> str | None:
    """The path of the Dockerfile; one that is written in the Compose file gets a file."""
    if recipe.inline is not None:
        path = directory / "Dockerfile"
        path.write_text(recipe.inline)
        return str(path)
    return recipe.source.dockerfile if recipe.is_remote else recipe.source.dockerfile_path


def _words(recipe: Recipe, files: Mapping[BuildSecret, str]) -> Iterator[str]:
    """The options of `docker build`."""
    options = recipe.options
    yield from ("--tag", recipe.name, "--platform", recipe.platform)
    for key, option in OPTIONS.items():
        if options.get(key):
            yield from (option, str(options[key]))
    for name, value in recipe.source.arguments.items():
        yield from ("--build-arg", f"{name}={value}")
    for name, value in labels(options).items():
        yield from ("--label", f"{name}={value}")
    for image in options.get("cache_from") or ():
        yield from ("--cache-from", image)
    for entry in options.get("extra_hosts") or ():
        yield from ("--add-host", entry.replace("=", ":", 1))
    for id_, path in paths_of(recipe, files).items():
        yield from ("--secret", f"id={id_},src={path}")
    for ssh in ssh_entries(recipe):
        yield from ("--ssh", ssh)
    if options.get("shm_size"):
        yield f"--shm-size={options['shm_size']}"
    if recipe.no_cache:
        yield "--no-cache"
    if recipe.pull:
        yield "--pull"

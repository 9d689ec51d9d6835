"""Files that are baked -> a private build context for each image, which is gone afterwards."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ecscli.base.records import replace
from ecscli.compose.mounts.small_tree import BakedFile
from ecscli.registry.builders.jobs import Job, Order
from ecscli.registry.builds.bakes import content_of
from ecscli.registry.builds.recipes import Recipe


@contextmanager
def staged(order: Order) -> Iterator[Order]:
    """The order with the contexts of its baked images."""
    with tempfile.TemporaryDirectory(prefix="ecscli-files-") as name:  # mode 0700
        jobs = [_staged(job, Path(name, str(at))) for at, job in enumerate(order.jobs)]
        yield replace(order, jobs=tuple(jobs))


def _staged(job: Job, place: Path) -> Job:
    recipe = job.recipe
    if recipe.base is None:
        return job
    _write(recipe, place)
    source = replace(recipe.source, context=str(place))
    return replace(job, recipe=replace(recipe, source=source))


def _write(recipe: Recipe, place: Path) -> None:
    """Write the files of each mount under its number."""
    place.mkdir()
    for number, mount in enumerate(recipe.files):
        for file in mount.files:
            path = place / str(number) / file.name
            path.parent.mkdir(parents=True, exist_ok=True)
            _write_file(file, path)
    for directory, _, _ in os.walk(place):
        os.chmod(directory, 0o755)  # as in every image, whatever this machine's umask is


def _write_file(file: BakedFile, path: Path) -> None:
    if file.link is not None:
        path.symlink_to(file.link)
        return
    path.write_bytes(content_of(file))
    path.chmod(file.mode)

"""A recipe's context -> the tar archive that the engine builds from; no link is followed on the
way.

Links go into the archive as links, so that the engine resolves them inside of the context.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, TYPE_CHECKING

from ecscli.base.errors import InputError
from ecscli.base.system.files import TEXT_LIMIT, Confinement, check_path, read_file
from ecscli.base.units import MIB

if TYPE_CHECKING:
    from ecscli.registry.builds.recipes import Recipe

LIMIT = 8 * 1024**3  # bytes of a context
IGNORED = ".dockerignore"


@contextmanager
def archive(recipe: Recipe) -> Iterator[tuple[IO[bytes], str]]:
    """The archive, and the name of the Dockerfile in it. Raises InputError."""
    from docker.utils.build import create_archive, exclude_paths

    root = check_path(recipe.context, recipe.context, recipe.within)
    patterns = _patterns(root, recipe.within)
    name, text = _dockerfile(recipe, root)
    files = sorted(exclude_paths(root, patterns, dockerfile=name))
    _check_size(recipe, root, files)
    try:
        packed = create_archive(root, files=files, extra_files=_hidden(name, text))
    except OSError as error:
        raise InputError(f"{recipe.service}: {error}", recipe.context) from None
    with packed:
        yield packed, name


def _patterns(root: str, within: Confinement) -> list[str]:
    """The lines of the context's list of ignored files."""
    path = os.path.join(root, IGNORED)
    if not os.path.lexists(path):
        return []
    text = read_file(path, path, TEXT_LIMIT, within).decode(errors="replace")
    lines = [line.strip() for line in text.splitlines()]
    return [line for line in lines if line and not line.startswith("#")]


def _dockerfile(recipe: Recipe, root: str) -> tuple[str, str | None]:
    """The Dockerfile's name in the archive, and its text where it is not in the context."""
    if recipe.inline is not None:
        return _hidden_name(), recipe.inline
    path = os.path.normpath(os.path.join(root, recipe.dockerfile or "Dockerfile"))
    text = read_file(path, path, TEXT_LIMIT, recipe.within)
    inside = os.path.relpath(path, root)
    if inside.startswith(os.pardir):
        return _hidden_name(), text.decode(errors="replace")
    return inside, None


def _hidden_name() -> str:
    return f".dockerfile.{secrets.token_hex(8)}"


def _hidden(name: str, text: str | None) -> list[tuple[str, str]]:
    """A Dockerfile from elsewhere, and the list that keeps both out of the image."""
    return [] if text is None else [(IGNORED, f"{IGNORED}\n{name}\n"), (name, text)]


def _check_size(recipe: Recipe, root: str, files: list[str]) -> None:
    size = sum(os.lstat(os.path.join(root, name)).st_size for name in files)
    if size > LIMIT:
        hint = f"name what the image does not need in {os.path.join(root, IGNORED)}"
        raise InputError(
            f"{recipe.service}: the context has {size // MIB} MiB", recipe.context, hint
        )

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
from ecscli.base.system.files import TEXT_LIMIT, check_path, read_file
from ecscli.compose.mounts.ignore import IGNORE_FILE
from ecscli.registry.contexts.tree import Tree, check_size, read_tree

if TYPE_CHECKING:
    from ecscli.registry.builds.recipes import Recipe


@contextmanager
def archive(recipe: Recipe) -> Iterator[tuple[IO[bytes], str]]:
    """The archive, and the name of the Dockerfile in it. Raises InputError."""
    from docker.utils.build import create_archive

    source = recipe.source
    root = check_path(source.context, source.context, source.within)
    name, text = _dockerfile(recipe, root)
    tree = read_tree(root, source.within, os.path.join(root, name), left_out=())
    check_size(tree)
    try:
        files = _needed(tree, name, text)
        packed = create_archive(root, files=files, extra_files=_hidden(name, text))
    except OSError as error:
        raise InputError(f"{recipe.service}: {error}", source.context) from None
    with packed:
        yield packed, name


def _needed(tree: Tree, dockerfile: str, text: str | None) -> list[str]:
    """The files of the context, and those that the engine reads although they may be ignored."""
    names = [file.name for file in tree.files]
    always = [IGNORE_FILE] if text is not None else [IGNORE_FILE, dockerfile]
    there = [name for name in always if os.path.lexists(os.path.join(tree.root, name))]
    return sorted({*names, *there})


def _dockerfile(recipe: Recipe, root: str) -> tuple[str, str | None]:
    """The Dockerfile's name in the archive, and its text where it is not in the context."""
    if recipe.inline is not None:
        return _hidden_name(), recipe.inline
    path = os.path.normpath(os.path.join(root, recipe.source.dockerfile or "Dockerfile"))
    text = read_file(path, path, TEXT_LIMIT, recipe.source.within)
    inside = os.path.relpath(path, root)
    if inside.startswith(os.pardir):
        return _hidden_name(), text.decode(errors="replace")
    return inside, None


def _hidden_name() -> str:
    return f".dockerfile.{secrets.token_hex(8)}"


def _hidden(name: str, text: str | None) -> list[tuple[str, str]]:
    """A Dockerfile from elsewhere, and the list that keeps both out of the image."""
    return [] if text is None else [(IGNORE_FILE, f"{IGNORE_FILE}\n{name}\n"), (name, text)]

"""A directory -> the git checkout that it lies in, and its commit: from git's files, without
git."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterator
from pathlib import Path

from ecscli.base.records import record

COMMIT = re.compile(r"(?:[0-9a-f]{40}|[0-9a-f]{64})\Z")  # SHA-1 or SHA-256
SYMBOLIC = re.compile(r"ref: (refs/[^\s:?*\[\\^~]+)\Z")
DEPTH = 5  # of references to references, as in git
POINTER = 4096  # bytes of HEAD, of a reference, of a `.git` file
PACKED = 64 * 1024 * 1024  # bytes of packed-refs


@record
class Checkout:
    """A work tree. `git` holds its HEAD and index; `common` what it shares with the other work
    trees."""

    top: Path
    git: Path
    common: Path
    commit: str


def find_checkout(directory: str | Path) -> Checkout | None:
    """The innermost checkout around a directory that has a commit.

    Only an entry called `.git` makes one: a repository whose files lie openly in a directory is
    content like any other, and a stranger's.
    """
    place = Path(directory).resolve()
    for top in (place, *place.parents):
        if os.path.lexists(top / ".git"):
            return checkout_at(top)
    return None


def checkout_at(top: Path) -> Checkout | None:
    """The checkout whose top this directory is; None where it is none, or has no commit yet."""
    git = _git_directory(top)
    if git is None:
        return None
    shared = _text(git / "commondir", POINTER)
    common = (git / shared).resolve() if shared else git
    commit = _commit(git, common, "HEAD")
    return Checkout(top, git, common, commit) if commit else None


def _git_directory(top: Path) -> Path | None:
    """`.git` itself, or where the file of that name leads: so it is in work trees and
    submodules."""
    text = _text(top / ".git", POINTER) or ""
    pointed = text.removeprefix("gitdir: ") if text.startswith("gitdir: ") else ".git"
    found = (top / pointed).resolve()
    return found if ".git" in found.parts and found.is_dir() else None


def _commit(git: Path, common: Path, name: str, depth: int = DEPTH) -> str | None:
    """The commit that a reference leads to."""
    if depth == 0 or ".." in name.split("/"):
        return None
    text = next(_values(git, common, name), "")
    symbolic = SYMBOLIC.match(text)
    if symbolic:
        return _commit(git, common, symbolic[1], depth - 1)
    return text if COMMIT.match(text) else None


def _values(git: Path, common: Path, name: str) -> Iterator[str]:
    """The value of a reference: in a file of its own, else in the packed ones."""
    for directory in dict.fromkeys((git, common)):
        text = _text(directory / name, POINTER)
        if text is not None:
            yield text
    for line in (_text(common / "packed-refs", PACKED) or "").splitlines():
        value, _, packed = line.partition(" ")
        if packed == name:
            yield value


def _text(path: Path, limit: int) -> str | None:
    """The text of a plain file, its end trimmed; None where it is missing, something else, or
    longer."""
    try:
        with open(path, "rb", opener=_open) as file:
            plain = stat.S_ISREG(os.fstat(file.fileno()).st_mode)
            content = file.read(limit + 1) if plain else None
    except OSError:
        return None
    if content is None or len(content) > limit:
        return None
    return content.decode(errors="replace").rstrip()


def _open(path: str, flags: int) -> int:
    """Without waiting for whoever would write into a pipe."""
    return os.open(path, flags | os.O_NONBLOCK | os.O_CLOEXEC)

"""A build context on this disk -> its files: what the ignore file leaves, links as links, in one
order on every machine."""

from __future__ import annotations

import os
import stat
import unicodedata
from collections import Counter
from collections.abc import Collection, Iterable, Iterator

from ecscli.base.errors import InputError
from ecscli.base.records import record
from ecscli.base.system.files import Confinement, check_path
from ecscli.base.units import MIB
from ecscli.compose.mounts.ignore import IGNORE_FILE, Ignored, read_ignored
from ecscli.compose.mounts.small_tree import HISTORIES

MOST_BYTES = 2 * 1024 * MIB
MOST_FILES = 200_000
LARGEST = 3  # directories that are named


@record
class File:
    """A file or link of a context. `name` is relative to the context; `target` that of a link."""

    name: str
    path: str
    size: int
    is_executable: bool = False
    target: str | None = None

    @property
    def order(self) -> tuple[bytes, bytes]:
        """macOS may spell an accent as a character of its own: spellings of one name are one."""
        composed = unicodedata.normalize("NFC", self.name)
        return os.fsencode(composed), os.fsencode(self.name)


@record
class Tree:
    """The files of a context, in order; those that the ignore file names are left out."""

    root: str
    files: tuple[File, ...]

    @property
    def size(self) -> int:
        return sum(file.size for file in self.files)


def read_tree(
    root: str, within: Confinement, dockerfile: str = "", left_out: Collection[str] = HISTORIES
) -> Tree:
    """The files of a context, without those of a name that is `left_out`; `dockerfile`: the path of
    its Dockerfile, which may have an ignore file of its own. Raises InputError."""
    real = check_path(root, root, within)
    ignored = read_ignored(real, dockerfile, within)
    try:
        files = sorted(_files(real, "", ignored, left_out), key=lambda file: file.order)
    except OSError as error:
        raise InputError(f"the context cannot be read: {error}") from None
    return Tree(real, tuple(files))


def check_size(tree: Tree) -> None:
    """Raises InputError where a context is too large to be hashed or sent."""
    if tree.size <= MOST_BYTES and len(tree.files) <= MOST_FILES:
        return
    amount = f"{tree.size // MIB} MiB in {len(tree.files)} files"
    largest = ", ".join(_largest(tree.files))
    raise InputError(
        f"the context has {amount}, and {MOST_BYTES // MIB} MiB in {MOST_FILES} files are the most",
        hint=f"name what the image does not need in {os.path.join(tree.root, IGNORE_FILE)};"
        f" the largest: {largest}",
    )


def _largest(files: Iterable[File]) -> list[str]:
    """The entries of the context's top that hold most, with their sizes."""
    sizes: Counter[str] = Counter()
    for file in files:
        sizes[file.name.partition("/")[0]] += file.size
    return [f"{name} ({size // MIB} MiB)" for name, size in sizes.most_common(LARGEST)]


def _files(
    directory: str, above: str, ignored: Ignored, left_out: Collection[str]
) -> Iterator[File]:
    """The files below a directory whose name relative to the context is `above`."""
    with os.scandir(directory) as entries:
        for entry in entries:
            name = f"{above}{entry.name}"
            if entry.name in left_out:
                continue
            is_ignored = ignored.has(name)
            if entry.is_dir(follow_symlinks=False):
                if not is_ignored or ignored.brings_back:
                    yield from _files(entry.path, f"{name}/", ignored, left_out)
            elif not is_ignored:
                yield from _file(entry, name)


def _file(entry: os.DirEntry[str], name: str) -> Iterator[File]:
    """A regular file or a link; sockets, pipes and devices are no content."""
    facts = entry.stat(follow_symlinks=False)
    if entry.is_symlink():
        yield File(name, entry.path, 0, target=os.readlink(entry.path))
    elif stat.S_ISREG(facts.st_mode):
        is_executable = bool(facts.st_mode & stat.S_IXUSR)
        yield File(name, entry.path, facts.st_size, is_executable)

"""A file or directory of the project -> what of it is baked into an image: few and small files, and
links that stay inside.

No link leads out of the project, and nothing of git is read, whatever the files say.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator

from ecscli.base.errors import InputError
from ecscli.base.marks import Mark
from ecscli.base.records import record
from ecscli.base.system.files import REGULAR_HINT, Confinement, check_path, is_inside
from ecscli.base.units import MIB

MOST_BYTES_OF_FILE = MIB
MOST_BYTES = 8 * MIB
MOST_FILES = 200
PLAIN, EXECUTABLE = 0o644, 0o755  # what git keeps of modes is the same on every machine
COUNTED = 20_000  # files after which a tree is not measured further
HISTORIES = frozenset({".git", ".hg", ".svn"})  # they differ on every machine
WAY = "put it into the image with COPY, or on a volume: `driver: efs` keeps it"


@record
class BakedFile:
    """A file or link. `name` is its path from the target of the mount, empty for the one file of a
    mount; `link` is where a link leads; `content` is that of a file that is not on this disk."""

    name: str
    source: str
    size: int = 0
    mode: int = PLAIN
    link: str | None = None
    content: bytes | None = None


@record
class BakedMount:
    """What is laid over an image at `target`: one file, or the files of a tree in their order.
    `shown` is what messages call its source, `owner` USER:GROUP in numbers, root where empty."""

    shown: str
    target: str
    files: tuple[BakedFile, ...]
    mark: Mark | None = None
    owner: str = ""

    @property
    def is_file(self) -> bool:
        return self.files[0].name == ""


def read_small(source: str, shown: str, within: Confinement) -> tuple[BakedFile, ...]:
    """The files at a path, which messages call `shown`. Raises InputError where there are too many,
    or one that must not be read."""
    real = check_path(source, shown, within)
    try:
        facts = os.stat(real)
        if stat.S_ISDIR(facts.st_mode):
            files = tuple(_tree(real, shown, within))
            return tuple(sorted(files, key=lambda file: os.fsencode(file.name)))
    except OSError as error:
        raise InputError(f"{shown} cannot be read: {error.strerror}") from None
    if not stat.S_ISREG(facts.st_mode):
        raise InputError(f"{shown} is neither a file nor a directory", None, REGULAR_HINT)
    if facts.st_size > MOST_BYTES_OF_FILE:
        size = _mebibytes(facts.st_size)
        raise InputError(f"{shown} has {size}, and 1 MiB is the most that is baked", None, WAY)
    return (_file("", real, facts),)


def _tree(root: str, shown: str, within: Confinement) -> list[BakedFile]:
    files: list[BakedFile] = []
    for file in _walk(root, ""):
        files.append(file)
        if len(files) > COUNTED:
            break
    _check_sizes(files, shown)
    for file in files:
        _check_link(file, root, shown, within)
    return files


def _walk(directory: str, above: str) -> Iterator[BakedFile]:
    """The files and links below a directory; no link is followed."""
    with os.scandir(directory) as entries:
        for entry in entries:
            name = f"{above}{entry.name}"
            if entry.name in HISTORIES:
                continue
            if entry.is_symlink():
                yield BakedFile(name, entry.path, link=os.readlink(entry.path))
            elif entry.is_dir(follow_symlinks=False):
                yield from _walk(entry.path, f"{name}/")
            elif entry.is_file(follow_symlinks=False):
                yield _file(name, entry.path, entry.stat(follow_symlinks=False))


def _file(name: str, path: str, facts: os.stat_result) -> BakedFile:
    mode = EXECUTABLE if facts.st_mode & stat.S_IXUSR else PLAIN
    return BakedFile(name, path, facts.st_size, mode)


def _check_sizes(files: list[BakedFile], shown: str) -> None:
    for file in files:
        if file.size > MOST_BYTES_OF_FILE and len(files) <= MOST_FILES:
            size = _mebibytes(file.size)
            message = f"{shown}/{file.name} has {size}, and 1 MiB is the most that is baked"
            raise InputError(message, None, WAY)
    total = sum(file.size for file in files)
    if len(files) <= MOST_FILES and total <= MOST_BYTES:
        return
    number = f"more than {COUNTED}" if len(files) > COUNTED else str(len(files))
    raise InputError(
        f"{shown} has {_mebibytes(total)} in {number} files, and 8 MiB in {MOST_FILES} files are"
        " the most that is baked",
        None,
        WAY,
    )


def _check_link(file: BakedFile, root: str, shown: str, within: Confinement) -> None:
    """A link has to stay in its tree: in the image nothing else of this machine is there."""
    if file.link is None:
        return
    stays = not os.path.isabs(file.link) and is_inside(os.path.realpath(file.source), root)
    if not stays or within.excludes(file.source):
        message = f"the link {shown}/{file.name} leads out of {shown}"
        raise InputError(message, None, "put what it leads to into the directory")


def _mebibytes(size: int) -> str:
    return f"{size / MIB:.1f} MiB"

"""A path that a project names -> the bytes of the file there: the one door for Compose, params and
cluster files.

Only regular files of bounded size are read, none of the system's own, and in a confined run none
outside of the project. Raises Unreadable.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from itertools import islice

from ecscli.base.errors import InputError
from ecscli.base.marks import Mark
from ecscli.base.nearest import MOST_KNOWN, nearest
from ecscli.base.records import record
from ecscli.base.system.regular import NotRegular, TooLarge, read_regular

TEXT_LIMIT = 1024 * 1024  # bytes of an env file, a label file
SYSTEM_FOLDERS = ("/dev", "/proc", "/sys")
REGULAR_HINT = (
    "only regular files are read; a Compose file may come on standard input, with --file -"
)
GIT = ".git"
NO = ("", "0", "false", "no")  # values of CI that say that this is none


class Unreadable(InputError):
    """A file that is not there, that is no file to read, or that lies outside of a confined
    project."""

    def __init__(
        self,
        message: str,
        where: Mark | str | None,
        hint: str | None = None,
        *,
        missing: bool = False,
    ) -> None:
        super().__init__(message, where, hint)
        self.missing = missing


@record
class Confinement:
    """Where files may lie: below `root` once links are resolved, but not in a `.git`, where a CI's
    checkout leaves its token; anywhere where it is None."""

    root: str | None = None

    def excludes(self, path: str, named: bool = False) -> bool:
        """Whether a file may not be read. One that the user `named` may lie anywhere, but a name
        inside of the project may not lead out of it: what it is a link to was written by the
        project."""
        if self.root is None or _is_of_project(os.path.realpath(path), self.root):
            return False
        return not named or _is_of_project(os.path.normpath(path), self.root)

    def at(self, directory: str) -> Confinement:
        """The same for files of a directory that the user stands in, which may lie beside the
        project."""
        if self.root is None or is_inside(os.path.realpath(directory), self.root):
            return self
        return Confinement(find_root(directory))


UNCONFINED = Confinement()


def confine(directory: str, confined: bool | None, environment: Mapping[str, str]) -> Confinement:
    """The bounds of the project whose first file lies in `directory`; without a word of the user CI
    decides."""
    if confined is None:
        confined = environment.get("CI", "").strip().lower() not in NO
    return Confinement(find_root(directory)) if confined else UNCONFINED


def find_root(directory: str) -> str:
    """The top of the git work tree around a directory, else the directory, links resolved.

    Only an entry called `.git` makes a top: git never checks one out, so a stranger's files cannot
    bring it.
    """
    place = os.path.abspath(directory)
    while not os.path.lexists(os.path.join(place, GIT)):
        above = os.path.dirname(place)
        if above == place:
            return os.path.realpath(directory)
        place = above
    return os.path.realpath(place)


def is_inside(path: str, folder: str) -> bool:
    """Whether an absolute path is the folder or lies below it."""
    return path == folder or path.startswith(folder.rstrip(os.sep) + os.sep)


def _is_of_project(path: str, root: str) -> bool:
    """Whether an absolute path lies in a project, and not in what git keeps there."""
    parts = os.path.relpath(path, root).lower().split(os.sep)
    return is_inside(path, root) and GIT not in parts


def may_be_file(path: str) -> bool:
    """Whether something stands where a file is looked for that nobody named; a folder is taken for
    none."""
    return os.path.exists(path) and not os.path.isdir(path)


def read_file(
    path: str, name: str, limit: int, within: Confinement = UNCONFINED, *, named: bool = False
) -> bytes:
    """The bytes of a regular file; `name` is what messages call it, `named` whether the user's own
    words name it.

    Never waits for a pipe and never touches a device. Raises Unreadable.
    """
    if named and path == os.devnull:
        return b""  # the usual way to name none
    real = check_path(path, name, within, named=named)
    try:
        return read_regular(real, limit)
    except (OSError, ValueError) as error:
        raise _unreadable(error, real, name, limit) from None


def _unreadable(error: OSError | ValueError, path: str, name: str, limit: int) -> Unreadable:
    """Why a file that may be read cannot be."""
    match error:
        case FileNotFoundError():
            message = f"the file {name} does not exist"
            return Unreadable(message, None, _near_file(path) or _folder(path), missing=True)
        case TooLarge():
            return Unreadable(
                f"the file {name} has more than {limit} bytes", None, "make it smaller"
            )
        case NotRegular():
            return _cannot_be_read(name, str(error.strerror), REGULAR_HINT)
        case OSError():
            return _cannot_be_read(name, error.strerror or str(error))
    return _cannot_be_read(name, str(error))


def _folder(path: str) -> str:
    """A hint for a file that nothing is like: where it was looked for."""
    directory = os.path.dirname(path)
    lost = "" if os.path.isdir(directory) else ", which does not exist"
    return f"it was looked for in {directory}{lost}: correct the path, or create the file"


def _near_file(path: str) -> str | None:
    """A hint for a file that does not exist: the one in its directory that was probably meant, by
    its name without the suffix."""
    directory, name = os.path.split(path)
    try:
        with os.scandir(directory) as entries:
            files = [entry.name for entry in islice(entries, MOST_KNOWN) if entry.is_file()]
    except OSError:
        return None
    stems = {os.path.splitext(file)[0]: file for file in sorted(files)}
    meant = nearest(os.path.splitext(name)[0], stems)
    return f'did you mean "{stems[meant]}"?' if meant else None


def check_path(path: str, name: str, within: Confinement, *, named: bool = False) -> str:
    """The path with its links resolved; raises Unreadable where nothing may be read there."""
    try:
        excluded, real = within.excludes(path, named), os.path.realpath(path)
    except (OSError, ValueError) as error:
        raise _cannot_be_read(name, str(error)) from None
    if _is_of_the_system(os.path.normpath(path)) or _is_of_the_system(real):
        raise _cannot_be_read(name, "it is one of the system's own", REGULAR_HINT)
    if excluded:
        message = f"the file {name} lies outside of the project, {within.root}"
        if within.root and is_inside(real, within.root):
            message = f"the file {name} belongs to git, not to the project"
        raise Unreadable(message, None, "--no-confined allows to read it")
    return real


def _is_of_the_system(path: str) -> bool:
    return any(is_inside(path, folder) for folder in SYSTEM_FOLDERS)


def _cannot_be_read(name: str, reason: str, hint: str | None = None) -> Unreadable:
    return Unreadable(f"the file {name} cannot be read: {reason}", None, hint)

"""Text -> a file, written as a whole or not at all; and the lock of the files' folder."""

from __future__ import annotations

import glob
import os
import stat
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ecscli.base.errors import EcsCliError

if sys.platform != "win32":
    import fcntl

LOCK = ".lock"
UNFINISHED = ".unfinished"  # the end of the name of a file that is being written
PRIVATE_FOLDER = 0o700
PRIVATE_FILE = stat.S_IRUSR | stat.S_IWUSR
READ = stat.S_IRUSR | stat.S_IRGRP | stat.S_IROTH
PUBLIC_FILE = PRIVATE_FILE | READ


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Hold the lock of a folder's files, from reading to writing them; another process waits for
    its turn.

    Without effect where the system has no such locks.
    """
    if sys.platform == "win32":
        yield
        return
    descriptor = _open_lock(folder)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _open_lock(folder: Path) -> int:
    path = folder / LOCK
    flags = os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=PRIVATE_FOLDER)
        return os.open(path, flags, PRIVATE_FILE)
    except OSError as error:
        raise _unwritable(path, error) from None


def write_private(path: Path, text: str) -> None:
    """Replace `path` by `text` atomically with mode 0600; a symbolic link keeps pointing to its
    file. Who calls it holds the lock."""
    _replace(path, Path(os.path.realpath(path)), text, PRIVATE_FILE)


def write_public(path: Path, text: str) -> None:
    """Replace `path` by `text` atomically with mode 0644; a symbolic link is replaced, and not
    followed."""
    _replace(path, path, text, PUBLIC_FILE)


def _replace(path: Path, target: Path, text: str, mode: int) -> None:
    """Write `target`, which errors call `path`."""
    try:
        _remove_unfinished(target)
        temporary = _write_beside(target, text, mode)
    except OSError as error:
        raise _unwritable(path, error) from None
    try:
        os.replace(temporary, target)
    except OSError as error:
        temporary.unlink(missing_ok=True)
        raise _unwritable(path, error) from None


def _remove_unfinished(target: Path) -> None:
    """Remove what a process that was killed has left of its new file."""
    for left in target.parent.glob(f".{glob.escape(target.name)}.*{UNFINISHED}"):
        left.unlink(missing_ok=True)


def _write_beside(target: Path, text: str, mode: int) -> Path:
    """A new file of a mode with the text, safe on the disk, in the folder of `target`."""
    import tempfile

    folder_mode = mode | (mode & READ) >> 2  # whoever may read the file may enter its folder
    target.parent.mkdir(parents=True, exist_ok=True, mode=folder_mode)
    descriptor, name = tempfile.mkstemp(
        dir=target.parent, prefix=f".{target.name}.", suffix=UNFINISHED
    )
    temporary = Path(name)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
            stream.write(text)
            stream.flush()
            os.fsync(stream.fileno())
        temporary.chmod(mode)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    return temporary


def set_aside(path: Path) -> Path:
    """Keep a file under the name `NAME.old`; its new path."""
    kept = path.with_name(path.name + ".old")
    try:
        os.replace(path, kept)
        kept.chmod(PRIVATE_FILE)
    except OSError as error:
        raise _unwritable(kept, error) from None
    return kept


def _unwritable(path: Path, error: OSError) -> EcsCliError:
    return EcsCliError(f"the file cannot be written: {error.strerror}", str(path))

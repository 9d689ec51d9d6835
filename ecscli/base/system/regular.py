"""A path -> the bytes of the regular file there: a pipe is never waited for, and a device never
touched."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Callable

FLAGS = os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK | os.O_NOCTTY | os.O_NOFOLLOW
KINDS: tuple[tuple[Callable[[int], bool], str], ...] = (
    (stat.S_ISDIR, "a directory"),
    (stat.S_ISFIFO, "a pipe"),
    (stat.S_ISSOCK, "a socket"),
    (stat.S_ISCHR, "a device"),
    (stat.S_ISBLK, "a device"),
)


class NotRegular(OSError):
    """What a path leads to is not a regular file; `strerror` says what it is instead."""


class TooLarge(OSError):
    """A file has more bytes than its reader takes."""


def read_regular(path: str, limit: int) -> bytes:
    """The bytes of a file, at most `limit`; a link in the last place of `path` is not followed.

    Raises OSError, whose `strerror` completes "the file cannot be read: ", or ValueError for a path
    that no file can have.
    """
    _check_kind(os.stat(path))
    descriptor = os.open(path, FLAGS)
    with open(descriptor, "rb") as file:
        _check_kind(os.fstat(descriptor))
        content = file.read(limit + 1)
    if len(content) > limit:
        raise TooLarge(errno.EFBIG, f"it has more than {limit} bytes")
    return content


def _check_kind(status: os.stat_result) -> None:
    for is_kind, kind in KINDS:
        if is_kind(status.st_mode):
            raise NotRegular(errno.EINVAL, f"it is {kind}")

"""A watch over the programs that this process starts, whoever starts them."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

STARTS = (
    "subprocess.Popen",
    "os.exec",
    "os.posix_spawn",
    "os.spawn",
    "os.system",
    "os.fork",
    "os.forkpty",
)
_lists: list[list[str]] = []


def _note(event: str, arguments: tuple[Any, ...]) -> None:
    if _lists and event in STARTS:
        for started in _lists:
            started.append(f"{event} {arguments!r}")


sys.addaudithook(_note)  # for good: Python has no way to take it off


@contextmanager
def programs_started() -> Iterator[list[str]]:
    """The programs that are started inside of the block."""
    started: list[str] = []
    _lists.append(started)
    try:
        yield started
    finally:
        _lists.remove(started)

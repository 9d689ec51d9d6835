"""Sandboxes in a state that was made once: copies, by fork, of a process in that state. They answer
at one address, one at a time."""

import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import pytest

from ecscli.sandbox.place import HOST, Place
from tests.conftest import private_environment

ROOT = Path(__file__).parent.parent


class Copy:
    """A process as its tests see it: it lives as long as somebody holds this connection."""

    def __init__(self, port: int) -> None:
        self._connection = socket.create_connection((HOST, port))
        self._answers = self._connection.makefile("r")

    def copy(self, how: str) -> "Copy":
        """A copy of it that serves (`serve`), or that only waits to be copied again (`keep`)."""
        self._connection.sendall(f"{how}\n".encode())
        return Copy(int(self._answers.readline()))

    def end(self) -> None:
        """End it, and wait until it is gone."""
        with self._connection, self._answers:
            self._connection.shutdown(socket.SHUT_WR)
            self._answers.read()


class Copies:
    """Named states of a sandbox, and the one copy that serves now."""

    def __init__(self, environment: dict[str, str], url: str, empty: Copy) -> None:
        self.environment, self.url = environment, url
        self._kept = {"": empty}
        self._serving = empty.copy("serve")

    def serve(self, name: str = "") -> None:
        """From now on the sandbox is in this state: empty, or one that was made."""
        self._serving.end()
        self._serving = self._kept[name].copy("serve")

    def serve_made(self, name: str, make: Callable[[], object]) -> None:
        """From now on the sandbox is in the state that `make` brings an empty one to, once for
        all."""
        if name not in self._kept:
            self.serve()
            make()
            self._kept[name] = self._serving.copy("keep")
        self.serve(name)

    def end(self) -> None:
        for one in (self._serving, *self._kept.values()):
            one.end()


@contextmanager
def opened(directory: Path) -> Iterator[Copies]:
    """A sandbox with its files in this directory, empty at first."""
    environment = private_environment(directory)
    place = Place.of(environment)
    place.make()
    with place.open(place.log, "wb") as log, started(environment, log) as first:
        assert first.stdout
        words = first.stdout.readline().split()
        assert words, place.text_of(place.log)
        url, port = words
        found = Copies(environment, url, Copy(int(port)))
        try:
            yield found
        finally:
            found.end()


@pytest.fixture(scope="session")
def copies(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Copies]:
    """The one sandbox of a worker, empty at first."""
    with opened(tmp_path_factory.mktemp("sandbox")) as found:
        yield found


def started(environment: dict[str, str], log: IO[bytes]) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "tests.copied"],
        stdout=subprocess.PIPE,
        stderr=log,
        env=environment | {"PYTHONPATH": str(ROOT)},
        text=True,
        start_new_session=True,
    )

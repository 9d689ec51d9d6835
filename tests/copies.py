"""Sandboxes in a state that was made once: copies, by fork, of a process in that state. They answer
at one address, one at a time."""

import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from ecscli.sandbox.place import HOST
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

    def __init__(self, url: str, empty: Copy) -> None:
        self.url = url
        self._kept = {"": empty}
        self._serving: Copy | None = None

    def serve(self, name: str = "") -> None:
        """From now on the sandbox is in this state: empty, or as it was when it was kept."""
        if self._serving:
            self._serving.end()
        self._serving = self._kept[name].copy("serve")

    def keep(self, name: str) -> None:
        """Keep the state that the sandbox is in."""
        assert self._serving
        self._kept[name] = self._serving.copy("keep")

    def has(self, name: str) -> bool:
        return name in self._kept

    def end(self) -> None:
        for one in filter(None, (self._serving, *self._kept.values())):
            one.end()


@pytest.fixture(scope="session")
def copies(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Copies]:
    """The sandbox of one worker of which states are kept."""
    directory = tmp_path_factory.mktemp("copies")
    environment = private_environment(directory) | {"PYTHONPATH": str(ROOT)}
    with (
        (directory / "log").open("wb") as log,
        subprocess.Popen(
            [sys.executable, "-m", "tests.copied", str(directory)],
            stdout=subprocess.PIPE,
            stderr=log,
            env=environment,
            text=True,
            start_new_session=True,
        ) as first,
    ):
        assert first.stdout
        words = first.stdout.readline().split()
        assert words, (directory / "log").read_text()
        url, port = words
        found = Copies(url, Copy(int(port)))
        yield found
        found.end()

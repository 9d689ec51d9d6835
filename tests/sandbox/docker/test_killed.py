"""A sandbox that was killed: the next command of its directory removes what it has left."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ecscli.base.errors import EcsCliError
from ecscli.sandbox import process
from ecscli.sandbox.docker.machine import OWNER, owner_of
from ecscli.sandbox.place import Place
from tests.sandbox.conftest import Sandbox, wait_until
from tests.sandbox.docker.conftest import IMAGE, SH, running

pytestmark = [
    pytest.mark.docker,
    pytest.mark.timeout(300),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]

NEXT: dict[str, Callable[[dict[str, str]], object]] = {
    "status": process.status,
    "stop": process.stop,
    "reset": process.reset,
    "a start without Docker": lambda environment: process.start(environment, process.Options()),
}


def left(engine: Any, owner: str) -> list[Any]:
    mine = {"label": f"{OWNER}={owner}"}
    containers = engine.containers.list(all=True, ignore_removed=True, filters=mine)
    return [*containers, *engine.volumes.list(filters=mine), *engine.networks.list(filters=mine)]


def killed(environment: dict[str, str]) -> None:
    """A sandbox with a running task and a volume, killed."""
    record = process.start(environment, process.Options(docker=True))
    sandbox = Sandbox(record["url"], record)
    sandbox.cluster()
    mount = {"mountPoints": [{"sourceVolume": "data", "containerPath": "/data"}]}
    command = [*SH, "exec /bin/busybox sleep 900"]
    container = {"image": IMAGE, "command": command, **mount}
    definition = sandbox.definition(containers=[container], volumes=[{"name": "data"}])
    running(sandbox, sandbox.run(definition))
    os.kill(record["pid"], signal.SIGKILL)
    wait_until(lambda: process.find(Place.of(environment)) is None)


@pytest.mark.parametrize("name", NEXT)
def test_the_next_command_removes_what_is_left(
    engine: Any, docker_host: str, tmp_path: Path, name: str
) -> None:
    environment = {
        **os.environ,
        "ECSCLI_SANDBOX_DIR": str(tmp_path / "state"),
        "ECSCLI_SANDBOX_PORT": "0",
        "DOCKER_HOST": docker_host,
    }
    killed(environment)
    owner = owner_of(str(tmp_path / "state"))
    assert len(left(engine, owner)) == 4, "a container, its network holder, a volume, a network"
    nowhere = {**environment, "DOCKER_HOST": "unix:///nowhere/docker.sock"}
    NEXT[name](nowhere)
    assert left(engine, owner) == [], "the record names the engine"
    process.stop(environment)


def test_remains_that_cannot_be_removed_are_named(tmp_path: Path) -> None:
    place = Place(tmp_path / "state")
    place.make()
    gone = "unix:///nowhere/docker.sock"
    place.write({"url": "http://127.0.0.1:1", "pid": 1, "docker": True, "engine": gone})
    environment = {"ECSCLI_SANDBOX_DIR": str(place.directory)}
    with pytest.raises(EcsCliError, match="containers of a sandbox that was killed") as caught:
        process.status(environment)
    assert str(place.record) in str(caught.value.hint)
    assert place.read() is not None, "the next command tries again"

"""A sandbox of real containers for the stories of this room, and a client that asks addresses from a
container: this machine may have no way to them."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ecscli.sandbox import process
from tests.conftest import Cli, private_environment
from tests.docker import remove_image

#: What asks an address from within a container.
ASK = """
import sys, urllib.request
method, url, *words = sys.argv[1:]
request = urllib.request.Request(url, " ".join(words).encode() or None, method=method)
print(urllib.request.urlopen(request, timeout=20).read().decode(), end="")
"""


@pytest.fixture(scope="package")
def real_sandbox(
    standins: str, old_docker: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[dict[str, str]]:
    """The environment of a sandbox that runs real containers, with a docker command that has
    BuildKit."""
    folder = tmp_path_factory.mktemp("real")
    programs = folder / "programs"
    programs.mkdir()
    (programs / "docker").symlink_to(old_docker)
    environment = {
        **private_environment(folder / "home"),
        "PATH": f"{programs}{os.pathsep}{os.environ['PATH']}",
        "DOCKER_HOST": standins,
        "ECSCLI_SANDBOX": "1",
        "ECSCLI_SANDBOX_PORT": "0",
    }
    before = built_images(standins)
    process.start(environment, process.Options(docker=True))
    yield environment
    process.stop(environment)
    for name in built_images(standins) - before:
        remove_image(standins, name)


def built_images(host: str) -> set[str]:
    """The names of images of the project shop, here and in a registry."""
    import docker

    client = docker.APIClient(base_url=host, version="auto")
    names = {name for image in client.images() for name in image["RepoTags"] or ()}
    client.close()
    return {name for name in names if "shop/" in name}


@pytest.fixture
def user(
    real_sandbox: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Cli]:
    """A user of that sandbox in which nothing has happened yet."""
    process.reset(real_sandbox)
    home = tmp_path / "home"
    home.mkdir()
    yield Cli(tmp_path / "shop", {**real_sandbox, "HOME": str(home)}, monkeypatch)
    process.reset(real_sandbox)


@pytest.fixture(scope="package")
def client(standins: str) -> Iterator[Any]:
    """Asks addresses from a container of this machine."""
    import docker

    engine = docker.DockerClient(base_url=standins)

    def ask(method: str, *words: str) -> str:
        command = ["python3", "-c", ASK, method, *words]
        answer = engine.containers.run(
            "python:3.12-slim", command, network_mode="host", remove=True
        )
        return str(answer.decode())

    yield ask
    engine.close()

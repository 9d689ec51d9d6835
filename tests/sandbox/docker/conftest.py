"""A sandbox with real containers of an image with busybox, emptied before each test."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ecscli.sandbox import process
from ecscli.sandbox.docker.machine import OWNER
from tests.docker import make_image
from tests.sandbox.conftest import Sandbox, wait_until

IMAGE = "ecscli-sandbox-test:latest"
SH = ["/bin/busybox", "sh", "-c"]


@pytest.fixture(scope="module")
def engine(docker_host: str) -> Iterator[Any]:
    import docker

    if not Path("/bin/busybox").exists():
        pytest.skip("busybox-static is not installed")
    make_image(docker_host, *IMAGE.split(":"))
    client = docker.DockerClient(base_url=docker_host)
    yield client
    client.images.remove(IMAGE, force=True)
    client.close()


@pytest.fixture(scope="module")
def real_environment(
    engine: Any, docker_host: str, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, str]:
    """The environment of a sandbox that runs real containers."""
    return {
        **os.environ,
        "ECSCLI_SANDBOX_DIR": str(tmp_path_factory.mktemp("real")),
        "ECSCLI_SANDBOX_PORT": "0",
        "DOCKER_HOST": docker_host,
    }


@pytest.fixture(scope="module")
def real(engine: Any, real_environment: dict[str, str]) -> Iterator[Sandbox]:
    """A sandbox that runs real containers, with one instance in its cluster."""
    environment = real_environment
    record = process.start(environment, process.Options(docker=True, port=None))
    sandbox = Sandbox(record["url"], record)
    yield sandbox
    process.stop(environment)
    assert mine(engine) == [], "the sandbox has left containers behind"
    assert engine.networks.list(filters={"label": OWNER}) == [], (
        "the sandbox has left its network behind"
    )


def mine(engine: Any) -> list[Any]:
    return engine.containers.list(all=True, ignore_removed=True, filters={"label": OWNER})


@pytest.fixture
def sandbox(real: Sandbox) -> Sandbox:
    real.control("reset")
    real.cluster()
    return real


def run(sandbox: Sandbox, script: str, **container: Any) -> dict[str, Any]:
    definition = sandbox.definition(
        containers=[{"image": IMAGE, "command": [*SH, script], **container}]
    )
    return sandbox.run(definition)


def stopped(sandbox: Sandbox, task: dict[str, Any]) -> dict[str, Any]:
    wait_until(lambda: sandbox.task(task)["lastStatus"] == "STOPPED")
    return sandbox.task(task)


def running(sandbox: Sandbox, task: dict[str, Any]) -> dict[str, Any]:
    wait_until(lambda: sandbox.task(task)["lastStatus"] in ("RUNNING", "STOPPED"))
    found = sandbox.task(task)
    assert found["lastStatus"] == "RUNNING", found
    return found

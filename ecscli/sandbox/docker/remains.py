"""What is left of a sandbox on the engine, by its label: containers, volumes, and its network,
removed."""

from __future__ import annotations

import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from typing import TYPE_CHECKING

from ecscli.sandbox.docker.machine import OWNER, engine_of_environment, owner_of

if TYPE_CHECKING:
    from docker import DockerClient
    from docker.models.containers import Container as EngineContainer

#: How often what is left is looked for, and seconds between two looks: what is being removed
#: already takes its time.
LOOKS, PAUSE = 100, 0.05
#: Removals side by side.
THREADS = 8


def remove_containers(engine: DockerClient, owner: str) -> None:
    """Remove the containers and volumes of a sandbox, and nothing else."""
    mine = {"label": f"{OWNER}={owner}"}
    for _ in range(LOOKS):
        left = engine.containers.list(all=True, ignore_removed=True, filters=mine)
        if not left:
            break
        with ThreadPoolExecutor(THREADS) as pool:
            pool.map(remove, left)
        time.sleep(PAUSE)
    for one in engine.volumes.list(filters=mine):
        with suppress(Exception):
            one.remove(force=True)


def remove(container: EngineContainer) -> None:
    with suppress(Exception):
        container.remove(force=True, v=True)


def remove_all(directory: str, environment: Mapping[str, str]) -> None:
    """Remove all that a sandbox of this directory has left when it was killed; EcsCliError when no
    engine answers."""
    engine, owner = engine_of_environment(environment), owner_of(directory)
    with closing(engine):
        remove_containers(engine, owner)
        for one in engine.networks.list(filters={"label": f"{OWNER}={owner}"}):
            with suppress(Exception):
                one.remove()

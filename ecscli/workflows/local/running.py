"""Containers of `local` on this machine: listed, waited for, removed."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Generator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

from ecscli.base.errors import EcsCliError, Finding
from ecscli.base.records import record
from ecscli.local.definition.convert import TYPE_LABEL
from ecscli.local.definition.fields import ESSENTIAL_LABEL
from ecscli.local.definition.source import DEFAULT_FILE
from ecscli.local.endpoint import state
from ecscli.local.endpoint.state import Place
from ecscli.local.engine import COMPOSE_PROJECT, Choice, Container, Engine
from ecscli.local.overlay import OWNER
from ecscli.up.model import Event
from ecscli.workflows.events import interruptible, warning

SHORT, PAUSE = 12, 0.5  # characters of an id; seconds between two looks
WIDTH = 8  # containers that are stopped side by side
ENDED = ("exited", "dead")


@record
class Ended:
    """What ended a task: the container, and its exit code."""

    container: str
    code: int


def choose(directory: str, file: str | None, remote: str | None, every: bool) -> Choice:
    """The containers that are meant; without a flag those of a directory."""
    named = os.path.abspath(os.path.join(directory, file)) if file else ""
    default = os.path.join(directory, DEFAULT_FILE)
    return Choice(named, remote or "", every, directory, default)


def listed(environment: Mapping[str, str], choice: Choice) -> list[Container]:
    with Engine(environment) as engine:
        return engine.containers(choice)


def listed_raw(environment: Mapping[str, str], choice: Choice) -> list[dict[str, Any]]:
    """The rows as the engine gives them."""
    with Engine(environment) as engine:
        return engine.raw(choice)


def rows(found: Sequence[Container]) -> list[tuple[str, ...]]:
    """The cells of ecs-cli's table."""
    return [
        (
            one.id[:SHORT],
            one.image,
            one.status,
            ", ".join(map(port_text, one.ports)),
            ", ".join(one.names),
            one.definition,
        )
        for one in found
    ]


def port_text(port: Mapping[str, Any]) -> str:
    """`0.0.0.0:8080->80/tcp`; an unpublished one is `:0->443/tcp`."""
    public, private = port.get("PublicPort", 0), port.get("PrivatePort", 0)
    return f"{port.get('IP', '')}:{public}->{private}/{port.get('Type', 'tcp')}"


def wait(
    environment: Mapping[str, str], owner: str, sleep: Callable[[float], None] = time.sleep
) -> Generator[Event, None, Ended]:
    """Until an essential container ends, with which the task ends: the others are stopped."""
    message, hint = "The containers go on.", "end them with `ecscli local down`"
    with Engine(environment) as engine, interruptible(message, hint):
        while (ended := _ended(engine, owner)) is None:
            sleep(PAUSE)
        yield Event(f"Container {ended.container} ended with exit code {ended.code}")
        for one in engine.owned(owner):
            if one.state not in ENDED:
                engine.stop(one.id)
    return ended


def _ended(engine: Engine, owner: str) -> Ended | None:
    """The first essential container that has ended. Raises EcsCliError where there is none left."""
    found = engine.owned(owner)
    essential = [one for one in found if one.labels.get(ESSENTIAL_LABEL) != "false"]
    if not essential:
        raise EcsCliError("the containers are gone", hint="they were removed meanwhile")
    over = [one for one in essential if one.state in ENDED]
    if not over:
        return None
    states = [(engine.inspect(one.id)["State"], one) for one in over]
    first, one = min(states, key=lambda pair: str(pair[0].get("FinishedAt")))
    return Ended(one.names[0].removeprefix("/") if one.names else one.id, int(first["ExitCode"]))


# ------------------------------------------------------------------------------- removal


def remove(
    environment: Mapping[str, str], choice: Choice, network: str
) -> Generator[Event, None, list[str]]:
    """Stop and remove the containers that are meant, their endpoints, and the network once nothing
    is left in it; the names of the containers."""
    place = state.folder(environment)
    with Engine(environment) as engine:
        found = engine.containers(choice)
        if found:
            yield Event(f"Stop and remove {len(found)} container(s)")
        else:
            yield warning(Finding("No running ECS local tasks found"))
        with ThreadPoolExecutor(WIDTH) as pool:
            for one in pool.map(partial(_removed, engine), found):
                yield Event(f"Stopped container with id {one.id[:SHORT]}")
                yield Event(f"Removed container with id {one.id[:SHORT]}")
        for owner in _unused(engine, place, found):
            Place(place, owner).forget()
        for project in sorted({one.labels.get(COMPOSE_PROJECT, "") for one in found} - {""}):
            for name in engine.remove_networks_of(project):
                yield Event(f"Removed network with name {name}", "done")
        yield from _tear_down(engine, network)
    return [name.removeprefix("/") for one in found for name in one.names]


def _removed(engine: Engine, one: Container) -> Container:
    engine.stop(one.id)
    engine.remove(one.id)
    return one


def _unused(engine: Engine, place: Any, found: Sequence[Container]) -> list[str]:
    """The owners of what was removed, and those that have left files and no container."""
    known = {one.labels.get(OWNER, "") for one in found} | set(state.owners(place))
    return sorted(owner for owner in known - {""} if not engine.owned(owner))


def _tear_down(engine: Engine, network: str) -> Generator[Event, None, None]:
    if engine.network(network) is None:
        yield Event(f"Network {network} not found, skipping network removal")
        return
    gone, others = engine.tear_down(network)
    if gone:
        yield Event(f"Removed network with name {network}", "done")
    elif others:
        text = "other task container(s) running locally, skipping network removal"
        yield Event(f"{others} {text}")
    else:
        hint = f"`docker network rm {network}` once its containers are removed"
        yield warning(Finding(f"the network {network} is not ours, and stays", hint=hint))


def document(one: Container) -> dict[str, object]:
    """A container as `--output json` shows it."""
    return {
        "id": one.id,
        "names": [name.removeprefix("/") for name in one.names],
        "image": one.image,
        "state": one.state,
        "status": one.status,
        "ports": [
            {
                "hostIp": port.get("IP"),
                "hostPort": port.get("PublicPort"),
                "containerPort": port.get("PrivatePort"),
                "protocol": port.get("Type"),
            }
            for port in one.ports
        ],
        "kind": one.labels.get(TYPE_LABEL),
        "definition": one.definition,
    }

"""One container of `local`, or its output: found by the name of its service."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from queue import SimpleQueue

from ecscli.base.errors import InputError
from ecscli.base.nearest import did_you_mean
from ecscli.base.records import record
from ecscli.local.engine import Choice, Container, Engine
from ecscli.local.overlay import ECS

NAME = f"{ECS}container-name"
NONE = "no container was started in this directory"
START = "`ecscli local up` starts them; see `ecscli local ps --all`"


@record
class Line:
    """A line that a container has written."""

    container: str
    message: str


def name_of(one: Container) -> str:
    return one.labels.get(NAME) or one.names[0].removeprefix("/")


def find(environment: Mapping[str, str], choice: Choice, service: str) -> Container:
    """The running container of a service. Raises InputError where there is none."""
    with Engine(environment) as engine:
        found = [one for one in engine.containers(choice) if one.state == "running"]
    for one in found:
        if name_of(one) == service:
            return one
    if not found:
        raise InputError("no container runs that was started in this directory", None, START)
    raise _unknown(service, found)


def _unknown(service: str, found: list[Container]) -> InputError:
    names = sorted({name_of(one) for one in found})
    hint = did_you_mean(service, names) or f"there are: {', '.join(names)}"
    return InputError(f'there is no container "{service}"', None, hint)


def output(
    environment: Mapping[str, str], choice: Choice, services: tuple[str, ...], follow: bool
) -> Iterator[Line]:
    """What containers have written, one after the other; with `follow` what they write, as it
    comes. Raises InputError where there is none of a name."""
    with Engine(environment) as engine:
        found = engine.containers(choice)
        if not found:
            raise InputError(NONE, None, START)
        for name in services:
            if name not in [name_of(one) for one in found]:
                raise _unknown(name, found)
        meant = [one for one in reversed(found) if not services or name_of(one) in services]
        if follow:
            yield from _together(engine, meant)
            return
        for one in meant:
            yield from (Line(name_of(one), text) for text in engine.output(one.id, follow=False))


def _together(engine: Engine, found: list[Container]) -> Iterator[Line]:
    """The lines of all as they come, until all have ended."""
    queue: SimpleQueue[Line | Exception | None] = SimpleQueue()

    def read(one: Container) -> None:
        try:
            for text in engine.output(one.id, follow=True):
                queue.put(Line(name_of(one), text))
        except Exception as error:
            queue.put(error)
        queue.put(None)

    for one in found:
        threading.Thread(target=read, args=(one,), daemon=True).start()
    living = len(found)
    while living:
        item = queue.get()
        if isinstance(item, Exception):
            raise item
        if item is None:
            living -= 1
        else:
            yield item

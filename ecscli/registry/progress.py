"""The messages of a Docker engine at work -> Events: layers that go up or down, steps of a
build."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from ecscli.base.documents import Document
from ecscli.base.errors import EcsCliError
from ecscli.base.printable import colourless
from ecscli.registry.connection import refused
from ecscli.up.model import Event

PlaceOf = Callable[[str, str], str | None]  # an error and an instruction -> FILE:LINE
LAST_LINES = 15  # of a failed build
LINE = 200  # characters of a line of the live picture
ENDED = ("Pushed", "Pull complete", "Layer already exists", "Mounted", "Already exists")


def layers(stream: Iterable[Document]) -> Iterator[tuple[list[Event], Document]]:
    """For each message of a push or pull: events, and what it holds besides. An error in the stream
    is raised."""
    states: dict[str, str] = {}
    for message in stream:
        if "error" in message:
            raise refused(str(message["error"]).strip())
        besides = message.get("aux") or {}
        if message.get("id") and message.get("status"):
            yield _layer_events(message, states), besides
        elif besides:
            yield [], besides


def _layer_events(message: Document, states: dict[str, str]) -> list[Event]:
    """The live picture of all layers, and a line for a layer that is done."""
    name, status = message["id"], str(message["status"])
    state = f"{name}: {status}{_share(message.get('progressDetail') or {})}"
    is_new = states.get(name) != state
    states[name] = state
    events = [Event("", "live", {"lines": tuple(states.values())})]
    if is_new and status.startswith(ENDED):
        events.append(Event(state, "progress"))
    return events


def _share(detail: Document) -> str:
    total, current = detail.get("total"), detail.get("current")
    return f" {min(100 * current // total, 100)}%" if total and current else ""


def steps(stream: Iterable[Document], service: str, place_of: PlaceOf) -> Iterator[Event]:
    """The steps of a build; an error in the stream is raised with the last lines before it, and the
    place of the last step."""
    printed: list[str] = []
    instruction = ""
    for message in stream:
        if "error" in message:
            problem = colourless(str(message["error"]).strip())
            why = f"the image of {service} cannot be built: {problem}"
            place = place_of(problem, instruction)
            raise EcsCliError(why, place, reasons=printed[-LAST_LINES:])
        text = colourless(str(message.get("stream") or message.get("status") or "").strip())
        if text.startswith("Step "):
            instruction = text.partition(" : ")[2]
            yield Event(f"{service}: {text}", "progress")
        if text:
            printed += text.split("\n")
            line = f"{service}: {printed[-1]}"
            yield Event("", "live", {"lines": (line[:LINE],)})

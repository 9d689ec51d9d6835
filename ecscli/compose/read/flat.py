"""Version 1 files, where services stand at the top -> the shape of today: `services:` with today's
keys."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from ecscli.base.marks import Map, Mark, Raw
from ecscli.compose.join.merge import copy_map
from ecscli.compose.read.canonical import SERVICE, TOP
from ecscli.compose.read.reader import Journal


def looks_flat(tree: Map) -> bool:
    """A file of version 1: no section of later versions, and some key that holds a service."""
    if "services" in tree or "include" in tree or tree.get("version", "1") != "1":
        return False
    free = (value for key, value in tree.items() if not key.startswith("x-") and key not in TOP)
    return any(_is_service(value) for value in free)


def _is_service(value: Raw) -> bool:
    return isinstance(value, Map) and any(key in SERVICE or key in CHANGES for key in value)


def flatten(tree: Map, journal: Journal) -> Map:
    """The file as one with `services:`, every mark kept."""
    services = Map((), tree.mark)
    for name, body in tree.items():
        if name == "version":
            continue
        services[name] = _modern(body, name, journal) if isinstance(body, Map) else body
    services.keys_at, services.values_at = tree.keys_at, tree.values_at
    flat = Map({"services": services}, tree.mark)
    if tree.mark:
        flat.keys_at["services"] = flat.values_at["services"] = tree.mark
    return flat


Change: TypeAlias = Callable[[Map, Mark | None, str, Journal], None]  # body, place, service


def _modern(body: Map, name: str, journal: Journal) -> Map:
    modern = copy_map(body)
    for key in body:
        if key in CHANGES:
            CHANGES[key](modern, body.keys_at.get(key) or body.mark, name, journal)
    return modern


def _move(old: str, section: str, key: str) -> Change:
    """`old: value` becomes `section: {key: value}`."""

    def change(modern: Map, at: Mark | None, name: str, journal: Journal) -> None:
        inner = modern.get(section)
        if not isinstance(inner, Map):
            inner = _open_section(modern, section, old)
        inner[key] = modern.pop(old)
        inner.keys_at[key], inner.values_at[key] = modern.keys_at[old], modern.values_at[old]

    return change


def _open_section(modern: Map, section: str, old: str) -> Map:
    """Add a section at the place of the key that moves into it."""
    inner = Map((), modern.keys_at.get(old))
    modern[section] = inner
    modern.keys_at[section], modern.values_at[section] = modern.keys_at[old], modern.values_at[old]
    return inner


def _rename(old: str, new: str) -> Change:
    def change(modern: Map, at: Mark | None, name: str, journal: Journal) -> None:
        modern[new] = modern.pop(old)
        modern.keys_at[new], modern.values_at[new] = modern.keys_at[old], modern.values_at[old]

    return change


def _ignore(key: str) -> Change:
    def change(modern: Map, at: Mark | None, name: str, journal: Journal) -> None:
        del modern[key]
        problem = f'"{key}" has no effect in a version 1 file and is ignored'
        journal.warn(problem, at, f"services.{name}")

    return change


def _move_dockerfile(modern: Map, at: Mark | None, name: str, journal: Journal) -> None:
    """`dockerfile` goes into `build`, which may be the text of a context."""
    if isinstance(modern.get("build"), str):
        spot = modern.values_at["build"]
        build = Map({"context": modern["build"]}, spot)
        build.keys_at["context"] = build.values_at["context"] = spot
        modern["build"] = build
    MOVE_DOCKERFILE(modern, at, name, journal)


MOVE_DOCKERFILE = _move("dockerfile", "build", "dockerfile")
CHANGES: dict[str, Change] = {
    "log_driver": _move("log_driver", "logging", "driver"),
    "log_opt": _move("log_opt", "logging", "options"),
    "net": _rename("net", "network_mode"),
    "dockerfile": _move_dockerfile,
    "mem_reservation": _ignore("mem_reservation"),
    "volume_driver": _ignore("volume_driver"),
}


def drop_volume_driver(tree: Map, journal: Journal) -> Map:
    """`volume_driver` of a service, which only versions 1 and 2 had, goes with a warning."""
    services = tree.get("services")
    if not isinstance(services, Map):
        return tree
    kept, bodies = copy_map(tree), copy_map(services)
    kept["services"] = bodies
    for name, body in services.items():
        if isinstance(body, Map) and "volume_driver" in body:
            bodies[name] = copy_map(body)
            del bodies[name]["volume_driver"]
            at = body.keys_at.get("volume_driver")
            journal.warn('"volume_driver" has no effect and is ignored', at, f"services.{name}")
    return kept

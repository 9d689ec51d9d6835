"""Version 1 files, where services stand at the top -> the shape of today: `services:` with today's
keys."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ecscli.base.marks import Map, Mark
from ecscli.compose.join.merge import copy_map
from ecscli.compose.read.canonical import SERVICE, TOP
from ecscli.compose.read.reader import Journal


def looks_flat(tree: Map) -> bool:
    """A file of version 1: no section of later versions, and some key that holds a service."""
    if "services" in tree or "include" in tree or tree.get("version", "1") != "1":
        return False
    return any(
        _is_service(value)
        for key, value in tree.items()
        if not key.startswith("x-") and key not in TOP
    )


def _is_service(value: Any) -> bool:
    return isinstance(value, Map) and any(key in SERVICE or key in MOVES for key in value)


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


def _modern(body: Map, name: str, journal: Journal) -> Map:
    modern = copy_map(body)
    for key in [key for key in body if key in MOVES]:
        MOVES[key](modern, body.keys_at.get(key) or body.mark, name, journal)
    return modern


def _move(modern: Map, old: str, section: str, key: str) -> None:
    """`old: value` becomes `section: {key: value}`."""
    inner = modern.get(section)
    if not isinstance(inner, Map):
        inner = Map((), modern.keys_at.get(old))
        modern[section] = inner
        modern.keys_at[section] = modern.keys_at[old]
        modern.values_at[section] = modern.values_at[old]
    inner[key] = modern.pop(old)
    inner.keys_at[key], inner.values_at[key] = modern.keys_at[old], modern.values_at[old]


def _rename(modern: Map, old: str, new: str) -> None:
    modern[new] = modern.pop(old)
    modern.keys_at[new], modern.values_at[new] = modern.keys_at[old], modern.values_at[old]


def _dockerfile(modern: Map, at: Mark | None, name: str, journal: Journal) -> None:
    if isinstance(modern.get("build"), str):
        context = Map({"context": modern["build"]}, modern.values_at["build"])
        context.keys_at["context"] = context.values_at["context"] = modern.values_at["build"]
        modern["build"] = context
    _move(modern, "dockerfile", "build", "dockerfile")


def _ignored(key: str) -> Callable[[Map, Mark | None, str, Journal], None]:
    def drop(modern: Map, at: Mark | None, name: str, journal: Journal) -> None:
        del modern[key]
        journal.warn(
            f'"{key}" has no effect in a version 1 file and is ignored', at, f"services.{name}"
        )

    return drop


def drop_volume_driver(tree: Map, journal: Journal) -> Map:
    """`volume_driver` of a service, which only versions 1 and 2 knew, goes with a warning."""
    services = tree.get("services")
    if not isinstance(services, Map):
        return tree
    named = [
        name for name, body in services.items() if isinstance(body, Map) and "volume_driver" in body
    ]
    if not named:
        return tree
    kept, bodies = copy_map(tree), copy_map(services)
    for name in named:
        bodies[name] = copy_map(services[name])
        del bodies[name]["volume_driver"]
        at = services[name].keys_at.get("volume_driver")
        journal.warn('"volume_driver" has no effect and is ignored', at, f"services.{name}")
    kept["services"] = bodies
    return kept


MOVES: dict[str, Callable[[Map, Mark | None, str, Journal], None]] = {
    "log_driver": lambda modern, at, name, journal: _move(
        modern, "log_driver", "logging", "driver"
    ),
    "log_opt": lambda modern, at, name, journal: _move(modern, "log_opt", "logging", "options"),
    "net": lambda modern, at, name, journal: _rename(modern, "net", "network_mode"),
    "dockerfile": _dockerfile,
    "mem_reservation": _ignored("mem_reservation"),
    "volume_driver": _ignored("volume_driver"),
}

"""How long file systems, mount targets and access points are `creating` and `deleting`: moto has
them available, or gone, at once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from moto.efs.exceptions import FileSystemNotFound
from moto.efs.models import EFSBackend, FileSystem

from ecscli.sandbox.moto.repairs import clock
from ecscli.sandbox.moto.repairs.efs.errors import not_available

CREATING, AVAILABLE, UPDATING, DELETING = "creating", "available", "updating", "deleting"


class Thing(Protocol):
    """A file system, a mount target or an access point."""

    life_cycle_state: str


@dataclass
class Deletions:
    """Who hears of the id of a file system that has gone."""

    heard_by: Callable[[str], object] = str


DELETIONS = Deletions()


def begin(thing: Thing, duration: str, state: str = CREATING) -> None:
    """Give a thing a state in which it is for a while, before it is available."""
    thing.life_cycle_state = state
    clock.later(duration, settle, thing, state)


def settle(thing: Thing, state: str) -> None:
    if thing.life_cycle_state == state:
        thing.life_cycle_state = AVAILABLE


def end(thing: Thing, duration: str, action: Callable[..., object], *args: object) -> None:
    """Let a thing be `deleting` for a while, and then do what removes it; nothing for one that is
    being deleted already."""
    if thing.life_cycle_state != DELETING:
        thing.life_cycle_state = DELETING
        clock.later(duration, action, *args)


def file_system(backend: EFSBackend, file_system_id: str) -> FileSystem:
    """The file system of an id."""
    found = backend.file_systems_by_id.get(file_system_id)
    if found is None:
        raise FileSystemNotFound(file_system_id)
    return found


def available(backend: EFSBackend, file_system_id: str) -> FileSystem:
    """The same for what only a file system that is available can do."""
    found = file_system(backend, file_system_id)
    if found.life_cycle_state != AVAILABLE:
        raise not_available(file_system_id, found.life_cycle_state)
    return found

"""Named entries of ~/.ecs: stored, made the default, listed."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Mapping
from pathlib import Path

from ecscli.base.errors import Finding, InputError
from ecscli.base.records import record
from ecscli.config import ini, stored, writing
from ecscli.config.stored import StoredEntry, StoredFile
from ecscli.up.model import Event
from ecscli.workflows.events import warning


@record
class EntryKind:
    """What a file of ~/.ecs holds. `use` is the flag that names an entry in other commands."""

    file: str
    section: str
    noun: str
    saved: str
    choose: str
    use: str


CLUSTERS = EntryKind(
    "config",
    stored.CLUSTERS,
    "cluster configuration",
    "cluster configuration",
    "ecscli configure default --config-name",
    "--cluster-config",
)
PROFILES = EntryKind(
    "credentials",
    stored.PROFILES,
    "ECS profile",
    "profile configuration",
    "ecscli configure profile default --profile-name",
    "--ecs-profile",
)


def store(
    folder: Path, kind: EntryKind, name: str, values: Mapping[str, str | None]
) -> Generator[Event, None, bool]:
    """Insert or replace an entry; what another process stores meanwhile is kept. Whether it is the
    default; a warning where another entry is."""
    path = folder / kind.file
    yield from _set_aside_ini(path, kind)
    with writing.locked(folder):
        file = stored.read(path, kind.section) or stored.new(path, kind.section)
        file.put(name, values)
        file.save()
    yield Event(f"Saved ECS CLI {kind.saved} {name}.")
    if file.default != name:
        yield warning(_not_default(file.default, kind, name))
    return file.default == name


def _set_aside_ini(path: Path, kind: EntryKind) -> Iterator[Event]:
    """Keep an old file under another name: it has no room for named configurations."""
    if kind is not CLUSTERS:
        return
    with writing.locked(path.parent):
        kept = writing.set_aside(path) if ini.is_ini(path) else None
    if kept:
        message = (
            f"the old INI file is kept as {kept}; `ecscli configure migrate` would have taken it"
            " over"
        )
        yield warning(Finding(message))


def _not_default(default: str, kind: EntryKind, name: str) -> Finding:
    stays = f'the default is still "{default}"' if default else "there is no default"
    return Finding(
        f"{stays}: {kind.noun} {name} is used only where {kind.use} {name} names it",
        hint=f"`{kind.choose} {name}` makes it the default",
    )


def choose_default(folder: Path, kind: EntryKind, name: str) -> None:
    """Make an entry the default one of its file; InputError where there is no such entry."""
    path = folder / kind.file
    _need_entry(path, kind, name)
    with writing.locked(folder):
        file = _need_entry(path, kind, name)
        file.set_default(name)
        file.save()


def _need_entry(path: Path, kind: EntryKind, name: str) -> StoredFile:
    file = stored.read(path, kind.section)
    if file is None or file.entry(name) is None:
        known = ", ".join(file.names()) if file else ""
        hint = f"known: {known}" if known else "store one first"
        raise InputError(f'there is no {kind.noun} "{name}" to make the default', str(path), hint)
    return file


@record
class Listed:
    """An entry and whether commands use it that name none."""

    entry: StoredEntry
    default: bool


def entries(folder: Path, kind: EntryKind) -> tuple[Listed, ...]:
    """The entries of a file, in its order; an old INI file has one, its default. Raises InputError
    for a file that cannot be read."""
    path = folder / kind.file
    if kind is CLUSTERS and ini.is_ini(path):
        return (Listed(ini.read_ini(path), default=True),)
    file = stored.read(path, kind.section)
    if file is None:
        return ()
    named = [(name, file.entry(name)) for name in file.names()]
    return tuple(Listed(entry, name == file.default) for name, entry in named if entry)

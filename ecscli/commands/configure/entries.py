"""What the configure commands share: required options, and choosing a default entry."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from ecscli.base.errors import Finding, InputError
from ecscli.config import stored, writing
from ecscli.config.stored import StoredFile

SAVED = "Saved ECS CLI {kind} {name}."


def missing(option: str, value: str | None, hint: str | None = None) -> Finding | None:
    """A finding where an option has no value."""
    return None if value else Finding(f"{option} can not be empty", hint=hint)


def require(*findings: Finding | None) -> None:
    """Raise InputError with every finding that is one."""
    found = [finding for finding in findings if finding]
    if found:
        raise InputError.of(found)


def choose_default(path: Path, section: str, kind: str, name: str) -> None:
    """Make an entry the default one of its file; InputError where there is no such entry."""
    _need_entry(path, section, kind, name)
    with writing.locked(path.parent):
        file = _need_entry(path, section, kind, name)
        file.set_default(name)
        file.save()


def _need_entry(path: Path, section: str, kind: str, name: str) -> StoredFile:
    file = stored.read(path, section)
    if file is None or file.entry(name) is None:
        known = ", ".join(file.names()) if file else ""
        hint = f"known: {known}" if known else "store one first"
        raise InputError(f'there is no {kind} "{name}" to make the default', str(path), hint)
    return file


def put_entry(path: Path, section: str, name: str, values: Mapping[str, str | None]) -> None:
    """Insert or replace an entry of a stored file; what another process stores meanwhile is
    kept."""
    with writing.locked(path.parent):
        file = stored.read(path, section) or stored.new(path, section)
        file.put(name, values)
        file.save()

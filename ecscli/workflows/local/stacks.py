"""What is to be started, by the flags and the files of a directory -> Compose files and their
containers."""

from __future__ import annotations

import os
from collections.abc import Generator, Mapping, Sequence
from pathlib import Path
from typing import Any

from ecscli.base.errors import Finding, InputError
from ecscli.base.records import record
from ecscli.base.system.files import Confinement, read_file
from ecscli.base.yaml import yamlio
from ecscli.base.yaml.composer import LIMITS
from ecscli.local.definition.convert import TYPE_LABEL, VALUE_LABEL, convert
from ecscli.local.definition.source import DEFAULT_FILE
from ecscli.local.stack import Stack, is_made_here, members_of, pairs
from ecscli.up.model import Event
from ecscli.workflows.events import warning
from ecscli.workflows.local.create import (
    DEFAULT_OUTPUT,
    DefinitionRequest,
    override_of,
    read_definition,
)
from ecscli.workflows.project import Connect

COMPOSE = "compose"
NOTHING = f"need to provide one of {DEFAULT_FILE} or {DEFAULT_OUTPUT}, or a Compose project"
#: First words of pairs of flags that exclude each other, as ecs-cli has them.
EXCLUSIVE = (
    ("task-def-file", "task-def-remote"),
    ("task-def-file", "task-def-compose"),
    ("task-def-remote", "task-def-compose"),
    ("output", "task-def-compose"),
)


@record
class Base:
    """A base file that is there, and the files that come after it."""

    directory: str
    within: Confinement
    base: Path
    more: Sequence[str] = ()


def excluded(given: Mapping[str, object]) -> str | None:
    """The first pair of flags that exclude each other, in ecs-cli's words."""
    for first, second in EXCLUSIVE:
        if given.get(first) and given.get(second):
            return f"{first} and {second} can not be used together"
    return None


def has_definition(directory: str) -> bool:
    """Whether the usual file of a task definition is there."""
    return os.path.lexists(os.path.join(directory, DEFAULT_FILE))


def has_files(directory: str) -> bool:
    """Whether `local create` has been here."""
    return os.path.lexists(os.path.join(directory, DEFAULT_OUTPUT))


def from_files(wanted: Base) -> Generator[Event, None, Stack]:
    """The stack of a base file, the override beside it, and others; those that are not there are
    skipped."""
    files = yield from _present(wanted)
    trees = [_tree(path, wanted.within) for path in files]
    members = members_of(trees)
    kind, value = _origin(trees, wanted.base)
    version = str(trees[0].get("version") or "")
    names = tuple(str(path) for path in files)
    return Stack(kind, value, wanted.directory, names, members, version)


def from_definition(connect: Connect, request: DefinitionRequest) -> Generator[Event, None, Stack]:
    """The stack of a definition as it would be converted; no file is written."""
    task, origin = yield from read_definition(connect, request)
    members = members_of([convert(task, origin).base])
    return Stack(origin.kind, origin.value, request.directory, (), members)


def is_of_create(base: Path, within: Confinement) -> bool:
    """Whether a Compose file was written by `local create`, or by ecs-cli; not where it is not
    there, which is found again by whoever reads it."""
    return not base.is_file() or is_made_here([_tree(base, within)])


def _present(wanted: Base) -> Generator[Event, None, list[Path]]:
    if not wanted.base.is_file():
        message = f"the file {wanted.base.name} does not exist"
        raise InputError(message, None, "`ecscli local create` writes one")
    files = [wanted.base]
    for path in (override_of(wanted.base), *(Path(wanted.directory, one) for one in wanted.more)):
        if path.is_file():
            files.append(path)
        else:
            yield warning(Finding(f"Skipping Compose file {path.name}: it does not exist"))
    return files


def _tree(path: Path, within: Confinement) -> Mapping[str, Any]:
    """One Compose file. Raises InputError where it has no services."""
    content = read_file(str(path), path.name, LIMITS.size, within, named=True)
    tree = yamlio.parse(content, path.name)
    services = tree.get("services") if isinstance(tree, Mapping) else None
    if not isinstance(services, Mapping):
        raise InputError("this is no Compose file", path.name, "write `services:` with containers")
    return dict(tree)


def _origin(trees: Sequence[Mapping[str, Any]], base: Path) -> tuple[str, str]:
    """Where the containers come from, by their labels; else the file itself."""
    for one in (trees[0]["services"] or {}).values():
        labels = pairs((one or {}).get("labels"))
        if TYPE_LABEL in labels and VALUE_LABEL in labels:
            return str(labels[TYPE_LABEL]), str(labels[VALUE_LABEL])
    return COMPOSE, os.path.abspath(base)

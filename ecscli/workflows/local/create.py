"""A task definition -> two Compose files: what runs it here, and what overrides that."""

from __future__ import annotations

import os
from collections.abc import Callable, Generator
from pathlib import Path

from ecscli.base.errors import Finding, InputError
from ecscli.base.records import record
from ecscli.base.system.files import Confinement
from ecscli.base.yaml import yamlio
from ecscli.config.writing import write_private
from ecscli.local.definition import source
from ecscli.local.definition.convert import Converted, Origin, convert
from ecscli.local.definition.read import Json
from ecscli.up.model import Event
from ecscli.workflows.events import warning
from ecscli.workflows.project import Connect

DEFAULT_OUTPUT = "docker-compose.ecs-local.yml"
NOTHING = (
    "could not detect valid task definition (either set one of --task-def-file or --task-def-remote"
    f" flags, or define a {source.DEFAULT_FILE} file)"
)


@record
class DefinitionRequest:
    """Which definition is meant: at most one of `file` and `remote`; neither: the usual file of the
    directory. `stdin` reads standard input."""

    directory: str
    within: Confinement
    stdin: Callable[[], str]
    file: str | None = None
    remote: str | None = None


@record
class Files:
    """What is to be written: `base` and `override` are paths."""

    base: Path
    override: Path
    converted: Converted
    task: Json
    origin: Origin


def read_definition(
    connect: Connect, request: DefinitionRequest
) -> Generator[Event, None, tuple[Json, Origin]]:
    """The definition, checked. Raises InputError where there is none."""
    if request.remote:
        task, origin = source.from_ecs(connect(), request.remote)
        yield Event(f"Reading task definition from {task.get('family')}:{task.get('revision')}")
        return task, origin
    name = request.file
    if not name:
        if not os.path.lexists(os.path.join(request.directory, source.DEFAULT_FILE)):
            raise InputError(NOTHING)
        name = source.DEFAULT_FILE
    yield Event(f"Reading task definition from {name}")
    if name == source.STDIN:
        return source.from_text(request.stdin())
    return source.from_file(request.directory, name, request.within)


def prepare(
    connect: Connect, request: DefinitionRequest, output: str | None
) -> Generator[Event, None, Files]:
    """The files of a definition, of which nothing is written yet."""
    task, origin = yield from read_definition(connect, request)
    converted = convert(task, origin)
    for notice in converted.notices:
        yield warning(Finding(notice))
    base = Path(request.directory, output or DEFAULT_OUTPUT)
    return Files(base, override_of(base), converted, task, origin)


def override_of(base: Path) -> Path:
    """Where the override of a base file is: `hello.yml` -> `hello.override.yml`."""
    return base.with_name(f"{base.name.rpartition('.')[0] or base.name}.override.yml")


def write(files: Files, force: bool) -> Generator[Event, None, None]:
    """Write the base file, and the override where there is none or `force` asks for it."""
    yield from _write(files.base, files.converted.base)
    if force or not os.path.lexists(files.override):
        yield from _write(files.override, files.converted.override)
    else:
        yield Event(f"{files.override.name} already exists, skipping write.")


def _write(path: Path, document: Json) -> Generator[Event, None, None]:
    write_private(path, yamlio.dump(document))
    yield Event(f"Successfully wrote {path.name}", "done")

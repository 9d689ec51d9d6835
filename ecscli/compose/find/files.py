"""Which files make up the project: flags, COMPOSE_FILE or the default names -> their texts; and the
project's name.

Reads from disk; raises InputError where a file is missing, cannot be read, or is too large to be
one.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping, Sequence
from itertools import chain
from typing import NamedTuple

from ecscli.base.errors import Finding, InputError
from ecscli.base.marks import Mark
from ecscli.base.records import record, replace
from ecscli.base.system.files import TEXT_LIMIT, UNCONFINED, Confinement, confine, read_file
from ecscli.base.yaml.composer import LIMITS

DEFAULT_NAMES = ("compose.yaml", "compose.yml", "docker-compose.yml", "docker-compose.yaml")
OVERRIDE_NAMES = (
    "compose.override.yml",
    "compose.override.yaml",
    "docker-compose.override.yml",
    "docker-compose.override.yaml",
)
ECS_CLI_NAMES = ("docker-compose.yml", "docker-compose.override.yml")
STDIN = "-"
PROJECT_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,254}\Z")


class Source(NamedTuple):
    """One file: the name that marks carry, its absolute directory, its bytes."""

    name: str
    directory: str
    content: bytes


class Sources(NamedTuple):
    """The files of a project in the order of merging."""

    files: tuple[Source, ...]
    warnings: tuple[Finding, ...] = ()
    within: Confinement = UNCONFINED

    @property
    def directory(self) -> str:
        """The project directory: that of the first file."""
        return self.files[0].directory


@record
class Search:
    """Where files are looked for: relative to `directory`, with `stdin` for `-`; `confined` as
    `confine` takes it.

    `named`: the user's own words name the files, not an env file or a default.
    """

    directory: str
    environment: Mapping[str, str]
    stdin: str | None = None
    confined: bool | None = None
    named: bool = True

    def within(self, first: str) -> Confinement:
        """The bounds of the project whose first file has this name."""
        folder = self.directory
        if self.named and first != STDIN:
            folder = os.path.dirname(os.path.join(self.directory, first))
        return confine(os.path.normpath(folder), self.confined, self.environment)


def find_sources(search: Search, files: Sequence[str], compose_file: str | None = None) -> Sources:
    """The Compose files in the order of merging.

    `-f` values come first; without any, `compose_file`, split at COMPOSE_PATH_SEPARATOR (else at
    the system's path separator, and as ecs-cli did at commas); without it the first default name
    and its override file, in the nearest directory that has one.
    """
    directory = search.directory
    if files:
        split = (split_paths(directory, value, os.pathsep) for value in files)
        return _sources(search, list(chain.from_iterable(split)))
    if compose_file:
        separator = search.environment.get("COMPOSE_PATH_SEPARATOR") or os.pathsep
        return _sources(search, split_paths(directory, compose_file, separator + ","))
    names, warnings = _with_override(search)
    return _sources(replace(search, named=False), names, warnings)


def _sources(search: Search, names: Sequence[str], warnings: Sequence[Finding] = ()) -> Sources:
    within = search.within(names[0])
    return Sources(_read_all(search, names, within), tuple(warnings), within)


def _read_all(search: Search, names: Sequence[str], within: Confinement) -> tuple[Source, ...]:
    """Every file by its name; raises InputError with all that cannot be read."""
    found: list[Source] = []
    findings: list[Finding] = []
    for name in names:
        try:
            found.append(read_source(search, name, within))
        except InputError as error:
            findings.extend(error.findings)
    if findings:
        raise InputError.of(findings)
    return tuple(found)


def split_paths(directory: str, value: str, separators: str) -> list[str]:
    """The paths in `value`; one that exists is not split."""
    parts = [value]
    for separator in "" if value == STDIN else separators:
        parts = [piece for part in parts for piece in _split_path(directory, part, separator)]
    return [part for part in parts if part] or [value]


def _split_path(directory: str, path: str, separator: str) -> list[str]:
    exists = os.path.exists(os.path.join(directory, path))
    return [path] if exists else path.split(separator)


def default_names(directory: str) -> list[str]:
    """The default names of a first file that there are, the preferred one first."""
    return _present(directory, DEFAULT_NAMES)


def ecs_cli_names(directory: str) -> list[str]:
    """The files that ecs-cli took: docker-compose.yml and its override; none without the
    first."""
    found = _present(directory, ECS_CLI_NAMES)
    return found if found[:1] == [ECS_CLI_NAMES[0]] else []


def _present(directory: str, names: Sequence[str]) -> list[str]:
    return [name for name in names if os.path.lexists(os.path.join(directory, name))]


def nearest_directory(search: Search) -> str:
    """The nearest directory, upwards from where the search starts, that has a file with a default
    name; where there is none, the start. A confined search ends at the top of the project.

    Raises InputError where that file is another user's.
    """
    within = confine(search.directory, search.confined, search.environment)
    start = directory = os.path.abspath(search.directory)
    while not default_names(directory):
        above = os.path.dirname(directory)
        if above == directory or within.excludes(above):
            return search.directory
        directory = above
    if directory != start:
        _check_owner(directory, start)
    return directory


def _check_owner(directory: str, start: str) -> None:
    """Refuse a file that nobody named and that a stranger could have put there, as into /tmp: one
    that belongs neither to this user, nor to root, nor to the owner of the working directory."""
    path = os.path.join(directory, default_names(directory)[0])
    trusted = {os.geteuid(), 0, os.stat(start).st_uid} if os.name == "posix" else {0}
    if os.lstat(path).st_uid not in trusted:
        raise InputError(
            f"the nearest Compose file, {path}, belongs to another user",
            hint=f"to use it, name it: --file {path}",
        )


def from_start(names: Iterable[str], directory: str, start: str) -> list[str]:
    """Names of files in a directory, as paths from where the search starts."""
    return [os.path.relpath(os.path.join(directory, name), start) for name in names]


def _with_override(search: Search) -> tuple[list[str], list[Finding]]:
    """The first default name and its override file; a warning where there are other ones."""
    directory = nearest_directory(search)
    present = from_start(default_names(directory), directory, search.directory)
    if not present:
        message = f"there is no Compose file in {search.directory} or in a directory above it"
        hint = f"name one with --file, or create one of {', '.join(DEFAULT_NAMES)}"
        raise InputError(message, hint=hint)
    used, *others = present
    override = from_start(_present(directory, OVERRIDE_NAMES)[:1], directory, search.directory)
    if not others:
        return [used, *override], []
    message = f"{used} is used; {', '.join(others)} beside it is not"
    return [used, *override], [Finding(message, None, "name files with --file")]


def shown_path(path: str, start: str) -> str:
    """An absolute path as messages show it: from the working directory where it lies inside."""
    relative = os.path.relpath(path, start)
    return path if relative.startswith("..") else relative


def read_source(search: Search, name: str, within: Confinement) -> Source:
    """One file by its path from the directory of the search, or standard input."""
    if name == STDIN:
        content = (search.stdin or "").encode("utf-8", "surrogateescape")
        return Source("<stdin>", search.directory, content)
    path = os.path.normpath(os.path.join(search.directory, name))
    return Source(name, os.path.dirname(path), read_bytes(path, name, within, named=search.named))


def read_bytes(path: str, name: str, within: Confinement, *, named: bool = False) -> bytes:
    """The bytes of a YAML file; raises InputError."""
    return read_file(path, name, LIMITS.size, within, named=named)


def read_text(path: str, name: str, within: Confinement, *, named: bool = False) -> str:
    """The text of an env file or label file; raises InputError."""
    content = read_file(path, name, TEXT_LIMIT, within, named=named)
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        message = f"byte 0x{content[error.start]:02x} is not UTF-8"
        raise InputError(message, Mark(name, line, 1)) from None


def check_project_name(name: str, where: Mark | str | None = None) -> str:
    """A name given by the user, verbatim, as ecs-cli took it; raises InputError for what no AWS
    name has."""
    if PROJECT_NAME.match(name):
        return name
    problem = f'"{name}" cannot be a project name'
    raise InputError(problem, where, "use up to 255 letters, digits, hyphens, underscores and dots")


def name_of_directory(directory: str) -> str:
    """The project name that a directory gives: its base name as it is, without what ECS does not
    accept."""
    base = os.path.basename(directory.replace("\\", "/").rstrip("/"))
    name = re.sub(r"[^A-Za-z0-9_-]", "", base).lstrip("-_")
    if not name:
        message = f"the directory {directory} gives no project name"
        raise InputError(message, hint="set one with --project-name")
    return name[:255]

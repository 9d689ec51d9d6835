"""Credentials of private registries, in the input file of `registry-creds up` -> secrets, a role
that may read them, and the output file that `compose` finds."""

from __future__ import annotations

import os
import re
from collections.abc import Generator, Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from ecscli.base.errors import EcsCliError, Finding, InputError
from ecscli.base.records import record
from ecscli.base.system.files import TEXT_LIMIT, Unreadable, read_file
from ecscli.base.tags import TagPairs, unique_tags
from ecscli.registry.credentials import roles, secrets
from ecscli.registry.credentials.input_file import RegistryCredentials, parse_input_file
from ecscli.registry.credentials.output_file import file_name, render
from ecscli.registry.credentials.secrets import Secret
from ecscli.up.model import Event
from ecscli.workflows.events import warnings
from ecscli.workflows.project import Connect, refuse

if TYPE_CHECKING:
    from ecscli.aws.client import Aws

# a password, not a ${VARIABLE}
LITERAL = re.compile(r"""password["']?[ \t]*:[ \t]*(?!["']?\$)\S""")


@record
class CredentialsRequest:
    """Where the credentials are, and what is made of them, by the names of the flags.

    `files`: those of the command line, of which there must be one. `directory`: where relative
    paths start. `environment` has the values of `${VARIABLE}`.
    """

    files: tuple[str, ...]
    directory: str
    environment: Mapping[str, str]
    update_existing_secrets: bool = False
    role_name: str | None = None
    no_role: bool = False
    no_output_file: bool = False
    output_dir: str | None = None
    tags: str | None = None

    @property
    def output_directory(self) -> Path:
        return Path(self.directory, self.output_dir or "")


@record
class ReadCredentials:
    """The credentials of a file, the tags of what is made for them, and what is doubtful."""

    request: CredentialsRequest
    entries: tuple[RegistryCredentials, ...]
    tags: TagPairs
    doubts: tuple[Finding, ...]

    @property
    def passwords(self) -> tuple[str, ...]:
        return tuple(entry.password for entry in self.entries)


def read(request: CredentialsRequest) -> ReadCredentials:
    """What the file and the flags ask for. Raises InputError with what is wrong in either."""
    refuse(_problems(request))
    tags, shown = unique_tags(request.tags), request.files[0]
    path = Path(request.directory, shown)
    text = _text(path)
    entries, doubts = parse_input_file(text, shown, request.environment)
    if LITERAL.search(text):
        doubts = (*doubts, *_exposed(path, shown))
    return ReadCredentials(request, entries, tags, doubts)


def _problems(request: CredentialsRequest) -> Iterator[Finding]:
    count, directory = len(request.files), request.output_directory
    if count != 1:
        yield Finding(f"Exactly 1 credential file is required. Found: {count}")
    if bool(request.role_name) == request.no_role:
        hint = "for example --role-name ecsTaskExecutionRole"
        yield Finding("give either --role-name or --no-role", hint=hint)
    if request.output_dir and request.no_output_file:
        yield Finding("give --output-dir or --no-output-file, not both")
    elif request.output_dir and not directory.is_dir():
        hint = "make it, or leave --output-dir out"
        yield Finding("there is no such directory", str(directory), hint)


def _text(path: Path) -> str:
    try:
        return read_file(str(path), path.name, TEXT_LIMIT, named=True).decode()
    except Unreadable as error:
        if not error.missing:
            raise
        raise InputError("the file cannot be read: No such file or directory", str(path)) from None
    except UnicodeDecodeError:
        raise InputError("the file cannot be read: not UTF-8", str(path)) from None


def _exposed(path: Path, shown: str) -> Iterator[Finding]:
    """A warning where others on this machine may read the file; Windows has no such mode."""
    mode = path.stat().st_mode & 0o777
    if os.name != "posix" or not mode & 0o044:
        return
    message = f"this file has passwords, and others on this machine can read it (mode {mode:04o})"
    hint = f"chmod 600 {shown}, or write ${{VARIABLE}} in place of each password"
    yield Finding(message, shown, hint)


def store(
    connect: Connect, credentials: ReadCredentials, now: datetime
) -> Generator[Event, None, Path | None]:
    """Put the credentials into secrets, let the role read them, and write the output file; its
    path, None where none is written. `now` is UTC."""
    request, tags = credentials.request, credentials.tags
    yield from warnings(credentials.doubts)
    aws = connect()
    stored = yield from _store_secrets(aws, credentials)
    if request.role_name:
        yield from roles.ensure(aws, request.role_name, stored, tags)
    else:
        yield Event("Skipping role creation.")
    if request.no_output_file:
        yield Event("Skipping generation of registry credentials output file.")
        return None
    path = request.output_directory / file_name(now)
    _write_private(path, render(request.role_name or "", stored))
    yield Event("Writing registry credential output to new file")
    return path


def _store_secrets(
    aws: Aws, credentials: ReadCredentials
) -> Generator[Event, None, Sequence[Secret]]:
    """A secret for each registry, in their order."""
    entries, update = credentials.entries, credentials.request.update_existing_secrets
    entries = secrets.resolve_keys(aws, entries)
    stored = []
    for entry, found in zip(entries, secrets.find(aws, entries), strict=True):
        secret = yield from secrets.ensure(aws, entry, found, update, credentials.tags)
        stored.append(secret)
    return stored


def _write_private(path: Path, text: str) -> None:
    """Write a file for its owner alone: it names the secrets, though it has no password. A link in
    its place, whose name others can guess, is not followed, and a pipe not waited for."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW | os.O_NONBLOCK
    try:
        descriptor = os.open(path, flags, 0o600)
        with open(descriptor, "w", encoding="utf-8") as file:
            file.write(text)
    except OSError as error:
        raise EcsCliError(f"the file cannot be written: {error.strerror}", str(path)) from None

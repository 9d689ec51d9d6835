"""The file or variable of a secret -> its value, which no message, plan or log ever has."""

from __future__ import annotations

import json
from typing import NoReturn

from ecscli.base.errors import InputError
from ecscli.base.system.files import Unreadable, read_file
from ecscli.compose.find.files import shown_path
from ecscli.compose.params.secret_settings import SECRETS_MANAGER, SSM
from ecscli.compose.project.model import FileSource, Project
from ecscli.compose.text import withheld

KIB = 1024
STANDARD_SIZE = 4 * KIB  # of an SSM parameter; above it is an advanced one
LARGEST = {SECRETS_MANAGER: 64 * KIB, SSM: 8 * KIB}  # bytes of a value
STORE_NAMES = {SECRETS_MANAGER: "Secrets Manager", SSM: "SSM"}
NO_BINARY = "ECS hands over text only: store it in base64, and decode it in the container"


class Hidden:
    """A text that is never printed: neither `str` nor `repr` shows it, and it cannot be compared,
    hashed, copied or stored by accident."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def reveal(self) -> str:
        """The text itself, for the one call that needs it."""
        return self._text

    def is_same(self, other: str) -> bool:
        """Whether the text is another one."""
        return self._text == other

    @property
    def size(self) -> int:
        """Its bytes in UTF-8."""
        return len(self._text.encode())

    def __repr__(self) -> str:
        return "***"

    def __eq__(self, other: object) -> bool:
        return self is other

    def __reduce__(self) -> NoReturn:
        raise TypeError("a hidden text is not stored")

    def __hash__(self) -> NoReturn:
        raise TypeError("a hash of a weak password is a password")


def origin_of(project: Project, source: FileSource) -> str:
    """Where the value of a secret comes from, for people."""
    if source.file is not None:
        path = shown_path(source.file, project.directory)
        return path if path.startswith("/") else f"./{path}"
    return f"the variable {source.environment}"


def read_value(project: Project, source: FileSource, store: str) -> Hidden:
    """The value of a secret with `file:` or `environment:`, fit for its store. Raises InputError,
    whose message never quotes the value."""
    text = _of_file(project, source, store) if source.file is not None else _of(project, source)
    _check_text(text, origin_of(project, source), store)
    return Hidden(text)


def _of_file(project: Project, source: FileSource, store: str) -> str:
    name = origin_of(project, source)
    try:
        content = read_file(str(source.file), name, LARGEST[store], project.within)
    except Unreadable as error:
        raise InputError(error.message, None, _hint(error, store)) from None
    try:
        return content.decode()
    except UnicodeDecodeError:
        raise InputError(f"{name} is not text in UTF-8", None, NO_BINARY) from None


def _hint(error: Unreadable, store: str) -> str | None:
    if "more than" in error.message:
        return f"{STORE_NAMES[store]} takes {LARGEST[store] // KIB} KiB at most"
    return error.hint


def _of(project: Project, source: FileSource) -> str:
    name = source.environment or ""
    value = project.variables.get(name)
    if isinstance(value, withheld.Withheld):
        raise InputError(withheld.problem(name), None, withheld.HINT)
    if value is None:
        hint = "set it in the shell, in .env or with --env-file"
        raise InputError(f'the variable "{name}" is not set', None, hint)
    return value


def _check_text(text: str, name: str, store: str) -> None:
    if not text:
        hint = f"{STORE_NAMES[store]} takes no empty value; write one, or leave the secret out"
        raise InputError(f"{name} is empty", None, hint)
    if "\0" in text:
        raise InputError(f"{name} has a NUL byte", None, NO_BINARY)
    try:
        size = len(text.encode())
    except UnicodeEncodeError:  # what a variable has in bytes
        raise InputError(f"{name} is not text in UTF-8", None, NO_BINARY) from None
    if size > LARGEST[store]:
        hint = f"{STORE_NAMES[store]} takes {LARGEST[store] // KIB} KiB at most"
        raise InputError(f"{name} has {size} bytes", None, hint)


def check_keys(value: Hidden, keys: tuple[str, ...]) -> None:
    """Raise InputError where a value is not a JSON object with these keys."""
    if not keys:
        return
    try:
        found = json.loads(value.reveal())
    except ValueError:
        found = None
    if not isinstance(found, dict):
        hint = "write an object with the keys, or leave `keys` out"
        raise InputError("its value is not a JSON object", None, hint) from None
    missing = [key for key in keys if key not in found]
    if missing:
        hint = "write them into the JSON object, or leave them out of `keys`"
        raise InputError(f"its value lacks {' and '.join(missing)}", None, hint)

"""The environment -> where the files of ~/.ecs and ~/.aws are, and their bytes."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from ecscli.base.errors import InputError
from ecscli.base.system.regular import read_regular

MOST_BYTES = 8 * 1024 * 1024
CREDENTIALS = ("AWS_SHARED_CREDENTIALS_FILE", "credentials")
CONFIG = ("AWS_CONFIG_FILE", "config")


def home(environment: Mapping[str, str]) -> Path | None:
    """The user's home directory by HOME, then USERPROFILE; None where neither is set."""
    found = environment.get("HOME") or environment.get("USERPROFILE")
    return Path(found) if found else None


def folder(environment: Mapping[str, str], sandbox: bool = False) -> Path:
    """The folder of ecs-cli's files: ~/.ecs, or for the sandbox a folder in it that no command
    against AWS reads.

    Raises InputError where the home directory is not known.
    """
    base = home(environment)
    if base is None:
        raise InputError(
            "the home directory is not known", hint="set HOME to a directory for the folder .ecs"
        )
    base = base / "AppData" / "local" / "ecs" if os.name == "nt" else base / ".ecs"
    return base / "sandbox" if sandbox else base


def aws_file(environment: Mapping[str, str], variable: str, name: str) -> Path:
    """A file of the AWS CLI: where its variable points, else `name` in ~/.aws."""
    given = environment.get(variable)
    if given:
        return Path(os.path.expanduser(given))
    base = home(environment) or Path(os.path.expanduser("~"))
    return base / ".aws" / name


def read(path: Path) -> bytes | None:
    """The bytes of one of these files; None where it does not exist.

    Raises OSError, whose `strerror` completes "the file cannot be read: ".
    """
    if str(path) == os.devnull:  # the usual way to name none
        return None
    try:
        return read_regular(os.path.realpath(path), MOST_BYTES)
    except FileNotFoundError:
        return None

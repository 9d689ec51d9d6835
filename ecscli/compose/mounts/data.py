"""A bind mount -> whether it is a place for data, which is written while the service runs, and not
files that come with the project."""

from __future__ import annotations

import os
import posixpath
import re

from ecscli.base.errors import InputError
from ecscli.compose.project.model import Mount

KEPT = frozenset({".gitkeep", ".gitignore", ".keep"})  # what keeps an empty directory in git
# `/var/lib/mysql`, but not `/var/lib/grafana/dashboards`
OF_PROGRAMS = re.compile(r"/var/(?:lib|log|cache|spool|backups?)/[^/]+")
NAME = re.compile(
    r"(?:.*[-_.])?(?:pg|mysql)?(?:backups?|cache|data|database|db|logs?|media|storage|state|tmp"
    r"|uploads?|volumes?)",
    re.I,
)
# `./db:/docker-entrypoint-initdb.d` has scripts in spite of its name
FOR_FILES = re.compile(r".*(?:\.d|conf|config|init|migrations?|scripts?|seeds?|templates?)", re.I)


def why_data(mount: Mount, real: str, shown: str) -> str | None:
    """Why a volume takes the place of what is mounted, whose links are resolved in `real`; None
    where it is files. Raises InputError where a file is missing, OSError."""
    if not os.path.exists(real):
        if mount.read_only or _is_named_as_file(mount):
            raise InputError(
                f"{shown} does not exist: Docker would mount an empty directory in its place",
                hint="write the file, or mount a named volume for data",
            )
        return "does not exist"
    if not os.path.isdir(real):
        return None
    if _is_for_data(mount):
        return "is a directory for data"
    return "is empty" if _is_empty(real) else None


def _is_for_data(mount: Mount) -> bool:
    """Whether a writable directory is named as one for data, here or in the container."""
    if mount.read_only:
        return False
    target, source = posixpath.basename(mount.target), os.path.basename(mount.source or "")
    if OF_PROGRAMS.fullmatch(mount.target) or NAME.fullmatch(target):
        return True
    return bool(NAME.fullmatch(source)) and not FOR_FILES.fullmatch(target)


def _is_empty(directory: str) -> bool:
    """Whether a directory has no file of its own."""
    with os.scandir(directory) as entries:
        return all(entry.name in KEPT for entry in entries)


def _is_named_as_file(mount: Mount) -> bool:
    """Whether something that does not exist was probably meant to be a file."""
    return bool(posixpath.splitext(mount.target)[1])

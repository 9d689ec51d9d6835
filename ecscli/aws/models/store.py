"""JSON that can be made again -> a private file of the user's cache, and back if it is whole.

Nothing here fails: what cannot be kept or read is made again.
"""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Mapping
from pathlib import Path

from ecscli.base.documents import Document, Draft
from ecscli.base.errors import EcsCliError
from ecscli.base.records import record
from ecscli.base.system.regular import read_regular
from ecscli.config.places import home

VARIABLE = "ECSCLI_CACHE"  # a folder; or OFF
OFF = "off"
MOST_BYTES = 8 * 1024 * 1024
OTHERS_MAY_WRITE = stat.S_IWGRP | stat.S_IWOTH


def cache_folder(environment: Mapping[str, str]) -> Path | None:
    """Where caches of ecscli are: what ECSCLI_CACHE says, else in that of the user; None for
    nowhere."""
    given = environment.get(VARIABLE)
    if given:
        return None if given == OFF else Path(given)
    shared = environment.get("XDG_CACHE_HOME") or ""
    if os.path.isabs(shared):
        return Path(shared) / "ecscli"
    base = home(environment)
    if base is None:
        return None
    return base / "AppData/Local/ecscli/cache" if os.name == "nt" else base / ".cache" / "ecscli"


@record
class Store:
    """Files of one folder. `key` says what they were made from: those of another key are as if
    they were not there, and are written over."""

    folder: Path
    key: str

    def read(self, name: str) -> Draft | None:
        """What was kept under a name; None where it is not there, not whole, or may be somebody
        else's."""
        try:
            if not _is_ours(self.folder):
                return None
            content = read_regular(str(self._path(name)), MOST_BYTES)
        except (OSError, ValueError):
            return None
        head, _, body = content.partition(b"\n")
        if head.decode("ascii", "replace") != self._head(body):
            return None
        return _parsed(body)

    def write(self, name: str, document: Document) -> None:
        """Keep a document under a name, where that is possible. One that is read meanwhile is the
        old or the new one."""
        from ecscli.config.writing import write_private

        body = json.dumps(document, separators=(",", ":"))
        try:
            self.folder.mkdir(mode=stat.S_IRWXU, parents=True, exist_ok=True)
            if _is_ours(self.folder):
                write_private(self._path(name), f"{self._head(body.encode())}\n{body}")
        except (OSError, ValueError, EcsCliError):
            return

    def _path(self, name: str) -> Path:
        return self.folder / f"{name}.json"

    def _head(self, body: bytes) -> str:
        """The first line of a file: the key, and the digest of the rest."""
        from hashlib import sha256

        return f"{self.key} {sha256(body).hexdigest()}"


def _parsed(body: bytes) -> Draft:
    found: Draft = json.loads(body)
    return found


def _is_ours(folder: Path) -> bool:
    """Whether a folder is the user's, and nobody else may write there."""
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode):
        return False
    return os.name == "nt" or (
        found.st_uid == os.geteuid() and not found.st_mode & OTHERS_MAY_WRITE
    )

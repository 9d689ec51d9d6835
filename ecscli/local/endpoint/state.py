"""The private folder of `local`, `$XDG_STATE_HOME/ecscli/local`: what is known of each endpoint
that runs, and the locks by which one is known to live."""

from __future__ import annotations

import fcntl
import json
import os
import signal
import stat
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from ecscli.base.errors import EcsCliError
from ecscli.base.records import record
from ecscli.config.writing import write_private

Json = dict[str, Any]
ACCOUNTS = "accounts.json"
OTHERS_WRITE = 0o022
PATIENCE, PAUSE = 5.0, 0.05  # seconds for an endpoint to end, and between two looks


@record
class Place:
    """The files of one owner: `NAME.json` has port, process id and keys; `NAME.lock` is locked by
    its endpoint as long as that lives."""

    folder: Path
    owner: str

    @property
    def file(self) -> Path:
        return self.folder / f"{self.owner}.json"

    @property
    def overlay(self) -> Path:
        return self.folder / f"{self.owner}.yml"

    @property
    def log(self) -> Path:
        return self.folder / f"{self.owner}.log"

    @property
    def lock(self) -> Path:
        return self.folder / f"{self.owner}.lock"

    def read(self) -> Json:
        with suppress(OSError, ValueError):
            found = json.loads(self.file.read_text(encoding="utf-8"))
            if isinstance(found, dict):
                return found
        return {}

    def write(self, document: Mapping[str, object]) -> None:
        write_private(self.file, json.dumps(document))

    def hold(self) -> int | None:
        """The lock of the endpoint, for its life; None where another one lives."""
        flags = os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW
        found = os.open(self.lock, flags, 0o600)
        try:
            fcntl.flock(found, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os.close(found)
            return None
        os.truncate(found, 0)
        os.write(found, str(os.getpid()).encode())
        return found

    def is_alive(self) -> bool:
        try:
            found = os.open(self.lock, os.O_RDWR | os.O_CLOEXEC | os.O_NOFOLLOW)
        except OSError:
            return False
        try:
            fcntl.flock(found, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return True
        finally:
            os.close(found)
        return False

    def end(self) -> None:
        """End the endpoint that lives: the process that wrote its id under the lock."""
        if self.is_alive():
            with suppress(OSError, ValueError):
                os.kill(int(self.lock.read_text()), signal.SIGTERM)
        limit = time.monotonic() + PATIENCE
        while self.is_alive() and time.monotonic() < limit:
            time.sleep(PAUSE)

    def forget(self) -> None:
        """End the endpoint, and remove everything of it."""
        self.end()
        self.remove()

    def remove(self) -> None:
        """Remove the files of an endpoint that has ended, or is about to."""
        for path in (self.file, self.overlay, self.log, self.lock):
            path.unlink(missing_ok=True)


def folder(environment: Mapping[str, str]) -> Path:
    """The folder, made where it is not there. Raises EcsCliError where others could write to it."""
    home = Path(environment.get("HOME") or Path.home())
    state = environment.get("XDG_STATE_HOME") or home / ".local" / "state"
    found = Path(state).absolute() / "ecscli" / "local"
    try:
        found.mkdir(parents=True, exist_ok=True, mode=0o700)
        status = found.lstat()
    except OSError as error:
        raise EcsCliError(f"the folder cannot be made: {error.strerror}", str(found)) from None
    mine = stat.S_ISDIR(status.st_mode) and status.st_uid == os.geteuid()
    if not mine or status.st_mode & OTHERS_WRITE:
        hint = "remove it, or set XDG_STATE_HOME to a folder of your own"
        raise EcsCliError("others could write to this folder", str(found), hint)
    return found


def read_accounts(place: Path) -> list[str]:
    """The accounts whose credentials may be lent without another question."""
    with suppress(OSError, ValueError):
        found = json.loads((place / ACCOUNTS).read_text(encoding="utf-8"))
        if isinstance(found, list):
            return [str(one) for one in found]
    return []


def add_account(place: Path, account: str) -> None:
    known = sorted({*read_accounts(place), account})
    write_private(place / ACCOUNTS, json.dumps(known))


def owners(place: Path) -> list[str]:
    """Those that have left a file."""
    return sorted(path.stem for path in place.glob("*.lock"))

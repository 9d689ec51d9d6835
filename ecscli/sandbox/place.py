"""Where a sandbox keeps its files: the state directory of the user, or the one that the environment
names.

Its files are opened here alone: in a directory that nobody else can write to, and through no
symbolic link.
"""

from __future__ import annotations

import errno
import json
import os
import stat
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from ecscli.base.errors import EcsCliError
from ecscli.sandbox.shapes import Json

HOST = "127.0.0.1"
#: Tried first, so that the address stays the same from day to day; any free port does when it is
#: taken.
USUAL_PORT = 4580
#: The mode of every file, and the bits that let others than its owner write to the directory.
PRIVATE, OTHERS_WRITE = 0o600, 0o022
OTHER_DIRECTORY = "name a directory of your own in ECSCLI_SANDBOX_DIR, or remove this one"


@dataclass(frozen=True, slots=True)
class Place:
    """The files of one sandbox; two places are two sandboxes that know nothing of each other."""

    directory: Path

    @classmethod
    def of(cls, environment: Mapping[str, str]) -> Place:
        """`ECSCLI_SANDBOX_DIR`, else `$XDG_STATE_HOME/ecscli/sandbox`, else
        `~/.local/state/ecscli/sandbox`."""
        own = environment.get("ECSCLI_SANDBOX_DIR")
        if own:
            return cls(Path(own).absolute())
        home = Path(environment.get("HOME") or Path.home())
        state = environment.get("XDG_STATE_HOME") or home / ".local" / "state"
        return cls(Path(state).absolute() / "ecscli" / "sandbox")

    @property
    def log(self) -> Path:
        return self.directory / "server.log"

    @property
    def record(self) -> Path:
        """Address and process id of the server, written when it answers."""
        return self.directory / "server.json"

    @property
    def starting(self) -> Path:
        """Locked by whoever starts or stops a server."""
        return self.directory / "starting.lock"

    @property
    def alive(self) -> Path:
        """Locked by the server as long as it lives: a process id alone could be somebody else's by
        now."""
        return self.directory / "alive.lock"

    def holder(self) -> int | None:
        """The process that holds `alive`: it writes its id there once it has the lock, and nobody
        else does."""
        try:
            return int(self.text_of(self.alive))
        except (OSError, ValueError):
            return None

    def make(self) -> None:
        """Make the directory, or check the one that is there; EcsCliError when others could write
        to it."""
        try:
            self.directory.mkdir(parents=True, exist_ok=True, mode=0o700)
        except OSError as error:
            raise EcsCliError(
                f"{self.directory}: {error.strerror}", hint=OTHER_DIRECTORY
            ) from error
        self.check()

    def check(self) -> None:
        """Refuse a directory that is a link, belongs to somebody else, or can be written to by
        others."""
        found = self.directory.lstat()
        if not stat.S_ISDIR(found.st_mode):
            raise EcsCliError(
                f"{self.directory} is not a directory (links are not followed)",
                hint=OTHER_DIRECTORY,
            )
        if found.st_uid != os.geteuid():
            raise EcsCliError(
                f"{self.directory} belongs to another user (uid {found.st_uid})",
                hint=OTHER_DIRECTORY,
            )
        if found.st_mode & OTHERS_WRITE:
            mode = stat.S_IMODE(found.st_mode)
            can_write = f"others can write to {self.directory} (mode {mode:o})"
            raise EcsCliError(can_write, hint=f"chmod go-w {self.directory}")

    def open(self, path: Path, mode: str) -> IO[Any]:
        """One of the files, its mode 0600: OSError when it is not there, EcsCliError when it is no
        file of ours."""
        self.check()
        encoding, errors = (None, None) if "b" in mode else ("utf-8", "replace")
        return open(path, mode, encoding=encoding, errors=errors, opener=opened)

    def text_of(self, path: Path) -> str:
        with self.open(path, "r") as file:
            return str(file.read())

    def read(self) -> Json | None:
        """What the server wrote about itself; nothing when there is no such file or it is
        broken."""
        try:
            record = json.loads(self.text_of(self.record))
        except (OSError, ValueError):
            return None
        return record if isinstance(record, dict) and "url" in record and "pid" in record else None

    def write(self, record: Json) -> None:
        """All or nothing, so that a reader never sees half a record; OSError when it cannot be
        written."""
        self.check()
        with tempfile.NamedTemporaryFile("w", dir=self.directory, delete=False) as file:
            written = Path(file.name)
            try:
                json.dump(record, file)
                file.flush()
            except OSError:
                written.unlink()
                raise
        written.replace(self.record)


def opened(path: str, flags: int) -> int:
    """An opener for `open`: no link is followed, and nothing is waited for, as a FIFO would have
    it."""
    try:
        file = os.open(path, flags | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC, PRIVATE)
    except FileNotFoundError:
        raise
    except OSError as error:
        what = (
            " is a symbolic link, which is not followed"
            if error.errno == errno.ELOOP
            else f": {error.strerror}"
        )
        raise EcsCliError(f"{path}{what}", hint=f"remove it: rm {path}") from error
    found = os.fstat(file)
    if not stat.S_ISREG(found.st_mode) or found.st_uid != os.geteuid():
        os.close(file)
        raise EcsCliError(f"{path} is not a file of yours", hint=f"remove it: rm {path}")
    if stat.S_IMODE(found.st_mode) != PRIVATE:
        os.fchmod(file, PRIVATE)
    return file

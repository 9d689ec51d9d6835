"""Where a sandbox keeps its files: the state directory of the user, or the one that the environment names."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

HOST = "127.0.0.1"
#: Tried first, so that the address stays the same from day to day; any free port does when it is taken.
USUAL_PORT = 4580


@dataclass(frozen=True, slots=True)
class Place:
    """The files of one sandbox; two places are two sandboxes that know nothing of each other."""

    directory: Path

    @classmethod
    def of(cls, environment: Mapping[str, str]) -> Place:
        """`ECSCLI_SANDBOX_DIR`, else `$XDG_STATE_HOME/ecscli/sandbox`, else `~/.local/state/ecscli/sandbox`."""
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
        """Locked by the server as long as it lives: a process id alone could be somebody else's by now."""
        return self.directory / "alive.lock"

    def holder(self) -> int | None:
        """The process that holds `alive`: it writes its id there once it has the lock, and nobody else does."""
        try:
            return int(self.alive.read_text())
        except (OSError, ValueError):
            return None

    def make(self) -> None:
        self.directory.mkdir(parents=True, exist_ok=True, mode=0o700)

    def read(self) -> dict[str, Any] | None:
        """What the server wrote about itself; nothing when there is no such file or it is broken."""
        try:
            record = json.loads(self.record.read_text())
        except (OSError, ValueError):
            return None
        return record if isinstance(record, dict) and "url" in record and "pid" in record else None

    def write(self, record: dict[str, Any]) -> None:
        """All or nothing, so that a reader never sees half a record."""
        with tempfile.NamedTemporaryFile("w", dir=self.directory, delete=False) as file:
            json.dump(record, file)
        os.replace(file.name, self.record)

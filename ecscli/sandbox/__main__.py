"""The server process: `python -m ecscli.sandbox DIRECTORY [--port N] [--pace X] [--docker]
[--allow-host-access]`.

It takes the lock of its directory, answers on a loopback port, writes its record there, and lives
until SIGTERM.
"""

from __future__ import annotations

import argparse
import fcntl
import os
import sys
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from ecscli.base.errors import EcsCliError
from ecscli.sandbox.place import HOST, USUAL_PORT, Place
from ecscli.sandbox.timeline import FAST

if TYPE_CHECKING:
    from ecscli.sandbox.docker.runtime import Machine


def arguments(argv: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m ecscli.sandbox")
    parser.add_argument("directory", type=Path)
    parser.add_argument("--port", type=int)
    parser.add_argument("--pace", type=float, default=FAST)
    parser.add_argument("--docker", action="store_true")
    parser.add_argument("--allow-host-access", action="store_true")
    return parser.parse_args(argv)


def ports(asked: int | None) -> list[int]:
    """The ports to try: the one asked for and no other, or the usual one and then any."""
    given = os.environ.get("ECSCLI_SANDBOX_PORT", "")
    asked = int(given) if asked is None and given.isdigit() else asked
    return [USUAL_PORT, 0] if asked is None else [asked]


def main(argv: Sequence[str]) -> int:
    options = arguments(argv)
    place = Place(options.directory.absolute())
    try:
        place.make()
        lock = place.open(place.alive, "a")
    except (OSError, EcsCliError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            sys.stderr.write(f"another sandbox runs in {place.directory}\n")
            return 1
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        return serve(place, options)


def serve(place: Place, options: argparse.Namespace) -> int:
    from ecscli.sandbox.http.server import Server

    try:
        server = Server.listening(HOST, ports(options.port), options.pace, machine(place, options))
    except (OSError, EcsCliError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    place.write(
        {
            "pid": os.getpid(),
            "url": server.url,
            "started": time.time(),
            "pace": options.pace,
            "docker": options.docker,
            "containers": server.containers_url,
            "hostAccess": options.allow_host_access,
        }
    )
    try:
        server.serve_until_told()
    finally:
        place.record.unlink(missing_ok=True)
    return 0


def machine(place: Place, options: argparse.Namespace) -> Callable[[], Machine] | None:
    """How the machine for real containers is found; nothing where none are run."""
    if not options.docker:
        return None
    from ecscli.sandbox.docker.runtime import Machine

    return partial(Machine.of, str(place.directory), options.allow_host_access)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

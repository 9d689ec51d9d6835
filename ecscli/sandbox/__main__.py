"""The sandbox as a program: `python -m ecscli.sandbox [--port N] [--state DIRECTORY] ...`.

It takes the lock of its state directory, answers on a loopback port, prints how other programs use
it, writes its record, and lives until Ctrl-C or SIGTERM.
"""

from __future__ import annotations

import argparse
import fcntl
import os
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from ecscli.base.errors import EcsCliError
from ecscli.sandbox.place import HOST, USUAL_PORT, Place
from ecscli.sandbox.process import Options, check_installed, clear_remains
from ecscli.sandbox.timeline import FAST

if TYPE_CHECKING:
    from ecscli.sandbox.docker.machine import Machine
    from ecscli.sandbox.http.server import Server

DESCRIPTION = """\
An AWS on this machine, with an ECS that lives: instances join clusters, tasks run,
services roll, stacks are made. It runs in the foreground until Ctrl-C, answers on
127.0.0.1 only, and keeps everything in memory.
"""
WELCOME = """\
The sandbox answers on {url}. In another terminal:

    export AWS_ENDPOINT_URL={url}
    export AWS_ACCESS_KEY_ID=sandbox AWS_SECRET_ACCESS_KEY=sandbox AWS_DEFAULT_REGION=us-east-1
    aws ecs list-clusters

Ctrl-C ends it and forgets everything.
"""
#: The exit code after Ctrl-C.
INTERRUPTED = 130
#: The last port, and the slowest pace.
LAST_PORT, SLOWEST = 65535, 1000.0


def arguments(argv: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m ecscli.sandbox",
        description=DESCRIPTION,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add = parser.add_argument
    add("--port", type=port, help=f"the port; by default {USUAL_PORT} or any free one, 0: any")
    add(
        "--state",
        type=Path,
        metavar="DIRECTORY",
        help="where its address and locks are kept; each directory has one sandbox "
        "(default: that of `ecscli sandbox start`)",
    )
    add(
        "--pace",
        type=pace,
        default=FAST,
        help=f"how long things take, as a share of AWS's own times (default: {FAST}); 0: no time",
    )
    add("--docker", action="store_true", help="run tasks as containers of this machine's Docker")
    add(
        "--allow-host-access",
        action="store_true",
        help="with --docker, also tasks that reach this machine: privileged, host paths...",
    )
    return parser.parse_args(argv)


def port(text: str) -> int:
    if not text.isdecimal() or int(text) > LAST_PORT:
        raise argparse.ArgumentTypeError(f"{text} is not a port: a number from 0 to {LAST_PORT}")
    return int(text)


def pace(text: str) -> float:
    try:
        found = float(text)
    except ValueError:
        found = -1.0
    if not 0 <= found <= SLOWEST:
        raise argparse.ArgumentTypeError(f"{text} is not a number from 0 to {SLOWEST:g}")
    return found


def ports(asked: int | None) -> list[int]:
    """The ports to try: the one asked for and no other, or the usual one and then any."""
    given = os.environ.get("ECSCLI_SANDBOX_PORT", "")
    if asked is None and given:
        try:
            asked = port(given)
        except argparse.ArgumentTypeError as error:
            raise EcsCliError(f"ECSCLI_SANDBOX_PORT: {error}") from None
    return [USUAL_PORT, 0] if asked is None else [asked]


def main(argv: Sequence[str]) -> int:
    given = arguments(argv)
    place = Place(given.state.absolute()) if given.state else Place.of(os.environ)
    options = Options(given.pace, given.port, given.docker, given.allow_host_access)
    try:
        check_installed()
        place.make()
        with alone(place):
            clear_remains(place, os.environ)
            serve(place, options.with_environment(os.environ))
    except EcsCliError as error:
        sys.stderr.write("".join(f"{line}\n" for line in error.lines()))
        return error.exit_code
    except OSError as error:
        sys.stderr.write(f"{error.filename or place.directory}: {error.strerror}\n")
        return 1
    except KeyboardInterrupt:  # before it answered
        return INTERRUPTED
    return 0


@contextmanager
def alone(place: Place) -> Iterator[None]:
    """Hold the lock of a living server, with this process's id in it."""
    with place.open(place.alive, "a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            record = place.read() or {}
            where = f"at {record['url']}" if record else f"in {place.directory}"
            hint = "use that one, or name another directory with --state"
            raise EcsCliError(f"another sandbox runs {where}", hint=hint) from None
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        yield


def serve(place: Place, options: Options) -> None:
    from ecscli.sandbox.http.server import Server

    pace = FAST if options.pace is None else options.pace
    server = Server.listening(HOST, ports(options.port), pace, machine(place, options))
    place.write(record_of(server, options))
    sys.stdout.write(WELCOME.format(url=server.url))
    sys.stdout.flush()
    try:
        server.serve_until_told(place.directory)
    finally:
        place.record.unlink(missing_ok=True)


def record_of(server: Server, options: Options) -> dict[str, object]:
    """What is written about a server that answers."""
    return {
        "pid": os.getpid(),
        "url": server.url,
        "started": time.time(),
        "pace": server.pace,
        "docker": options.docker,
        "engine": os.environ.get("DOCKER_HOST", ""),
        "containers": server.containers_url,
        "hostAccess": options.host_access,
    }


def machine(place: Place, options: Options) -> Callable[[], Machine] | None:
    """How the machine for real containers is found; nothing where none are run."""
    if not options.docker:
        return None
    from ecscli.sandbox.docker.machine import Machine

    return partial(Machine.of, str(place.directory), options.host_access)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

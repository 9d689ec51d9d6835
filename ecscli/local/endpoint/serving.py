"""The endpoint of one owner as a process: `python -m ecscli.local.endpoint.serving`.

It gets everything on standard input, which stays open as long as the command that starts the
containers lives. It ends with the last container of its owner.
"""

from __future__ import annotations

import os
import pickle
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from contextlib import suppress

from ecscli.aws.client import Aws
from ecscli.base.errors import EcsCliError
from ecscli.base.records import field, record
from ecscli.config.settings import Settings
from ecscli.endpoint.facts import Credentials
from ecscli.endpoint.server import server
from ecscli.local.endpoint.credentials import Lender
from ecscli.local.endpoint.relay import relay
from ecscli.local.endpoint.residents import Residents
from ecscli.local.endpoint.state import Place
from ecscli.local.engine import Engine, is_of_network
from ecscli.local.overlay import Seat, Surroundings
from ecscli.local.stack import Stack

#: Seconds between two looks at the containers, and without one until the end.
PAUSE, ALONE = 2.0, 10.0
LIVING = ("running", "restarting", "paused", "created")


@record
class Assignment:
    """What an endpoint serves. `listening` and `relaying` are sockets that it inherits; `target`
    is where the second leads; `first`: credentials that are lent already."""

    place: Place
    stack: Stack
    around: Surroundings
    seats: Mapping[str, Seat]
    settings: Settings
    listening: int
    relaying: int | None = None
    target: tuple[str, int] | None = None
    from_anywhere: bool = False
    first: Mapping[str, Credentials] = field(default_factory=dict, repr=False)


def start(assignment: Assignment, environment: Mapping[str, str]) -> subprocess.Popen[bytes]:
    """Start the process; whoever closes its standard input lets it go."""
    inherited = [one for one in (assignment.listening, assignment.relaying) if one is not None]
    flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW | os.O_CLOEXEC
    log = os.open(assignment.place.log, flags, 0o600)
    try:
        made = subprocess.Popen(
            [sys.executable, "-P", "-m", "ecscli.local.endpoint.serving"],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=log,
            pass_fds=inherited,
            start_new_session=True,
            env=dict(environment),
        )
    finally:
        os.close(log)
    assert made.stdin is not None
    made.stdin.write(pickle.dumps(assignment))
    made.stdin.flush()
    return made


def main() -> int:
    assignment: Assignment = pickle.load(sys.stdin.buffer)
    lock = assignment.place.hold()
    if lock is None:
        return 1
    gone = threading.Event()
    threading.Thread(target=_until_closed, args=(gone,), daemon=True).start()
    with Engine(os.environ) as engine:
        _serve(engine, assignment)
        _until_alone(engine, assignment.around.owner, gone)
        _leave(engine, assignment)
    return 0


def _leave(engine: Engine, one: Assignment) -> None:
    """Remove the files where no container is left, not even a stopped one, that `down` would take
    away: whoever started this process may have been killed."""
    with suppress(EcsCliError):
        if not engine.owned(one.around.owner):
            one.place.remove()


def _serve(engine: Engine, one: Assignment) -> None:
    """Answer in threads from now on."""
    lender = Lender(Aws(one.settings), one.first)
    source = Residents(engine, one.stack, one.around, one.seats, lender)
    taken = socket.socket(fileno=one.listening)
    asks = (lambda address: True) if one.from_anywhere else is_of_network
    serving = server(taken, source, asks)
    threading.Thread(target=serving.serve_forever, daemon=True).start()
    if one.relaying is not None and one.target is not None:
        relaying = relay(socket.socket(fileno=one.relaying), one.target, asks)
        threading.Thread(target=relaying.serve_forever, daemon=True).start()


def _until_closed(gone: threading.Event) -> None:
    sys.stdin.buffer.read()
    gone.set()


def _until_alone(engine: Engine, owner: str, gone: threading.Event) -> None:
    """Return once the command has ended and no container of the owner has lived for a while."""
    gone.wait()
    seen = time.monotonic()
    while time.monotonic() - seen < ALONE:
        try:
            if any(one.state in LIVING for one in engine.owned(owner)):
                seen = time.monotonic()
        except EcsCliError:
            pass  # an engine that is gone has no containers either
        time.sleep(PAUSE)


if __name__ == "__main__":
    sys.exit(main())

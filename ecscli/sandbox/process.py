"""The one background process of a sandbox: started, found, asked, stopped. An environment in, its
address out.

Only the standard library is used here: commands that find a running sandbox stay quick.
"""

from __future__ import annotations

import fcntl
import importlib.util
import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import urlsplit

from ecscli.base.errors import EcsCliError
from ecscli.base.system.packages import how_to_install
from ecscli.sandbox.http.door import CONTROL
from ecscli.sandbox.place import Place
from ecscli.sandbox.shapes import Json

#: Seconds that a start and a stop may take before we give up.
START_LIMIT, STOP_LIMIT, PORT_LIMIT = 60.0, 20.0, 5.0
NEEDED = ("moto", "flask", "werkzeug")
#: The setting that asks for real containers, also where a command starts the sandbox by itself.
DOCKER, TRUE = "ECSCLI_SANDBOX_DOCKER", ("1", "true", "yes")
#: The one that lets them reach this machine.
HOST_ACCESS = "ECSCLI_SANDBOX_ALLOW_HOST_ACCESS"


@dataclass(frozen=True, slots=True)
class Options:
    """How a server is started: `pace` is a share of AWS's own times, `port` 0 means any free
    one."""

    pace: float | None = None
    port: int | None = None
    docker: bool = False
    host_access: bool = False

    def arguments(self) -> list[str]:
        found = ["--pace", str(self.pace)] if self.pace is not None else []
        return [
            *found,
            *(["--port", str(self.port)] if self.port is not None else []),
            *(["--docker"] if self.docker else []),
            *(["--allow-host-access"] if self.host_access else []),
        ]

    def with_environment(self, environment: Mapping[str, str]) -> Options:
        """What the settings ask for as well."""
        docker, host_access = (
            environment.get(name, "").lower() in TRUE for name in (DOCKER, HOST_ACCESS)
        )
        return replace(
            self, docker=self.docker or docker, host_access=self.host_access or host_access
        )


# ------------------------------------------------------------------------------------------------ v


def ensure(environment: Mapping[str, str], sleep: Callable[[float], None] = time.sleep) -> str:
    """The address of the running sandbox, http://127.0.0.1:PORT; one is started when there is
    none."""
    place = Place.of(environment)
    record = find(place)
    return str((record or start(environment, Options(), sleep))["url"])


def start(
    environment: Mapping[str, str], options: Options, sleep: Callable[[float], None] = time.sleep
) -> Json:
    """Start a server unless one runs; its record: url, pid, started. Two starts at once end with
    one server."""
    place = Place.of(environment)
    place.make()
    options = options.with_environment(environment)
    with locked(place):
        record = find(place)
        if record is not None:
            return record
        check_installed()
        clear_remains(place, environment)
        return wait_for(place, spawn(place, environment, options), sleep)


def tidy(environment: Mapping[str, str]) -> None:
    """Remove what a server that was killed has left; nothing to do where one lives."""
    place = Place.of(environment)
    if place.record.exists() and not is_locked(place):
        with locked(place):
            if not is_locked(place):
                clear_remains(place, environment)


def clear_remains(place: Place, environment: Mapping[str, str]) -> None:
    """Remove the record of a server that is dead, and the containers that it had."""
    record = place.read() or {}
    if record.get("docker"):
        from ecscli.sandbox.docker.remains import remove_all

        engine = {"DOCKER_HOST": record["engine"]} if record.get("engine") else {}
        try:
            remove_all(str(place.directory), {**environment, **engine})
        except EcsCliError as error:
            raise EcsCliError(
                f"the containers of a sandbox that was killed are not removed: {error.message}",
                hint=f"start Docker; or remove {place.record} to leave them",
            ) from error
    place.record.unlink(missing_ok=True)


def find(place: Place) -> Json | None:
    """The record of the server that lives, or nothing; a record left by a dead one counts as
    nothing."""
    record = place.read()
    return record if record is not None and is_locked(place) else None


def status(environment: Mapping[str, str]) -> Json:
    """What runs in the sandbox: `running`, and with it the server's own account of itself."""
    place = Place.of(environment)
    tidy(environment)
    record = find(place)
    if record is None:
        return {"running": False, "directory": str(place.directory)}
    return {
        "running": True,
        **record,
        **ask(record, "status"),
        "directory": str(place.directory),
        "log": str(place.log),
    }


def reset(environment: Mapping[str, str]) -> bool:
    """Forget everything in the running sandbox; False when none runs."""
    tidy(environment)
    record = find(Place.of(environment))
    if record is not None:
        ask(record, "reset", {})
    return record is not None


def stop(environment: Mapping[str, str], sleep: Callable[[float], None] = time.sleep) -> bool:
    """End the server and everything in it, until its port is free; False when none runs."""
    place = Place.of(environment)
    if not place.directory.exists():
        return False
    with locked(place):
        record = place.read() or {}
        pid = place.holder() if is_locked(place) else None
        if pid is not None:
            end(place, pid, sleep)
            wait_for_port(record.get("url", ""), sleep)
        clear_remains(place, environment)
    return pid is not None


# ------------------------------------------------------------------------------------------------ s


def ask(record: Json, path: str, body: object = None, timeout: float = 30.0) -> Json:
    """One call of the control interface: GET without a body, POST of JSON with one."""
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(
        record["url"] + CONTROL + path, data, {"Content-Type": "application/json"}
    )
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(request, timeout=timeout) as response:
            answer: Json = json.load(response)
            return answer
    except (OSError, ValueError) as error:
        raise EcsCliError(
            f"the sandbox at {record['url']} does not answer as it should: {error}",
            hint="see `ecscli sandbox logs`; `ecscli sandbox stop` ends it",
        ) from error


def check_installed() -> None:
    missing = [name for name in NEEDED if importlib.util.find_spec(name) is None]
    if missing:
        raise EcsCliError(
            f"the sandbox needs {', '.join(missing)}, not installed here",
            hint=f"`{how_to_install('sandbox')}`",
        )


def spawn(
    place: Place, environment: Mapping[str, str], options: Options
) -> subprocess.Popen[bytes]:
    """Start the server in a session of its own, so that no Ctrl-C of a terminal reaches it."""
    root = str(Path(__file__).resolve().parents[2])
    kept = {
        name: value for name, value in environment.items() if not name.startswith(("AWS_", "MOTO_"))
    }
    kept["PYTHONPATH"] = os.pathsep.join(
        part for part in (root, environment.get("PYTHONPATH", "")) if part
    )
    if options.port is None and environment.get("ECSCLI_SANDBOX_PORT", "").isdigit():
        kept["ECSCLI_SANDBOX_PORT"] = environment["ECSCLI_SANDBOX_PORT"]
    where = ["--state", str(place.directory)]
    command = [sys.executable, "-m", "ecscli.sandbox", *where, *options.arguments()]
    with place.open(place.log, "wb") as log:
        return subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            env=kept,
            cwd="/",
            start_new_session=True,
        )


def wait_for(place: Place, child: subprocess.Popen[bytes], sleep: Callable[[float], None]) -> Json:
    """The child's record, once it answers; its last words when it dies before that."""
    limit = time.monotonic() + START_LIMIT
    while time.monotonic() < limit:
        record = place.read()
        if record is not None and record["pid"] == child.pid:
            # let go: the server outlives this process, and nobody waits for it
            child.returncode = 0
            return record
        if child.poll() is not None:
            raise EcsCliError(
                f"the sandbox could not start: {last_words(place)}", hint=f"its log is {place.log}"
            )
        sleep(0.02)
    child.kill()
    raise EcsCliError(
        f"the sandbox did not start within {START_LIMIT:.0f} seconds",
        hint=f"its log is {place.log}",
    )


def last_words(place: Place) -> str:
    lines = [line.strip() for line in place.text_of(place.log).splitlines()]
    words = [line for line in lines if line and not line.startswith("hint:")]
    return words[-1] if words else "it wrote nothing"


def end(place: Place, pid: int, sleep: Callable[[float], None]) -> None:
    """Ask the server to end; force it when it does not. The lock shows that the process id is still
    the server's."""
    for sign in (signal.SIGTERM, signal.SIGKILL):
        try:
            os.kill(pid, sign)
        except ProcessLookupError:
            return
        limit = time.monotonic() + STOP_LIMIT
        while time.monotonic() < limit:
            if not is_locked(place):
                return
            sleep(0.02)
    raise EcsCliError(f"the sandbox (process {pid}) does not end", hint=f"its log is {place.log}")


def wait_for_port(url: str, sleep: Callable[[float], None]) -> None:
    """Wait until nothing answers at an address any more: a moment after a server was forced."""
    address = urlsplit(url)
    limit = time.monotonic() + PORT_LIMIT
    while address.port and time.monotonic() < limit:
        with socket.socket() as probe:
            if probe.connect_ex((address.hostname or "", address.port)) != 0:
                return
        sleep(0.02)


# ------------------------------------------------------------------------------------------------ l


@contextmanager
def locked(place: Place) -> Iterator[None]:
    """Hold the lock of whoever starts or stops a server; whoever else wants it waits.

    EcsCliError where nothing can be written: a server could not even say why it ends.
    """
    with place.open(place.starting, "w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        try:
            file.write(str(os.getpid()))
            file.flush()
        except OSError as error:
            message = f"cannot write to {place.directory}: {error.strerror}"
            raise EcsCliError(message, hint="make room there") from error
        yield


def is_locked(place: Place) -> bool:
    """Whether a server lives: it holds the lock of its file."""
    try:
        with place.open(place.alive, "r+") as file:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except FileNotFoundError:
        return False
    except BlockingIOError:
        return True
    return False

"""The HTTP server: one loopback address in front of the world, and the thread that lets its time go
on."""

from __future__ import annotations

import errno
import io
import logging
import os
import signal
import socket
import sys
import threading
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Future
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ecscli.base.errors import EcsCliError
from ecscli.sandbox.balancers import desk
from ecscli.sandbox.errors import ApiError, internal_failure
from ecscli.sandbox.http import control, front_page, registry
from ecscli.sandbox.http.door import CONTROL, MOTO, Door, Refusal, Visit, without_cors
from ecscli.sandbox.moto.app import check_version
from ecscli.sandbox.registry.api import Registry
from ecscli.sandbox.shapes import Environ
from ecscli.sandbox.wire import Reply, call_of, refusal
from ecscli.sandbox.world import World

if TYPE_CHECKING:
    from werkzeug.serving import BaseWSGIServer

    from ecscli.sandbox.docker.machine import Machine

LOG = logging.getLogger(__name__)
#: As many bytes of a refused request's body are read.
DRAINED = 65536
#: Seconds that the data plane has to close its listeners.
PLANE_ENDS = 2.0
PHRASES = {one.value: f"{one.value} {one.phrase}" for one in HTTPStatus}


class Application:
    """The WSGI application: the door first, then control calls, calls of our own services, and moto
    for the rest.

    The world is still being made when the first requests arrive: they wait for it.
    """

    def __init__(self, opening: Future[World], door: Door) -> None:
        self.opening, self.door = opening, door

    def __call__(self, environ: Environ, start_response: Callable[..., object]) -> Iterable[bytes]:
        visit = visit_of(environ)
        refused = self.door.refusal(visit)
        if not refused and registry.is_registry(visit.path):
            return self._answer_registry(visit, environ, start_response)
        answer = turned_away(refused, visit, environ) if refused else self._answer(visit, environ)
        start_response(phrase_of(answer.status), headers_of(answer))
        return [answer.body]

    def _answer_registry(
        self, visit: Visit, environ: Environ, start_response: Callable[..., object]
    ) -> Iterable[bytes]:
        found = registry.answer(self.opening.result().registry, visit, environ)
        start_response(phrase_of(found.status), registry.headers_of(found))
        return () if visit.method == "HEAD" else found.body

    def _answer(self, visit: Visit, environ: Environ) -> Reply:
        try:
            body = read_body(environ)
            return self._answer_read(visit, environ, body)
        except Exception:
            LOG.exception("%s %s failed", visit.method, visit.path)
            return refusal(None, internal_failure())

    def _answer_read(self, visit: Visit, environ: Environ, body: bytes) -> Reply:
        if front_page.is_asked_for(visit, environ):
            return front_page.answer(visit)
        world = self.opening.result()
        if visit.controls:
            path, query = visit.path.removeprefix(CONTROL), environ.get("QUERY_STRING", "")
            return control.answer(world, visit.method, path, body, query)
        if visit.controls_moto:
            return control.answer_moto(world, visit.method, visit.path.removeprefix(MOTO))
        return world.handle(call_of(visit.headers, body), environ)


def phrase_of(status: int) -> str:
    return PHRASES.get(status) or f"{status} -"


def headers_of(answer: Reply) -> list[tuple[str, str]]:
    headers = without_cors(answer.headers) or [("Content-Type", answer.content_type)]
    if not any(name.lower() == "content-length" for name, _ in headers):
        headers.append(("Content-Length", str(len(answer.body))))
    return headers


def read_body(environ: Environ) -> bytes:
    """The whole body of a request, which stays readable; one in chunks gets its length."""
    stream = environ["wsgi.input"]
    if environ.get("wsgi.input_terminated"):
        body = bytes(stream.read())
        environ["CONTENT_LENGTH"] = str(len(body))
    else:
        body = bytes(stream.read(int(environ.get("CONTENT_LENGTH") or 0)))
    environ["wsgi.input"] = io.BytesIO(body)
    return body


def visit_of(environ: Environ) -> Visit:
    """What the door sees of a WSGI request."""
    headers = {
        name.removeprefix("HTTP_").replace("_", "-").lower(): value
        for name, value in environ.items()
        if name.startswith("HTTP_")
    }
    for name in ("CONTENT_TYPE", "CONTENT_LENGTH"):
        headers[name.replace("_", "-").lower()] = environ.get(name, "")
    source = str(environ.get("REMOTE_ADDR", ""))
    return Visit(environ["REQUEST_METHOD"], environ.get("PATH_INFO", ""), source, headers)


def turned_away(refused: Refusal, visit: Visit, environ: Environ) -> Reply:
    """A refusal as the client reads it: an error of AWS where it called AWS, else JSON."""
    drain(visit, environ)
    call = None if visit.controls else call_of(visit.headers, b"")
    return refusal(call, ApiError("AccessDenied", refused.sentence, refused.status))


def drain(visit: Visit, environ: Environ) -> None:
    """Read a small body before the connection is closed: unread, it would cost the client the
    answer."""
    length = visit.headers["content-length"]
    if length.isascii() and length.isdigit():
        environ["wsgi.input"].read(min(int(length), DRAINED))


class LineFormatter(logging.Formatter):
    """Each record begins one line, whatever a request has put into it; a traceback is indented
    below."""

    def formatMessage(self, record: logging.LogRecord) -> str:
        return shown(super().formatMessage(record))

    def formatException(self, info: Any) -> str:
        lines = super().formatException(info).split("\n")
        return "\n".join(f"    {shown(line)}" for line in lines)


def shown(text: str) -> str:
    """A text on one line: what is not printable is escaped."""
    return "".join(
        character if character.isprintable() else character.encode("unicode_escape").decode()
        for character in text
    )


class Server:
    """A server that listens; its world is made once it serves. `inner` answers the world's own
    containers."""

    def __init__(
        self,
        http: BaseWSGIServer,
        inner: BaseWSGIServer | None,
        machine: Machine | None,
        opening: Future[World],
        pace: float,
    ) -> None:
        self.http, self.inner, self.machine, self.opening, self.pace = (
            http,
            inner,
            machine,
            opening,
            pace,
        )
        self.ending = threading.Event()

    @property
    def url(self) -> str:
        return f"http://{self.http.host}:{self.http.port}"

    @property
    def containers_url(self) -> str | None:
        """Where real containers reach AWS's API; nothing without them, or where the engine is not
        on this machine."""
        return f"http://{self.inner.host}:{self.inner.port}" if self.inner else None

    @classmethod
    def listening(
        cls, host: str, ports: Sequence[int], pace: float, machine: Callable[[], Machine] | None
    ) -> Server:
        """Take the first of the ports that is free; `machine` finds what runs real containers, None
        runs none."""
        check_version()
        opening: Future[World] = Future()
        with bound(host, ports) as taken:
            port = taken.getsockname()[1]
            http = listener(taken, Application(opening, Door.of_this_machine(port)))
        found = machine() if machine else None
        inner = inner_listener(opening, found, port) if found else None
        return cls(http, inner, found, opening, pace)

    def serve_until_told(self, directory: Path) -> None:
        """Answer until SIGTERM or `stop`, then clear away what was made outside this process.
        Layers of images are kept in the directory."""
        written = logging.StreamHandler(sys.stderr)
        written.setFormatter(LineFormatter("%(asctime)s %(levelname)s %(message)s"))
        logging.basicConfig(level=logging.INFO, handlers=[written])
        logging.getLogger("werkzeug").setLevel(logging.WARNING)
        for sign in (signal.SIGTERM, signal.SIGINT):
            signal.signal(sign, lambda *_: self.ending.set())
        for http in filter(None, (self.http, self.inner)):
            threading.Thread(target=http.serve_forever, daemon=True).start()
        LOG.info("the sandbox answers on %s", self.url)
        world = self.make(directory)
        self.opening.set_result(world)
        for target in (self.tick, self.warm_up):
            threading.Thread(target=target, args=(world,), daemon=True).start()
        balancers = self.balance(world)
        self.ending.wait()
        with world.changed:
            world.changed.notify_all()
        if balancers:
            balancers.join(PLANE_ENDS)
        for http in filter(None, (self.http, self.inner)):
            http.shutdown()
            http.server_close()
        with world.lock:
            world.reset()
        if self.machine:
            self.machine.leave()

    def make(self, directory: Path) -> World:
        world = World(self.pace)
        world.registry = Registry(world.lock, directory / "registry")
        address = f"{self.http.host}:{self.http.port}"
        world.moto.serve_images_at(address)
        if self.machine:
            from ecscli.sandbox.docker.machine import Ways
            from ecscli.sandbox.docker.runtime import DockerContainers

            ways = Ways(aws=self.containers_url, registry=address)
            world.use(DockerContainers.on(self.machine, world, ways))
        return world

    def balance(self, world: World) -> threading.Thread | None:
        """The data plane of load balancers, unless it runs elsewhere."""
        if os.environ.get(desk.PLACE) == desk.ELSEWHERE:
            return None
        thread = threading.Thread(target=desk.run, args=(world, self.ending), daemon=True)
        thread.start()
        return thread

    def tick(self, world: World) -> None:
        """Let time go on: sleep until the next event is due, or until something changes."""
        while not self.ending.is_set():
            wait = world.tick()
            with world.changed:
                world.changed.wait(1.0 if wait is None else min(max(wait, 0.001), 1.0))

    def warm_up(self, world: World) -> None:
        """Load what the first cluster will need, while nobody is waiting for it yet."""
        for service, call in (
            ("cloudformation", "describe_stacks"),
            ("ec2", "describe_vpcs"),
            ("iam", "list_roles"),
            ("autoscaling", "describe_auto_scaling_groups"),
        ):
            with world.lock:
                getattr(world.clients.get(service, "us-east-1"), call)()


def listener(taken: socket.socket, application: Application) -> BaseWSGIServer:
    """A server of HTTP on a socket that listens."""
    from werkzeug.serving import WSGIRequestHandler, make_server

    class Quiet(WSGIRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
            LOG.debug("%s %s", self.requestline, code)

        def log_error(self, format: str, *args: object) -> None:
            # a Docker engine tries encryption first
            LOG.debug(format, *args)

    host, port = taken.getsockname()
    return make_server(host, port, application, True, request_handler=Quiet, fd=taken.fileno())


def inner_listener(opening: Future[World], machine: Machine, port: int) -> BaseWSGIServer | None:
    """What answers the containers of this sandbox at their own network, at the same port where that
    is free."""
    from ecscli.sandbox.docker import network as docker_network

    taken = docker_network.listening(machine.network, port)
    if taken is None:
        return None
    network = machine.network
    with taken:
        door = Door.of_containers(network.addresses, network.gateway, taken.getsockname()[1])
        return listener(taken, Application(opening, door))


def bound(host: str, ports: Sequence[int]) -> socket.socket:
    """A socket on the first of the ports that is free."""
    reason = "is not there"
    for port in ports:
        found = socket.socket()
        found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            found.bind((host, port))
            found.listen(128)
        except OSError as error:
            found.close()
            reason = "is taken" if error.errno == errno.EADDRINUSE else f": {error.strerror}"
            continue
        return found
    raise EcsCliError(f"port {ports[-1]} of {host} {reason}", hint="choose another --port")

"""The HTTP server: one loopback address in front of the world, and the thread that lets its time go on."""

from __future__ import annotations

import io
import logging
import signal
import socket
import sys
import threading
from collections.abc import Callable, Iterable, Sequence
from http import HTTPStatus
from typing import Any

from ecscli.errors import EcsCliError
from ecscli.sandbox import control
from ecscli.sandbox.wire import Call, Reply, call_of
from ecscli.sandbox.world import World

LOG = logging.getLogger(__name__)
PHRASES = {one.value: f"{one.value} {one.phrase}" for one in HTTPStatus}


class Application:
    """The WSGI application: control calls, calls of our own services, and moto for the rest."""

    def __init__(self, world: World) -> None:
        self.world = world

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        environ["wsgi.input"] = io.BytesIO(body)
        answer = self._control(environ, body) or self.world.handle(call_from(environ, body), environ)
        headers = list(answer.headers) or [("Content-Type", answer.content_type)]
        if not any(name.lower() == "content-length" for name, _ in headers):
            headers.append(("Content-Length", str(len(answer.body))))
        start_response(PHRASES.get(answer.status) or f"{answer.status} -", headers)
        return [answer.body]

    def _control(self, environ: dict[str, Any], body: bytes) -> Reply | None:
        path = environ.get("PATH_INFO", "")
        if not path.startswith(control.PREFIX):
            return None
        return control.answer(self.world, environ["REQUEST_METHOD"], path.removeprefix(control.PREFIX), body, environ)


def call_from(environ: dict[str, Any], body: bytes) -> Call | None:
    names = {"HTTP_AUTHORIZATION": "authorization", "HTTP_X_AMZ_TARGET": "x-amz-target", "CONTENT_TYPE": "content-type"}
    return call_of({header: environ.get(name, "") for name, header in names.items()}, body)


class Server:
    """A listening server with its world."""

    def __init__(self, http: Any, world: World) -> None:
        self.http, self.world = http, world
        self.ending = threading.Event()

    @property
    def url(self) -> str:
        return f"http://{self.http.host}:{self.http.port}"

    @classmethod
    def listening(cls, host: str, ports: Sequence[int], pace: float, docker: str | None) -> Server:
        """Take the first of the ports that is free; `docker` names whose real containers are run, None runs none."""
        from moto.moto_server.werkzeug_app import MotoRequestHandler
        from werkzeug.serving import make_server

        class Quiet(MotoRequestHandler):  # type: ignore[misc]
            protocol_version = "HTTP/1.1"

            def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
                LOG.debug("%s %s", self.requestline, code)

        world = World(pace)
        if docker is not None:
            from ecscli.sandbox.docker import DockerContainers

            world.runtime = DockerContainers.connected(world, docker)
        with bound(host, ports) as taken:
            return cls(make_server(host, taken.getsockname()[1], Application(world), threaded=True,
                                   request_handler=Quiet, fd=taken.fileno()), world)  # fmt: skip

    def serve_until_told(self) -> None:
        """Answer until SIGTERM or `stop`, then clear away what was made outside this process."""
        logging.basicConfig(stream=sys.stderr, level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
        logging.getLogger("werkzeug").setLevel(logging.WARNING)
        for sign in (signal.SIGTERM, signal.SIGINT):
            signal.signal(sign, lambda *_: self.ending.set())
        for target in (self.http.serve_forever, self.tick):
            threading.Thread(target=target, daemon=True).start()
        LOG.info("the sandbox answers on %s", self.url)
        self.ending.wait()
        with self.world.lock:
            self.world.runtime.clear()

    def tick(self) -> None:
        """Let time go on: sleep until the next event is due, or until something changes."""
        while not self.ending.is_set():
            wait = self.world.tick()
            with self.world.changed:
                self.world.changed.wait(1.0 if wait is None else min(max(wait, 0.001), 1.0))


def bound(host: str, ports: Sequence[int]) -> socket.socket:
    """A socket on the first of the ports that is free."""
    for port in ports:
        found = socket.socket()
        found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            found.bind((host, port))
            found.listen(128)
        except OSError:
            found.close()
            continue
        return found
    raise EcsCliError(f"port {ports[-1]} of {host} is taken", hint="choose another --port")

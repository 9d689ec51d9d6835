"""The HTTP server of the console: on the loopback addresses alone, behind its guard."""

from __future__ import annotations

import errno
import json
import socket
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import parse_qsl, urlsplit

from ecscli.base.errors import AccessError, AwsError, EcsCliError, InputError
from ecscli.base.passwords import without_passwords
from ecscli.console.api import Api, needed
from ecscli.console.feed import MOST_STREAMS
from ecscli.console.guard import HEADERS, NO_SESSION, Guard, Refusal
from ecscli.console.routes import table
from ecscli.documents.failure import failure

HOST, HOST_6 = "127.0.0.1", "::1"
PAGE = Path(__file__).parent / "page"
KINDS = {
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".svg": "image/svg+xml",
}
FILES = {file.name: KINDS[file.suffix] for file in PAGE.iterdir() if file.suffix in KINDS}
# The page's modules, which a browser asks for at once instead of one import after the other
AHEAD = ", ".join(f"</page/{name}>; rel=modulepreload" for name in FILES if name.endswith(".js"))
JSON = "application/json; charset=utf-8"
LARGEST = 64 * 1024  # bytes of a request's body
PATIENCE = 30.0  # seconds for a request to come
STATUSES: Mapping[type[EcsCliError], int] = {AccessError: 403, InputError: 400, AwsError: 502}
Mask = Callable[[str], str]


class Server(ThreadingHTTPServer):
    """The server of one console. `mask` hides credentials in whatever goes out, and so are the
    passwords of addresses."""

    daemon_threads = True

    def __init__(self, port: int, api: Api, mask: Mask) -> None:
        try:
            super().__init__((HOST, port), Handler)
            self._beside = self._listen_beside(bool(port))
        except OSError as error:
            hint = "leave --port out, and a free one is taken"
            raise InputError(f"port {port} cannot be used: {error.strerror}", hint=hint) from None
        self.api, self._mask = api, mask
        self.routes = table(has_actions=api.has_actions)
        self.guard = Guard(self.server_address[1])
        self.last_request = time.monotonic()
        self._streams = threading.Semaphore(MOST_STREAMS)

    def address(self, path: str, token: str = "") -> str:
        """What a browser has to open: the token comes behind the #, which is never sent."""
        return f"http://{HOST}:{self.guard.port}{path}#t={token or self.guard.token}"

    def start(self) -> None:
        """Answer from now on."""
        for one in (self, self._beside):
            if one is not None:
                threading.Thread(target=one.serve_forever, daemon=True).start()

    def stop(self) -> None:
        """End all streams, and answer no more."""
        self.api.feed.close()
        for one in (self, self._beside):
            if one is not None:
                one.shutdown()
                one.server_close()

    def _listen_beside(self, is_given: bool) -> Beside | None:
        """The same on ::1, for browsers that take localhost for it; None where this machine does
        not have it. Raises OSError where a port that was given is somebody else's there."""
        port = self.server_address[1]
        try:
            return Beside(self, port)
        except OSError as error:
            if error.errno == errno.EADDRINUSE and is_given:
                self.server_close()
                raise
            return None

    def serve(self, idle: float) -> None:
        """Go on until nobody has asked for `idle` seconds, or until Ctrl-C, and end."""
        try:
            while time.monotonic() - self.last_request < idle:
                time.sleep(0.5)
        finally:
            self.stop()

    def encoded(self, text: str) -> bytes:
        """A text as it goes out."""
        return without_passwords(self._mask(text)).encode(errors="replace")

    def take_stream(self) -> bool:
        """Whether one more stream may be had; each is given back."""
        return self._streams.acquire(blocking=False)

    def give_stream(self) -> None:
        self._streams.release()

    def handle_error(self, request: object, client_address: object) -> None:
        """A browser that has gone away is no error."""


class Beside(ThreadingHTTPServer):
    """A server on ::1 that hands its requests to the one on 127.0.0.1."""

    daemon_threads = True
    address_family = socket.AF_INET6

    def __init__(self, main: Server, port: int) -> None:
        self._main = main
        super().__init__((HOST_6, port), Handler)

    def finish_request(self, request: Any, client_address: Any) -> None:
        Handler(request, client_address, self._main)

    def handle_error(self, request: object, client_address: object) -> None:
        """A browser that has gone away is no error."""


class Handler(BaseHTTPRequestHandler):
    """One request."""

    server: Server
    protocol_version = "HTTP/1.1"
    server_version, sys_version = "ecscli", ""
    timeout: ClassVar[float] = PATIENCE

    def log_message(self, format: str, *args: object) -> None:
        """Nothing is logged: addresses would be enough to follow somebody."""

    def do_GET(self) -> None:
        """Answer with the page, a file of it, data or a stream."""
        if refusal := self._refused():
            self._refuse(refusal)
            return
        path = urlsplit(self.path).path
        if not path.startswith("/api/"):
            self._send_file(path)
        elif refusal := self.server.guard.refuse_data(self._headers()):
            self._refuse(refusal)
        elif path == "/api/feed":
            self._stream(self.server.guard.refuse_stream(self._headers()))
        else:
            self._answer(path, self._query())

    def do_POST(self) -> None:
        """Open a session for whoever knows the token, or do what a route does for whoever has
        one."""
        refusal, body = self._refused(), self._body()
        path = urlsplit(self.path).path
        if refusal or body is None:
            self._refuse(refusal or Refusal(413, "the request is too large"))
        elif path == "/api/session":
            self._open_session(_object_of(body).get("token"))
        elif refusal := self.server.guard.refuse_data(self._headers()):
            self._refuse(refusal)
        else:
            self._answer(path, _object_of(body))

    def _open_session(self, token: object) -> None:
        cookie = self.server.guard.cookie_for(token)
        if cookie is None:
            self._refuse(NO_SESSION)
        else:
            self._send(200, JSON, b"{}", {"Set-Cookie": cookie})

    def _refused(self) -> Refusal | None:
        self.server.last_request = time.monotonic()
        return self.server.guard.refuse(self.command, self._headers())

    def _headers(self) -> dict[str, str]:
        return {name.lower(): value for name, value in self.headers.items()}

    def _query(self) -> dict[str, str]:
        return dict(parse_qsl(urlsplit(self.path).query))

    def _body(self) -> bytes | None:
        """The body; None where it is too large, or its length is not known."""
        length = self.headers.get("content-length", "")
        if not length.isdecimal() or int(length) > LARGEST:
            self.close_connection = True
            return None
        return self.rfile.read(int(length))

    # --------------------------------------------------------------------- answers

    def _send_file(self, path: str) -> None:
        """A file of the page; every other address is a screen, which the page makes itself."""
        name = path.removeprefix("/page/") if path.startswith("/page/") else "index.html"
        kind = FILES.get(name, "text/html; charset=utf-8")
        if name not in FILES and name != "index.html":
            self._refuse(Refusal(404, "there is nothing at this address"))
            return
        more = {"Link": AHEAD} if name not in FILES else {}
        self._send(200, kind, (PAGE / name).read_bytes(), more)

    def _answer(self, path: str, given: Mapping[str, Any]) -> None:
        """What the route of this method and address gives."""
        answer = self.server.routes.get((self.command, path))
        if answer is None:
            self._refuse(Refusal(404, "there is nothing at this address"))
            return
        try:
            self._send_json(200, answer(self.server.api, given))
        except EcsCliError as error:
            self._send_json(status_of(error), {"error": failure(error)})

    def _refuse(self, refusal: Refusal) -> None:
        error = {"message": refusal.message, "hint": refusal.hint}
        self._send_json(refusal.status, {"error": error})

    def _send_json(self, status: int, document: Any) -> None:
        text = json.dumps(document, default=str, ensure_ascii=False)
        self._send(status, JSON, self.server.encoded(text))

    def _send(
        self, status: int, kind: str, content: bytes, more: Mapping[str, str] | None = None
    ) -> None:
        self.send_response(status)
        for name, value in {**HEADERS, "Content-Type": kind, **(more or {})}.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def _stream(self, refusal: Refusal | None) -> None:
        """Server-sent events of a cluster."""
        if refusal:
            self._refuse(refusal)
            return
        try:
            cluster = needed(self._query(), "cluster")
        except InputError as error:
            self._send_json(400, {"error": failure(error)})
            return
        if not self.server.take_stream():
            self._refuse(Refusal(429, f"{MOST_STREAMS} windows show a cluster already"))
            return
        try:
            self._send_events(cluster)
        except OSError:  # the window was closed
            pass
        finally:
            self.server.give_stream()

    def _send_events(self, cluster: str) -> None:
        self.close_connection = True
        self.send_response(200)
        for name, value in {**HEADERS, "Content-Type": "text/event-stream"}.items():
            self.send_header(name, value)
        self.send_header("Connection", "close")
        self.end_headers()
        for event in events(self.server.api.feed.messages(cluster)):
            self.wfile.write(self.server.encoded(event))
            self.wfile.flush()
            self.server.last_request = time.monotonic()


def events(messages: Iterator[tuple[int, str, Any]]) -> Iterator[str]:
    """Messages in the form of an event stream."""
    yield "retry: 2000\n\n"
    for number, kind, content in messages:
        text = json.dumps(content, default=str, ensure_ascii=False)
        yield f"id: {number}\nevent: {kind}\ndata: {text}\n\n"


def status_of(error: EcsCliError) -> int:
    """The status of HTTP for an error."""
    return next((status for kind, status in STATUSES.items() if isinstance(error, kind)), 500)


def _object_of(body: bytes) -> dict[str, Any]:
    """The JSON object of a body; an empty one where it is something else."""
    try:
        found = json.loads(body)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}

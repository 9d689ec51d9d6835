"""An endpoint that passes calls on to a sandbox and records them, and then answers them from its
tape: the commands that are measured meet the same answers each time, at no cost of the sandbox.

It notes when each call began and ended, so that calls and rounds are counted exactly.
"""

from __future__ import annotations

import re
import ssl
import threading
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

# What differs between two runs of one command: tokens, and names that hold the time
CHANGING = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}|\d{8,}[0-9TZ-]*")


class Call(NamedTuple):
    """A call by name, and when it began and ended, in seconds."""

    name: str
    began: float
    ended: float


class Answer(NamedTuple):
    status: int
    headers: list[tuple[str, str]]
    body: bytes


def rounds(calls: Sequence[Call]) -> int:
    """The longest chain of calls of which each began after the one before had ended."""
    count, end = 0, 0.0
    for call in sorted(calls, key=lambda call: call.ended):
        if call.began >= end:
            count, end = count + 1, call.ended
    return count


class Tape:
    """The answers of one command, by call and in their order."""

    def __init__(self) -> None:
        self._answers: dict[str, list[Answer]] = defaultdict(list)
        self._given: dict[str, int] = defaultdict(int)

    def rewind(self) -> None:
        self._given.clear()

    def keep(self, name: str, asked: str, answer: Answer) -> None:
        for key in (name, asked):
            self._answers[key].append(answer)

    def answer(self, name: str, asked: str) -> Answer:
        """The next answer to the same request, else to the same operation; the last one again."""
        key = asked if asked in self._answers else name
        found = self._answers[key]
        if not found:
            return Answer(500, [], f"{name} was not recorded".encode())
        number, self._given[key] = self._given[key], self._given[key] + 1
        return found[min(number, len(found) - 1)]


class Endpoint:
    """`delay`: seconds that each call takes. `upstream`: where a tape without answers gets them."""

    def __init__(self, upstream: str, certificate: Path | None = None) -> None:
        self.upstream, self.delay = upstream, 0.0
        self.tape, self.is_recording = Tape(), False
        self.calls: list[Call] = []
        self._lock = threading.Lock()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), handler(self))
        self._server.daemon_threads = True
        scheme = "http"
        if certificate:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificate)
            self._server.socket = context.wrap_socket(
                self._server.socket, server_side=True, do_handshake_on_connect=False
            )
            scheme = "https"
        self.url = f"{scheme}://localhost:{self._server.server_port}"

    @contextmanager
    def running(self) -> Iterator[Endpoint]:
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        try:
            yield self
        finally:
            self._server.shutdown()
            self._server.server_close()

    def begin(self, tape: Tape, recording: bool = False) -> None:
        """Answer the next command, from the tape or onto it."""
        self.tape, self.is_recording, self.calls = tape, recording, []
        tape.rewind()

    def answered(self, request: BaseHTTPRequestHandler) -> Answer:
        began = time.monotonic()
        body = request.rfile.read(int(request.headers.get("Content-Length") or 0))
        name = operation(request, body)
        asked = CHANGING.sub("", f"{name} {request.path} {body.decode(errors='replace')}")
        if self.delay:
            time.sleep(self.delay)
        if self.is_recording:
            found = forward(self.upstream, request, body)
        with self._lock:
            if self.is_recording:
                self.tape.keep(name, asked, found)
            else:
                found = self.tape.answer(name, asked)
            self.calls.append(Call(name, began, time.monotonic()))
        return found


def operation(request: BaseHTTPRequestHandler, body: bytes) -> str:
    """The name of what is called: a header of JSON services, a parameter of the others."""
    target = request.headers.get("X-Amz-Target")
    if target:
        return target
    found = re.search(rb"(?:^|&)Action=(\w+)", body)
    return found[1].decode() if found else f"{request.command} {request.path}"


def forward(upstream: str, request: BaseHTTPRequestHandler, body: bytes) -> Answer:
    place = urlsplit(upstream)
    connection = HTTPConnection(place.hostname or "", place.port, timeout=60)
    headers = {name: value for name, value in request.headers.items() if name != "Host"}
    connection.request(request.command, request.path, body, headers)
    answer = connection.getresponse()
    kept = [
        (name, value)
        for name, value in answer.getheaders()
        if name.lower() not in ("content-length", "connection", "transfer-encoding", "date")
    ]
    found = Answer(answer.status, kept, answer.read())
    connection.close()
    return found


def handler(endpoint: Endpoint) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def do_POST(self) -> None:
            status, headers, body = endpoint.answered(self)
            self.send_response(status)
            for name, value in headers:
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_GET = do_PUT = do_DELETE = do_POST

        def log_message(self, format: str, *arguments: object) -> None:
            """Nobody reads it."""

    return Handler

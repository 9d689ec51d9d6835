"""The endpoint over HTTP: a listening socket and a source in, answers to the containers of one
network out."""

from __future__ import annotations

import json
import socket
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import ClassVar

from ecscli.endpoint.answers import Asked, Reply, answer
from ecscli.endpoint.facts import FactSource

#: Seconds for a request to arrive, and bytes that its body may have.
PATIENCE, LONGEST = 10, 4096
REFUSED = Reply(403, {"code": "Forbidden", "message": "only containers are answered here"})
TOO_LONG = Reply(413, {"code": "TooLarge", "message": f"at most {LONGEST} bytes"})


class Handler(BaseHTTPRequestHandler):
    """One request. Nothing of it is logged: paths are secrets here."""

    protocol_version = "HTTP/1.1"
    timeout = PATIENCE
    source: ClassVar[FactSource]
    is_container: ClassVar[Callable[[str], bool]]

    def do_GET(self) -> None:
        self.reply(self.found("GET"))

    def do_PUT(self) -> None:
        self.reply(self.found("PUT"))

    def found(self, method: str) -> Reply:
        if not type(self).is_container(self.client_address[0]) or "Origin" in self.headers:
            return REFUSED
        length = self.headers.get("Content-Length") or "0"
        is_number = length.isascii() and length.isdigit()
        if not is_number or int(length) > LONGEST:
            self.close_connection = True
            return TOO_LONG
        body = self.rfile.read(int(length))
        token = self.headers.get("Authorization") or ""
        return answer(self.source, self.path, Asked(method, body, token))

    def reply(self, found: Reply) -> None:
        data = json.dumps(found.document).encode()
        self.send_response(found.status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.send_header("Cache-Control", "no-store")
        self.end_headers()
        self.wfile.write(data)

    def version_string(self) -> str:
        return "ecscli"

    def log_message(self, format: str, *args: object) -> None:
        return


def server(
    taken: socket.socket, source: FactSource, is_container: Callable[[str], bool]
) -> ThreadingHTTPServer:
    """A server on a socket that listens; `is_container` looks at the address of whoever asks."""
    made = type(
        "Endpoint",
        (Handler,),
        {"source": source, "is_container": staticmethod(is_container)},
    )
    found = ThreadingHTTPServer(taken.getsockname(), made, bind_and_activate=False)
    found.socket.close()
    found.socket = taken
    found.daemon_threads = True
    return found

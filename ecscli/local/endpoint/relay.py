"""Requests of containers handed on to the sandbox of this machine, which answers under its own name
alone."""

from __future__ import annotations

import http.client
import socket
from collections.abc import Callable
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import ClassVar

#: Seconds for an answer.
PATIENCE = 120
#: Headers of a connection, which end at each side of it.
OF_CONNECTION = frozenset({"connection", "host", "keep-alive", "transfer-encoding", "upgrade"})
METHODS = ("GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS")


class Handler(BaseHTTPRequestHandler):
    """One request. Nothing of it is logged."""

    protocol_version = "HTTP/1.1"
    timeout = PATIENCE
    target: ClassVar[tuple[str, int]]
    is_container: ClassVar[Callable[[str], bool]]

    def hand_on(self) -> None:
        length = self.headers.get("Content-Length") or "0"
        is_known = length.isascii() and length.isdigit() and "Transfer-Encoding" not in self.headers
        if not type(self).is_container(self.client_address[0]) or not is_known:
            self.close_connection = True
            self.send_error(403 if is_known else 411)
            return
        body = self.rfile.read(int(length))
        connection = http.client.HTTPConnection(*type(self).target, timeout=PATIENCE)
        try:
            self._ask(connection, body)
        except (OSError, http.client.HTTPException):
            self.close_connection = True
            with suppress(OSError):
                self.send_error(502)
        finally:
            connection.close()

    def _ask(self, connection: http.client.HTTPConnection, body: bytes) -> None:
        kept = {
            name: value for name, value in self.headers.items() if name.lower() not in OF_CONNECTION
        }
        connection.request(self.command, self.path, body or None, kept)
        answer = connection.getresponse()
        content = answer.read()
        self.send_response_only(answer.status, answer.reason)
        for name, value in answer.getheaders():
            if name.lower() not in OF_CONNECTION | {"content-length"}:
                self.send_header(name, value)
        length = answer.getheader("Content-Length") if self.command == "HEAD" else None
        self.send_header("Content-Length", length or str(len(content)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)

    def log_message(self, format: str, *args: object) -> None:
        return


def relay(
    taken: socket.socket, target: tuple[str, int], is_container: Callable[[str], bool]
) -> ThreadingHTTPServer:
    """A server on a socket that listens, which hands requests on to `target`."""
    attributes = {f"do_{method}": Handler.hand_on for method in METHODS}
    made = type(
        "Relay",
        (Handler,),
        {**attributes, "target": target, "is_container": staticmethod(is_container)},
    )
    found = ThreadingHTTPServer(taken.getsockname(), made, bind_and_activate=False)
    found.socket.close()
    found.socket = taken
    found.daemon_threads = True
    return found

"""A Docker engine that knows the digests of images in registries, and nothing else."""

from __future__ import annotations

import json
import threading
from base64 import urlsafe_b64decode
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

VERSION = {"Version": "20.10", "ApiVersion": "1.41", "MinAPIVersion": "1.12"}


class Registries:
    """What the engine finds there: digests by image; `logins` are those that it was given, and
    `address` is the engine's own."""

    def __init__(self, digests: dict[str, str]) -> None:
        self.digests = digests
        self.logins: list[dict[str, Any]] = []
        self.address = ""


@contextmanager
def engine_with(digests: dict[str, str]) -> Iterator[Registries]:
    """Such an engine, at a port of this machine."""
    registries = Registries(digests)

    class Engine(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            path = self.path.partition("/v1.41")[2] or self.path
            if path == "/version":
                self.answer(200, VERSION)
                return
            image = path.removeprefix("/distribution/").removesuffix("/json")
            login = self.headers.get("X-Registry-Auth") or ""
            registries.logins.append(json.loads(urlsafe_b64decode(login) or b"{}"))
            if image in registries.digests:
                self.answer(200, {"Descriptor": {"digest": registries.digests[image]}})
            else:
                self.answer(404, {"message": f"manifest unknown: {image}"})

        def answer(self, status: int, document: dict[str, Any]) -> None:
            body = json.dumps(document).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Engine)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    registries.address = f"tcp://127.0.0.1:{server.server_port}"
    try:
        yield registries
    finally:
        server.shutdown()
        server.server_close()
        thread.join()

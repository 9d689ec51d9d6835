"""The registry behind WSGI: requests below /v2/ in, answers that stream their layers out."""

from __future__ import annotations

import logging
from typing import IO, cast
from urllib.parse import parse_qsl

from ecscli.sandbox.http.door import Visit
from ecscli.sandbox.registry.answers import Answer, document
from ecscli.sandbox.registry.api import Registry
from ecscli.sandbox.registry.visit import Request
from ecscli.sandbox.shapes import Environ

LOG = logging.getLogger(__name__)
PATH = "/v2/"
VERSION = ("Docker-Distribution-Api-Version", "registry/2.0")


class Body:
    """A request's body of a known length, which ends there; or where the client has gone."""

    def __init__(self, source: IO[bytes], length: int) -> None:
        self.source, self.left = source, length

    def read(self, size: int = -1) -> bytes:
        wanted = self.left if size < 0 else min(size, self.left)
        found = self.source.read(wanted) if wanted else b""
        self.left -= len(found)
        return found


def is_registry(path: str) -> bool:
    return f"{path}/".startswith(PATH)


def answer(registry: Registry | None, visit: Visit, environ: Environ) -> Answer:
    """Answer one request that the door has let in."""
    assert registry is not None, "a world that is served has its registry"
    query = dict(parse_qsl(environ.get("QUERY_STRING", ""), keep_blank_values=True))
    request = Request(visit.method, visit.path, query, visit.headers, body_of(environ))
    try:
        return registry.answer(request)
    except Exception:
        LOG.exception("%s %s failed", visit.method, visit.path)
        failure = {"code": "UNKNOWN", "message": "The sandbox failed; see its log."}
        return document(500, {"errors": [failure]})


def headers_of(found: Answer) -> list[tuple[str, str]]:
    return [*found.headers.items(), VERSION, ("Content-Length", str(found.length))]


def body_of(environ: Environ) -> IO[bytes]:
    """A body in chunks ends by itself; another one has its length in a header."""
    source = environ["wsgi.input"]
    if environ.get("wsgi.input_terminated"):
        return cast("IO[bytes]", source)
    return cast("IO[bytes]", Body(source, int(environ.get("CONTENT_LENGTH") or 0)))

"""Heads of requests and responses: what rules look at, and which fields are passed on. Pure."""

from __future__ import annotations

import re
import secrets
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

Fields = tuple[tuple[bytes, bytes], ...]

#: Fields between two neighbours, which are not passed on (RFC 9110, 7.6.1).
HOP_BY_HOP = frozenset(
    {
        b"connection",
        b"keep-alive",
        b"proxy-connection",
        b"te",
        b"upgrade",
        b"http2-settings",
        b"expect",
    }
)
#: What a balancer keeps where it drops invalid fields.
VALID_NAME = re.compile(rb"[-A-Za-z0-9]+")


@dataclass(frozen=True, slots=True)
class Head:
    """The head of a request: `host` without a port, `source` the address of who sent it, `port`
    that of the listener, `version` 1 or 2."""

    method: str
    scheme: str
    host: str
    path: str
    query: str
    fields: Fields
    source: str
    port: int
    version: int = 1

    @property
    def target(self) -> str:
        return f"{self.path}?{self.query}" if self.query else self.path

    @property
    def is_grpc(self) -> bool:
        return value(self.fields, b"content-type").startswith("application/grpc")

    @property
    def upgrade(self) -> str:
        """The protocol that the client wants to go on with; h2c is none of them."""
        wanted = value(self.fields, b"upgrade")
        names = [one.strip().lower() for one in value(self.fields, b"connection").split(",")]
        return wanted if "upgrade" in names and wanted.lower() != "h2c" else ""


def values(fields: Fields, name: bytes) -> Iterator[str]:
    return (found.decode("latin-1") for key, found in fields if key.lower() == name)


def value(fields: Fields, name: bytes) -> str:
    """All values of a field; empty where it is missing."""
    return ", ".join(values(fields, name))


def cookies(fields: Fields) -> dict[str, str]:
    pairs = (
        one.strip().partition("=") for line in values(fields, b"cookie") for one in line.split(";")
    )
    return {name: text for name, _, text in pairs if name}


def without_port(authority: str) -> str:
    """The host of `host:port`, also of `[::1]:80`."""
    host, colon, port = authority.rpartition(":")
    return host if colon and port.isdecimal() else authority


def split(target: str) -> tuple[str, str]:
    """Path and query of a request target, also of an absolute one."""
    path, _, query = target.partition("?")
    if "://" in path:
        path = "/" + path.partition("://")[2].partition("/")[2]
    return path, query


def end_to_end(fields: Iterable[tuple[bytes, bytes]]) -> Fields:
    """The fields that are passed on, without those that the `Connection` field names."""
    known = tuple(fields)
    named = {one.strip().lower().encode() for one in value(known, b"connection").split(",")}
    return tuple(one for one in known if one[0].lower() not in HOP_BY_HOP | named)


def valid(fields: Fields) -> Fields:
    return tuple(one for one in fields if VALID_NAME.fullmatch(one[0]))


def forwarded(head: Head) -> Head:
    """The head as a target gets it: who asked, by which scheme, at which port, and a trace."""
    before = value(head.fields, b"x-forwarded-for")
    source = f"{before}, {head.source}" if before else head.source
    trace = value(head.fields, b"x-amzn-trace-id") or new_trace()
    added = {
        b"X-Forwarded-For": source.encode("latin-1"),
        b"X-Forwarded-Proto": head.scheme.encode(),
        b"X-Forwarded-Port": str(head.port).encode(),
        b"X-Amzn-Trace-Id": trace.encode("latin-1"),
    }
    replaced = {name.lower() for name in added}
    kept = (one for one in end_to_end(head.fields) if one[0].lower() not in replaced)
    again = ((b"Connection", b"Upgrade"), (b"Upgrade", head.upgrade.encode("latin-1")))
    fields = (*kept, *added.items(), *(again if head.upgrade else ()))
    return replace(head, fields=fields)


def new_trace() -> str:
    return f"Root=1-{int(time.time()):08x}-{secrets.token_hex(12)}"

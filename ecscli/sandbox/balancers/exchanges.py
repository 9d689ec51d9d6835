"""A request and its response on either side of a balancer, whatever HTTP they are spoken in."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from http import HTTPStatus
from typing import Protocol

from ecscli.sandbox.balancers.heads import Fields, Head

#: Bytes that are read at a time.
CHUNK = 65536


class Broken(ConnectionError):
    """The other side has ended too early, or does not speak HTTP."""


@dataclass(frozen=True, slots=True)
class Answer:
    """The head of a response; without a reason it has the usual one of its status."""

    status: int
    fields: Fields
    reason: bytes = b""

    @property
    def phrase(self) -> str:
        return self.reason.decode("latin-1") or usual_phrase(self.status)


def usual_phrase(status: int) -> str:
    with suppress(ValueError):
        return HTTPStatus(status).phrase
    return ""


@dataclass(frozen=True, slots=True)
class Pipe:
    """A connection, and what was read of it already."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    rest: bytes = b""


class IdleTimeout:
    """The time that a connection, or a request and its response, may be silent: what moves in
    either direction puts the end off. Made in a running loop."""

    def __init__(self, seconds: float | None) -> None:
        self.seconds = seconds
        self._waits: set[asyncio.Timeout] = set()
        self.moved()

    def moved(self) -> None:
        """Something has moved: the time begins anew for all that wait."""
        self._last = asyncio.get_running_loop().time()
        for one in self._waits:
            if not one.expired():
                one.reschedule(self._end)

    @property
    def _end(self) -> float | None:
        return None if self.seconds is None else self._last + self.seconds

    @asynccontextmanager
    async def limit(self) -> AsyncIterator[None]:
        """TimeoutError for what waits in it when nothing has moved for so long."""
        async with asyncio.timeout_at(self._end) as timeout:
            self._waits.add(timeout)
            try:
                yield
            finally:
                self._waits.discard(timeout)

    async def read(self, reader: asyncio.StreamReader) -> bytes:
        """What comes next, b"" at the end."""
        async with self.limit():
            data = await reader.read(CHUNK)
        self.moved()
        return data


class Exchange(Protocol):
    """A request of a client, which is answered once."""

    head: Head
    idle: IdleTimeout
    answered: bool  # whether the answer has begun

    @property
    def has_body(self) -> bool: ...

    def body(self) -> AsyncIterator[bytes]: ...

    async def respond(self, answer: Answer, *, ends: bool = False) -> None: ...

    async def send(self, data: bytes) -> None: ...

    async def finish(self, trailers: Fields = ()) -> None: ...

    async def switch(self, answer: Answer) -> Pipe:
        """Answer 101; from then on the connection is somebody else's."""
        ...


class Link(Protocol):
    """A request to a target."""

    async def ask(self, head: Head, *, has_body: bool) -> None: ...

    async def send(self, data: bytes) -> None: ...

    async def finish(self) -> None: ...

    async def answer(self) -> Answer: ...

    def body(self) -> AsyncIterator[bytes]: ...

    @property
    def trailers(self) -> Fields: ...

    def pipe(self) -> Pipe: ...

    def close(self) -> None: ...


async def splice(one: Pipe, other: Pipe, idle: IdleTimeout) -> None:
    """Pass bytes on in both directions until both have ended, or nothing moves in either for too
    long."""

    async def flow(source: Pipe, sink: Pipe) -> None:
        data = source.rest
        while True:
            if data:
                sink.writer.write(data)
                await sink.writer.drain()
                idle.moved()
            data = await idle.read(source.reader)
            if not data:
                break
        if sink.writer.can_write_eof():
            sink.writer.write_eof()
        else:  # TLS has no half of an end
            sink.writer.close()

    try:
        with suppress(OSError, TimeoutError):
            await asyncio.gather(flow(one, other), flow(other, one))
    finally:
        one.writer.close()
        other.writer.close()

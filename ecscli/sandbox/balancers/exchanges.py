"""A request and its response on either side of a balancer, whatever HTTP they are spoken in."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
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


class Exchange(Protocol):
    """A request of a client, which is answered once."""

    head: Head
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


async def read(reader: asyncio.StreamReader, seconds: float | None) -> bytes:
    """What comes next, b"" at the end; TimeoutError when nothing comes for so long."""
    async with asyncio.timeout(seconds):
        return await reader.read(CHUNK)


async def splice(one: Pipe, other: Pipe, seconds: float | None) -> None:
    """Pass bytes on in both directions until both have ended, or nothing moves for so long."""

    async def flow(source: Pipe, sink: Pipe) -> None:
        data = source.rest
        while True:
            if data:
                sink.writer.write(data)
                await sink.writer.drain()
            data = await read(source.reader, seconds)
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

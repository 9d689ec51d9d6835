"""HTTP/2 by h2: connections of clients, and requests to targets, gRPC among them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress

from h2.config import H2Configuration
from h2.connection import H2Connection
from h2.errors import ErrorCodes
from h2.events import (
    ConnectionTerminated,
    DataReceived,
    Event,
    InformationalResponseReceived,
    RequestReceived,
    ResponseReceived,
    StreamEnded,
    StreamReset,
    TrailersReceived,
)
from h2.exceptions import ProtocolError

from ecscli.sandbox.balancers.exchanges import CHUNK, Answer, Broken, IdleTimeout, Pipe
from ecscli.sandbox.balancers.heads import Fields, Head, split, value, without_port
from ecscli.sandbox.balancers.http1 import Serve

#: Fields of HTTP/1.1 that HTTP/2 must not have (RFC 9113, 8.2.2).
FORBIDDEN = frozenset(
    {b"connection", b"transfer-encoding", b"keep-alive", b"proxy-connection", b"upgrade", b"te"}
)


class Stream:
    """What has come on a stream: its events in their order, None at the end."""

    def __init__(self, idle: IdleTimeout) -> None:
        self.idle = idle
        self.events: asyncio.Queue[Event | None] = asyncio.Queue()
        self.trailers: Fields = ()
        self.is_broken = False


class Wire:
    """A connection with h2's account of it; `events` reads it, for all its streams. A stream that
    the other side opens may be silent for so many seconds, and the connection without one too."""

    def __init__(self, pipe: Pipe, seconds: float | None = None, *, is_client: bool) -> None:
        configuration = H2Configuration(client_side=is_client, header_encoding=None)
        self.state = H2Connection(configuration)
        self.reader, self.writer, self.seconds = pipe.reader, pipe.writer, seconds
        self.streams: dict[int, Stream] = {}
        self._moved = asyncio.Event()

    async def begin(self) -> None:
        self.state.initiate_connection()
        await self.flush()

    async def flush(self) -> None:
        data = self.state.data_to_send()
        if data:
            self.writer.write(data)
            await self.writer.drain()

    async def events(self) -> AsyncIterator[Event]:
        """All events until the connection ends, or nothing comes for too long while no stream is
        open."""
        while True:
            try:
                async with asyncio.timeout(self.seconds):
                    data = await self.reader.read(CHUNK)
            except TimeoutError:
                if self.streams:
                    continue
                return
            if not data:
                return
            for event in self.state.receive_data(data):
                self._note(event)
                yield event
            self._wake()
            await self.flush()

    def _note(self, event: Event) -> None:
        if isinstance(event, RequestReceived):
            self.streams[event.stream_id or 0] = Stream(IdleTimeout(self.seconds))
        stream = self.streams.get(getattr(event, "stream_id", None) or 0)
        if stream is None:
            self._acknowledge(event)
            return
        stream.idle.moved()
        if isinstance(event, StreamReset):
            stream.is_broken = True
        if isinstance(event, TrailersReceived):
            stream.trailers = tuple((bytes(name), bytes(text)) for name, text in event.headers)
        if isinstance(event, StreamEnded | StreamReset):
            stream.events.put_nowait(None)
        elif isinstance(event, DataReceived | ResponseReceived):
            stream.events.put_nowait(event)

    def _acknowledge(self, event: Event | None) -> None:
        """Give the other side the room back that a piece of a body has taken, of the connection
        too."""
        if isinstance(event, DataReceived):
            size, number = event.flow_controlled_length or 0, event.stream_id or 0
            self.state.acknowledge_received_data(size, number)

    async def forget(self, number: int) -> None:
        """A stream of which nothing more is read: what comes on it still is dropped."""
        stream = self.streams.pop(number)
        with suppress(ProtocolError, OSError):
            while not stream.events.empty():
                self._acknowledge(stream.events.get_nowait())
            await self.flush()

    def end(self) -> None:
        """The connection has ended: whoever waits for something of it hears that."""
        for stream in self.streams.values():
            stream.is_broken = True
            stream.events.put_nowait(None)
        self._wake()
        self.writer.close()

    async def close(self) -> None:
        """Take leave of the other side, where it still listens."""
        with suppress(ProtocolError, OSError):
            self.state.close_connection()
            await self.flush()
        self.end()

    def _wake(self) -> None:
        self._moved.set()
        self._moved = asyncio.Event()

    async def next(self, number: int) -> Event | None:
        """The next event of a stream, None at its end; Broken where it ended too early."""
        stream = self.streams[number]
        async with stream.idle.limit():
            event = await stream.events.get()
        if event is None and stream.is_broken:
            raise Broken("the stream was reset")
        return event

    async def data(self, number: int) -> AsyncIterator[bytes]:
        """The body that comes on a stream."""
        while (event := await self.next(number)) is not None:
            if isinstance(event, DataReceived):
                self._acknowledge(event)
                await self.flush()
                yield bytes(event.data or b"")

    async def send_head(self, number: int, fields: Fields, *, ends: bool) -> None:
        try:
            self.state.send_headers(number, fields, end_stream=ends)
        except ProtocolError as error:
            raise Broken(str(error)) from error
        await self.flush()

    async def send(self, number: int, data: bytes) -> None:
        """Send a body, as fast as the other side takes it."""
        try:
            while data:
                room = self.state.local_flow_control_window(number)
                size = min(room, self.state.max_outbound_frame_size, len(data))
                if size > 0:
                    self.state.send_data(number, data[:size])
                    data = data[size:]
                    await self.flush()
                    self.streams[number].idle.moved()
                elif self.streams[number].is_broken:
                    raise Broken("the stream was reset")
                else:
                    await self._moved.wait()
        except ProtocolError as error:
            raise Broken(str(error)) from error

    async def finish(self, number: int, trailers: Fields = ()) -> None:
        try:
            if trailers:
                self.state.send_headers(number, trailers, end_stream=True)
            else:
                self.state.end_stream(number)
        except ProtocolError as error:
            raise Broken(str(error)) from error
        await self.flush()

    async def reset(self, number: int) -> None:
        with suppress(ProtocolError, OSError):
            self.state.reset_stream(number, ErrorCodes.INTERNAL_ERROR)
            await self.flush()


class Http2Exchange:
    """One request of a client's connection."""

    def __init__(self, wire: Wire, number: int, head: Head, *, has_body: bool) -> None:
        self.wire, self.number, self.head, self.has_body = wire, number, head, has_body
        self.idle = wire.streams[number].idle
        self.answered, self.finished = False, False

    async def body(self) -> AsyncIterator[bytes]:
        async for data in self.wire.data(self.number):
            yield data

    async def respond(self, answer: Answer, *, ends: bool = False) -> None:
        self.answered, self.finished = True, ends
        status = ((b":status", str(answer.status).encode()),)
        await self.wire.send_head(self.number, status + lowered(answer.fields), ends=ends)

    async def send(self, data: bytes) -> None:
        await self.wire.send(self.number, data)

    async def finish(self, trailers: Fields = ()) -> None:
        self.finished = True
        await self.wire.finish(self.number, lowered(trailers))

    async def switch(self, answer: Answer) -> Pipe:
        raise Broken("HTTP/2 has no upgrades")


async def serve_http2(pipe: Pipe, like: Head, seconds: float, serve: Serve) -> None:
    """Answer the requests of a connection, side by side."""
    wire = Wire(pipe, seconds, is_client=False)
    await wire.begin()
    tasks: dict[int, asyncio.Task[None]] = {}

    async def serve_one(exchange: Http2Exchange) -> None:
        try:
            await serve(exchange)
        finally:
            if not exchange.finished:
                await wire.reset(exchange.number)
            tasks.pop(exchange.number, None)
            await wire.forget(exchange.number)

    try:
        async for event in wire.events():
            number = getattr(event, "stream_id", None) or 0
            if isinstance(event, RequestReceived):
                fields = tuple((bytes(name), bytes(text)) for name, text in event.headers or ())
                has_body = event.stream_ended is None
                exchange = Http2Exchange(wire, number, head_of(fields, like), has_body=has_body)
                tasks[number] = asyncio.create_task(serve_one(exchange))
            elif isinstance(event, StreamReset) and number in tasks:
                tasks[number].cancel()
            elif isinstance(event, ConnectionTerminated):
                break
    finally:
        for task in list(tasks.values()):
            task.cancel()
        await wire.close()


def head_of(given: Fields, like: Head) -> Head:
    """A head as HTTP/1.1 has it: the authority is the field Host."""
    authority = value(given, b":authority") or value(given, b"host")
    path, query = split(value(given, b":path"))
    rest = tuple(one for one in given if not one[0].startswith(b":") and one[0] != b"host")
    crumbs = [text for name, text in rest if name == b"cookie"]
    fields = (
        (b"Host", authority.encode("latin-1")),
        *(one for one in rest if one[0] != b"cookie"),
        *(((b"Cookie", b"; ".join(crumbs)),) if crumbs else ()),
    )
    return Head(
        value(given, b":method"),
        like.scheme,
        without_port(authority),
        path,
        query,
        fields,
        like.source,
        like.port,
        version=2,
    )


def lowered(fields: Fields) -> Fields:
    named = ((name.lower(), text) for name, text in fields)
    return tuple(one for one in named if one[0] not in FORBIDDEN)


class Http2Link:
    """One request to a target, on a connection of its own."""

    def __init__(self, wire: Wire, scheme: str, idle: IdleTimeout) -> None:
        self.wire, self.scheme = wire, scheme
        self.is_asked = False
        self.number = wire.state.get_next_available_stream_id()
        wire.streams[self.number] = Stream(idle)
        self.reading = asyncio.create_task(self._read())

    async def _read(self) -> None:
        with suppress(OSError, ProtocolError):
            async for event in self.wire.events():
                if isinstance(event, InformationalResponseReceived):
                    continue
        self.wire.end()

    async def ask(self, head: Head, *, has_body: bool) -> None:
        fields = (
            (b":method", head.method.encode()),
            (b":scheme", self.scheme.encode()),
            (b":authority", value(head.fields, b"host").encode("latin-1")),
            (b":path", head.target.encode("latin-1")),
            *(one for one in lowered(head.fields) if one[0] != b"host"),
            *(((b"te", b"trailers"),) if head.is_grpc else ()),
        )
        await self.wire.send_head(self.number, fields, ends=not has_body)
        self.is_asked = not has_body

    async def send(self, data: bytes) -> None:
        await self.wire.send(self.number, data)

    async def finish(self) -> None:
        if not self.is_asked:
            await self.wire.finish(self.number)

    async def answer(self) -> Answer:
        event = await self.wire.next(self.number)
        if not isinstance(event, ResponseReceived):
            raise Broken("the target has answered nothing")
        fields = tuple((bytes(name), bytes(text)) for name, text in event.headers or ())
        rest = tuple(one for one in fields if not one[0].startswith(b":"))
        return Answer(int(value(fields, b":status")), rest)

    async def body(self) -> AsyncIterator[bytes]:
        async for data in self.wire.data(self.number):
            yield data

    @property
    def trailers(self) -> Fields:
        return self.wire.streams[self.number].trailers

    def pipe(self) -> Pipe:
        raise Broken("HTTP/2 has no upgrades")

    def close(self) -> None:
        self.reading.cancel()
        self.wire.writer.close()


async def open_http2(pipe: Pipe, scheme: str, idle: IdleTimeout) -> Http2Link:
    wire = Wire(pipe, is_client=True)
    await wire.begin()
    return Http2Link(wire, scheme, idle)

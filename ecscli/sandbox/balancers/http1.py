"""HTTP/1.1 by h11: connections of clients, and requests to targets."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress

import h11

from ecscli.sandbox.balancers.exchanges import Answer, Broken, Exchange, IdleTimeout, Pipe
from ecscli.sandbox.balancers.heads import Fields, Head, split, value, without_port

Serve = Callable[[Exchange], Awaitable[None]]
Event = h11.Event | type[h11.NEED_DATA] | type[h11.PAUSED]
#: Bytes of an unread request that are read before its connection is closed.
SPARED = 1 << 20


class Wire:
    """A connection with h11's account of it."""

    def __init__(self, state: h11.Connection, pipe: Pipe, idle: IdleTimeout) -> None:
        self.state, self.idle = state, idle
        self.reader, self.writer = pipe.reader, pipe.writer

    async def event(self) -> Event:
        """The next event; Broken where the other side does not speak HTTP or ends too early."""
        while True:
            try:
                event = self.state.next_event()
                if event is not h11.NEED_DATA:
                    return event
                self.state.receive_data(await self.idle.read(self.reader))
            except (h11.RemoteProtocolError, h11.LocalProtocolError) as error:
                raise Broken(str(error)) from error

    async def send(self, event: h11.Event) -> None:
        try:
            data = self.state.send(event)
        except h11.LocalProtocolError as error:
            raise Broken(str(error)) from error
        if data:
            self.writer.write(data)
            await self.writer.drain()
            self.idle.moved()

    def rest(self) -> Pipe:
        return Pipe(self.reader, self.writer, self.state.trailing_data[0])


class Http1Exchange:
    """One request of a client's connection."""

    def __init__(self, wire: Wire, head: Head) -> None:
        self.wire, self.head, self.idle = wire, head, wire.idle
        self.answered, self.switched = False, False

    @property
    def has_body(self) -> bool:
        length = value(self.head.fields, b"content-length")
        return length not in ("", "0") or bool(value(self.head.fields, b"transfer-encoding"))

    async def body(self) -> AsyncIterator[bytes]:
        if self.wire.state.they_are_waiting_for_100_continue:
            await self.wire.send(h11.InformationalResponse(status_code=100, headers=[]))
        while True:
            event = await self.wire.event()
            if not isinstance(event, h11.Data):
                return
            yield bytes(event.data)

    async def respond(self, answer: Answer, *, ends: bool = False) -> None:
        self.answered = True
        await self.wire.send(
            h11.Response(
                status_code=answer.status, headers=list(answer.fields), reason=answer.phrase
            )
        )
        if ends:
            await self.finish()

    async def send(self, data: bytes) -> None:
        await self.wire.send(h11.Data(data=data))

    async def finish(self, trailers: Fields = ()) -> None:
        await self.wire.send(h11.EndOfMessage())

    async def switch(self, answer: Answer) -> Pipe:
        self.answered = self.switched = True
        await self.wire.send(
            h11.InformationalResponse(
                status_code=101, headers=list(answer.fields), reason=answer.phrase
            )
        )
        return self.wire.rest()


async def serve_http1(pipe: Pipe, like: Head, seconds: float, serve: Serve) -> None:
    """Answer the requests of a connection, one after the other. `like`: what all their heads have
    in common."""
    wire = Wire(h11.Connection(h11.SERVER), pipe, IdleTimeout(seconds))
    while True:
        try:
            event = await wire.event()
        except Broken:
            await refuse(wire)
            return
        if not isinstance(event, h11.Request):
            return
        exchange = Http1Exchange(wire, head_of(event, like))
        await serve(exchange)
        if exchange.switched or not await is_over(wire):
            return
        wire.state.start_next_cycle()


async def refuse(wire: Wire) -> None:
    """400 for what is no request."""
    if wire.state.our_state in (h11.IDLE, h11.SEND_RESPONSE):
        fields = [(b"Content-Length", b"0"), (b"Connection", b"close")]
        await wire.send(h11.Response(status_code=400, headers=fields))
        await wire.send(h11.EndOfMessage())


async def is_over(wire: Wire) -> bool:
    """Whether another request may come: the rest of this one is read, when it is not too long."""
    spared = 0 if wire.state.they_are_waiting_for_100_continue else SPARED
    with suppress(Broken, TimeoutError):
        while wire.state.their_state is h11.SEND_BODY and spared > 0:
            event = await wire.event()
            spared -= len(event.data) if isinstance(event, h11.Data) else 0
    return wire.state.our_state is h11.DONE and wire.state.their_state is h11.DONE


def head_of(request: h11.Request, like: Head) -> Head:
    fields = tuple((name, text) for name, text in request.headers.raw_items())
    path, query = split(request.target.decode("latin-1"))
    return Head(
        request.method.decode(),
        like.scheme,
        without_port(value(fields, b"host")),
        path,
        query,
        fields,
        like.source,
        like.port,
    )


class Http1Link:
    """One request after the other to a target, on one connection."""

    def __init__(self, pipe: Pipe, idle: IdleTimeout) -> None:
        self.wire = Wire(h11.Connection(h11.CLIENT), pipe, idle)
        self.trailers: Fields = ()

    async def ask(self, head: Head, *, has_body: bool) -> None:
        fields = list(head.fields)
        known = {name.lower() for name, _ in fields}
        if has_body and not known & {b"content-length", b"transfer-encoding"}:
            fields.append((b"Transfer-Encoding", b"chunked"))
        await self.wire.send(
            h11.Request(method=head.method, target=head.target.encode("latin-1"), headers=fields)
        )

    async def send(self, data: bytes) -> None:
        await self.wire.send(h11.Data(data=data))

    async def finish(self) -> None:
        await self.wire.send(h11.EndOfMessage())

    async def answer(self) -> Answer:
        while True:
            event = await self.wire.event()
            if isinstance(event, h11.Response) or is_switch(event):
                assert isinstance(event, h11.Response | h11.InformationalResponse)
                fields = tuple(event.headers.raw_items())
                return Answer(event.status_code, fields, bytes(event.reason))
            if not isinstance(event, h11.InformationalResponse):
                raise Broken("the target has closed the connection")

    async def body(self) -> AsyncIterator[bytes]:
        while True:
            event = await self.wire.event()
            if not isinstance(event, h11.Data):
                return
            yield bytes(event.data)

    def pipe(self) -> Pipe:
        return self.wire.rest()

    @property
    def is_done(self) -> bool:
        """Whether its request is answered, and another one may follow."""
        state = self.wire.state
        is_whole = state.our_state is h11.DONE and state.their_state is h11.DONE
        return is_whole and not state.trailing_data[0]

    @property
    def is_open(self) -> bool:
        """Whether the target has not closed it."""
        return not (self.wire.reader.at_eof() or self.wire.writer.is_closing())

    def begin(self, idle: IdleTimeout) -> None:
        """Another request, with the time that it may be silent."""
        self.wire.state.start_next_cycle()
        self.wire.idle = idle

    def close(self) -> None:
        self.wire.writer.close()


def is_switch(event: Event) -> bool:
    return isinstance(event, h11.InformationalResponse) and event.status_code == 101

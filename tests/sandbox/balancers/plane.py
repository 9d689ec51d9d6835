"""A data plane in this process, with targets that are servers in it, and a client."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any
from urllib.parse import urlsplit

from ecscli.sandbox.balancers.document import Document
from ecscli.sandbox.balancers.exchanges import Answer, Exchange, IdleTimeout, Pipe
from ecscli.sandbox.balancers.heads import Fields, Head, split
from ecscli.sandbox.balancers.http1 import Http1Link, serve_http1
from ecscli.sandbox.balancers.http2 import Stream, open_http2, serve_http2
from ecscli.sandbox.balancers.plane import Plane
from ecscli.sandbox.balancers.tls import unverified

LIKE = Head("", "http", "", "", "", (), "127.0.0.1", 0)
NOT_FOUND = {
    "Type": "fixed-response",
    "FixedResponseConfig": {"StatusCode": "404", "MessageBody": "no such service"},
}
Attend = Callable[[Pipe], Awaitable[None]]


def rule(action: dict[str, Any], *conditions: dict[str, Any], strip: str = "") -> dict[str, Any]:
    rewrite = {"Rewrites": [{"Regex": f"^{strip}/?(.*)$", "Replace": "/$1"}]}
    transforms = [{"Type": "url-rewrite", "UrlRewriteConfig": rewrite}] if strip else []
    return {"conditions": list(conditions), "actions": [action], "transforms": transforms}


def forward(group: str) -> dict[str, Any]:
    return {"Type": "forward", "TargetGroupArn": group}


def target(address: tuple[str, int] | None, state: str = "healthy", name: str = "one") -> Any:
    members = {"key": name, "name": name, "state": state, "zone": "all"}
    return {**members, "address": address, "checked_at": address}


def group(
    arn: str, *targets: Any, protocol: str = "HTTP", version: str = "HTTP1", **more: Any
) -> Any:
    usual = {"attributes": {}, "check": None, **more}
    return {"arn": arn, "protocol": protocol, "version": version, "targets": list(targets), **usual}


def balancer(*rules: Any, protocol: str = "HTTP", port: int = 8080, **attributes: str) -> Any:
    listener = {
        "arn": f"listener/{port}",
        "port": port,
        "protocol": protocol,
        "rules": list(rules),
        "certificates": [["*.example.com"]] if protocol in ("HTTPS", "TLS") else [],
    }
    named = {name.replace("__", "."): value for name, value in attributes.items()}
    return {
        "arn": f"balancer/{port}",
        "kind": "application",
        "zones": ["a", "b"],
        "attributes": named,
        "listeners": [listener],
    }


def tell(story: Callable[[], Awaitable[None]]) -> None:
    """Run a story in a loop of its own, until all that it has opened is closed."""

    async def whole() -> None:
        await story()
        left = asyncio.all_tasks() - {asyncio.current_task()}
        await asyncio.wait([*left, asyncio.create_task(asyncio.sleep(0.05))], timeout=0.3)

    asyncio.run(whole())


@asynccontextmanager
async def planes(
    balancers: list[Any], groups: list[Any], pace: float = 0.0
) -> AsyncIterator[Plane]:
    """A plane that works by this document; it ends with everything that it has opened."""
    plane = Plane(lambda report: {})
    await plane.settle(Document.read({"pace": pace, "balancers": balancers, "groups": groups}))
    try:
        yield plane
    finally:
        await plane.settle(Document(1.0, (), {}))
        await asyncio.sleep(0)


@asynccontextmanager
async def served(attend: Attend) -> AsyncIterator[tuple[str, int]]:
    """The address of a server that attends to each connection."""

    async def begin(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await attend(Pipe(reader, writer))
        finally:
            writer.close()

    server = await asyncio.start_server(begin, "127.0.0.1", 0)
    async with server:
        yield server.sockets[0].getsockname()[:2]


def app1(answer: Callable[[Exchange], Awaitable[None]]) -> Attend:
    return lambda pipe: serve_http1(pipe, LIKE, 10.0, answer)


def app2(answer: Callable[[Exchange], Awaitable[None]]) -> Attend:
    return lambda pipe: serve_http2(pipe, LIKE, 10.0, answer)


def saying(name: str) -> Callable[[Exchange], Awaitable[None]]:
    """Answers with its name, the request that it got, and the body."""

    async def answer(exchange: Exchange) -> None:
        body = b"".join([chunk async for chunk in exchange.body()])
        head = exchange.head
        words = f"{name} {head.method} {head.target} {len(body)}".encode()
        await exchange.respond(Answer(200, ((b"Content-Length", str(len(words)).encode()),)))
        await exchange.send(words)
        await exchange.finish()

    return answer


class Response:
    def __init__(self, answer: Answer, body: bytes, trailers: Fields) -> None:
        self.status, self.fields, self.trailers = answer.status, answer.fields, trailers
        self.text = body.decode()
        self.field = {name.decode().lower(): value.decode() for name, value in answer.fields}


async def ask(
    url: str, path: str = "/", *, host: str = "", body: bytes = b"", h2: bool = False, **fields: str
) -> Response:
    """One request on a connection of its own; the path has a method before it when it is no
    GET."""
    method, _, target = path.rpartition(" ")
    place = urlsplit(url)
    port = place.port or {"http": 80, "https": 443}[place.scheme]
    async with AsyncExitStack() as stack:
        context = unverified("h2" if h2 else "http/1.1") if place.scheme == "https" else None
        reader, writer = await asyncio.open_connection(
            place.hostname, port, ssl=context, server_hostname=host or None if context else None
        )
        pipe = Pipe(reader, writer)
        idle = IdleTimeout(10.0)
        link = await open_http2(pipe, "https", idle) if h2 else Http1Link(pipe, idle)
        stack.callback(link.close)
        named = {name.replace("_", "-"): value for name, value in fields.items()}
        given = {"Host": host or place.netloc, **named}
        all_fields = tuple((name.encode(), value.encode()) for name, value in given.items())
        head = Head(method or "GET", place.scheme, "", *split(target), all_fields, "", 0)
        await link.ask(head, has_body=bool(body))
        if body:
            await link.send(body)
        await link.finish()
        answer = await link.answer()
        read = b"".join([chunk async for chunk in link.body()])
        return Response(answer, read, link.trailers)


@asynccontextmanager
async def conversation(
    address: tuple[str, int] | None, pause: float = 0.0
) -> AsyncIterator[Callable[[str, int], Awaitable[tuple[int, bytes]]]]:
    """Requests of one HTTP/2 connection: path and size of the body in, status and body out. With
    a pause, in seconds, the body comes byte by byte."""
    assert address
    reader, writer = await asyncio.open_connection(*address, ssl=unverified("h2"))
    link = await open_http2(Pipe(reader, writer), "https", IdleTimeout(5.0))

    async def say(path: str, size: int) -> tuple[int, bytes]:
        head = Head("POST", "https", "", path, "", ((b"Host", b"a.example.com"),), "", 0)
        await link.ask(head, has_body=True)
        async with asyncio.timeout(5):
            for piece in [1] * size if pause else [size]:
                await asyncio.sleep(pause)
                await link.send(bytes(piece))
        await link.finish()
        answer = await link.answer()
        read = b"".join([chunk async for chunk in link.body()])
        link.number = link.wire.state.get_next_available_stream_id()
        link.wire.streams[link.number] = Stream(IdleTimeout(5.0))
        link.is_asked = False
        return answer.status, read

    try:
        yield say
    finally:
        link.close()


async def raw(url: str, text: bytes) -> bytes:
    """What comes back for bytes, until the other side closes."""
    place = urlsplit(url)
    reader, writer = await asyncio.open_connection(place.hostname, place.port)
    writer.write(text)
    try:
        return await asyncio.wait_for(reader.read(), 5)
    finally:
        writer.close()


def certificate_names(der: bytes) -> list[str]:
    from cryptography import x509

    read = x509.load_der_x509_certificate(der)
    names = read.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    return names.get_values_for_type(x509.DNSName)


async def names_for(url: str, host: str) -> tuple[list[str], str | None]:
    """The names of the certificate that a listener shows to a host, and the protocol chosen."""
    place = urlsplit(url)
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    context.set_alpn_protocols(["h2", "http/1.1"])
    _, writer = await asyncio.open_connection(
        place.hostname, place.port, ssl=context, server_hostname=host
    )
    found = writer.get_extra_info("ssl_object")
    writer.close()
    return certificate_names(found.getpeercert(True)), found.selected_alpn_protocol()

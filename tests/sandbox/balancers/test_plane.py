"""Listeners that listen: requests and connections go through a plane in this process."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from dataclasses import replace
from typing import Any

import pytest

from ecscli.sandbox.balancers.document import Document
from ecscli.sandbox.balancers.exchanges import Answer, Exchange, Pipe
from ecscli.sandbox.balancers.plane import places
from tests.sandbox.balancers.plane import (
    NOT_FOUND,
    Attend,
    app1,
    app2,
    ask,
    balancer,
    conversation,
    forward,
    group,
    names_for,
    planes,
    raw,
    rule,
    saying,
    served,
    target,
    tell,
)


def path(*values: str) -> dict[str, Any]:
    return {"Field": "path-pattern", "PathPatternConfig": {"Values": list(values)}}


def test_rules_lead_to_targets_and_the_rest_is_answered() -> None:
    async def story() -> None:
        async with AsyncExitStack() as stack:
            api = await stack.enter_async_context(served(app1(saying("api"))))
            host = {"Field": "host-header", "HostHeaderConfig": {"Values": ["*.example.com"]}}
            secure = {"Protocol": "HTTPS", "Port": "443", "StatusCode": "HTTP_301"}
            one = balancer(
                rule(forward("api"), path("/api", "/api/*"), strip="/api"),
                rule({"Type": "redirect", "RedirectConfig": secure}, host),
                rule(forward("empty"), path("/empty")),
                rule(forward("gone"), path("/gone")),
                rule(forward("pretended"), path("/pretended")),
                rule(forward("modern"), path("/modern")),
                rule(NOT_FOUND),
            )
            groups = [
                group("api", target(api)),
                group("empty"),
                group("gone", target(("127.0.0.1", 1))),
                group("pretended", target(None, name="web 10.0.0.7:80")),
                group("modern", target(api), version="HTTP2"),
            ]
            plane = await stack.enter_async_context(planes([one], groups))
            url = plane.opened["listener/8080"].url
            assert url.startswith("http://127.3.")
            found = await ask(url, "POST /api/items?page=2", body=b"x" * 300_000)
            assert found.text == "api POST /items?page=2 300000"
            missing = await ask(url, "/")
            assert (missing.status, missing.text) == (404, "no such service")
            moved = await ask(url, "/a?b=c", host="www.example.com")
            assert (moved.status, moved.field["location"]) == (
                301,
                "https://www.example.com:443/a?b=c",
            )
            assert [(await ask(url, one)).status for one in ("/empty", "/gone", "/modern")] == [
                503,
                502,
                464,
            ]
            assert (await ask(url, "HEAD /empty")).text == ""
            pretended = await ask(url, "/pretended")
            assert (pretended.status, pretended.text) == (200, "web 10.0.0.7:80\n")
            assert (await raw(url, b"no HTTP\r\n\r\n")).startswith(b"HTTP/1.1 400 ")

    tell(story)


def test_a_target_sees_who_asked_and_a_client_keeps_its_connection() -> None:
    async def answer(exchange: Exchange) -> None:
        text = b"|".join(b"%s=%s" % one for one in exchange.head.fields)
        await exchange.respond(Answer(200, ((b"Transfer-Encoding", b"chunked"),)))
        await exchange.send(text)
        await exchange.finish()

    async def story() -> None:
        drop = {"routing__http__drop_invalid_header_fields__enabled": "true"}
        async with served(app1(answer)) as web:
            one = balancer(rule(forward("web")), **drop)
            async with planes([one], [group("web", target(web))]) as plane:
                request = b"GET / HTTP/1.1\r\nHost: a.example\r\nbad_name: 1\r\nX-Good: 1\r\n"
                last = request + b"Connection: close\r\n\r\n"
                read = await raw(plane.opened["listener/8080"].url, request + b"\r\n" + last)
        assert read.count(b"HTTP/1.1 200 OK") == 2
        assert read.count(b"Host=a.example|X-Good=1|X-Forwarded-For=127.0.0.1") == 2
        assert b"bad_name" not in read

    tell(story)


def test_a_connection_to_a_target_is_used_again_until_one_of_them_ends_it() -> None:
    async def story() -> None:
        open_ones, made = set[int](), list[int]()

        def attend(serve: Attend) -> Attend:
            async def counted(pipe: Pipe) -> None:
                made.append(len(made))
                open_ones.add(made[-1])
                number = made[-1]
                try:
                    await serve(pipe)
                finally:
                    open_ones.discard(number)

            return counted

        async def once(pipe: Pipe) -> None:
            await pipe.reader.readuntil(b"\r\n\r\n")
            pipe.writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")

        for serve, connections, left in ((app1(saying("web")), 1, 1), (once, 4, 0)):
            made.clear()
            async with served(attend(serve)) as web:
                balancers = [balancer(rule(forward("web")))]
                async with planes(balancers, [group("web", target(web))]) as plane:
                    url = plane.opened["listener/8080"].url
                    for _ in range(4):
                        assert (await ask(url)).status == 200
                        await asyncio.sleep(0.02)
                    assert (len(made), len(open_ones)) == (connections, left)
                    leaving = [group("web", target(web, "draining"))]
                    given = {"pace": 0.0, "balancers": balancers, "groups": leaving}
                    await plane.settle(Document.read(given))
                    await asyncio.sleep(0.05)
                    assert not open_ones, "none waits at a target that leaves"

    tell(story)


def test_times_out_as_a_balancer_does() -> None:
    async def silent(pipe: Pipe) -> None:
        await pipe.reader.read()

    async def story() -> None:
        async with served(silent) as web:
            one = balancer(rule(forward("web")), idle_timeout__timeout_seconds="1")
            async with planes([one], [group("web", target(web))]) as plane:
                url = plane.opened["listener/8080"].url
                assert (await ask(url)).status == 504
                assert plane.choice.busy["web", "one"] == 0

    tell(story)


@pytest.mark.parametrize("version", ["HTTP1", "HTTP2"])
def test_an_upload_longer_than_the_idle_timeout_is_answered(version: str) -> None:
    async def story() -> None:
        app = {"HTTP1": app1, "HTTP2": app2}[version]
        async with served(app(saying("web"))) as web:
            one = balancer(
                rule(forward("web")), protocol="HTTPS", idle_timeout__timeout_seconds="0.3"
            )
            async with planes([one], [group("web", target(web), version=version)]) as plane:
                address = plane.opened["listener/8080"].address
                async with conversation(address, pause=0.1) as say:
                    assert await say("/", 6) == (200, b"web POST / 6")

    tell(story)


def test_one_direction_keeps_a_connection() -> None:
    async def talk(pipe: Pipe) -> None:
        await pipe.reader.readuntil(b"\r\n\r\n")
        pipe.writer.write(b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n")
        for _ in range(6):
            await asyncio.sleep(0.1)
            pipe.writer.write(b"tick")
        await pipe.reader.read()

    async def story() -> None:
        async with served(talk) as web:
            one = balancer(rule(forward("web")), idle_timeout__timeout_seconds="0.3")
            async with planes([one], [group("web", target(web))]) as plane:
                url = plane.opened["listener/8080"].url
                asked = b"GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n"
                assert (await raw(url, asked)).count(b"tick") == 6  # then silence ends it

    tell(story)


def test_a_slow_request_counts_until_it_ends() -> None:
    async def story() -> None:
        begun, going = asyncio.Event(), asyncio.Event()

        async def answer(exchange: Exchange) -> None:
            begun.set()
            await going.wait()
            await saying("slow")(exchange)

        async with served(app1(answer)) as old, served(app1(saying("new"))) as new:
            one = balancer(rule(forward("web")))
            groups = [group("web", target(old, name="old"))]
            async with planes([one], groups) as plane:
                url = plane.opened["listener/8080"].url
                slow = asyncio.create_task(ask(url))
                await begun.wait()
                (known,) = plane.document.groups.values()
                leaving = replace(known.targets[0], state="draining")
                here = replace(known.targets[0], key="new", address=new)
                changed = replace(known, targets=(leaving, here))
                await plane.settle(replace(plane.document, groups={"web": changed}))
                assert [(await ask(url)).text.split()[0] for _ in range(3)] == ["new"] * 3
                assert plane.report()["idle"] == []
                going.set()
                assert (await slow).text.startswith("slow")
                await asyncio.sleep(0.05)
                assert plane.report()["idle"] == [["web", "old"]]

    tell(story)


def test_an_upgraded_connection_is_passed_through() -> None:
    async def echo(pipe: Pipe) -> None:
        head = await pipe.reader.readuntil(b"\r\n\r\n")
        assert b"upgrade: websocket" in head.lower()
        pipe.writer.write(
            b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: x\r\n\r\nhello "
        )
        while data := await pipe.reader.read(100):
            pipe.writer.write(data.upper())

    async def story() -> None:
        async with served(echo) as web:
            groups = [group("web", target(web))]
            async with planes([balancer(rule(forward("web")))], groups) as plane:
                host, port = plane.opened["listener/8080"].address or ("", 0)
                reader, writer = await asyncio.open_connection(host, port)
                writer.write(
                    b"GET /chat HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n"
                )
                answer = await reader.readuntil(b"hello ")
                assert answer.startswith(b"HTTP/1.1 101 ")
                assert b"sec-websocket-accept: x" in answer.lower()
                writer.write(b"ping")
                assert await reader.readexactly(4) == b"PING"
                assert plane.choice.busy["web", "one"] == 1
                writer.close()

    tell(story)


@pytest.mark.parametrize("version", ["HTTP1", "HTTP2"])
def test_http_2_behind_tls(version: str) -> None:
    async def story() -> None:
        app = {"HTTP1": app1, "HTTP2": app2}[version]
        async with served(app(saying("web"))) as web:
            one = balancer(rule(forward("web")), protocol="HTTPS", port=8443)
            async with planes([one], [group("web", target(web), version=version)]) as plane:
                url = plane.opened["listener/8443"].url
                found = await ask(
                    url, "POST /a?b", host="a.example.com", h2=True, body=b"x" * 200_000
                )
                assert (found.status, found.text) == (200, "web POST /a?b 200000")
                names, chosen = await names_for(url, "shop.example.com")
                assert ("*.example.com" in names, chosen) == (True, "h2")

    tell(story)


def test_unread_bodies_leave_http_2_its_window() -> None:
    async def early(exchange: Exchange) -> None:
        await exchange.respond(Answer(200, ((b"content-length", b"0"),)), ends=True)

    async def story() -> None:
        async with served(app1(saying("web"))) as web, served(app2(early)) as soon:
            one = balancer(
                rule(forward("web"), path("/web")),
                rule(forward("early"), path("/early")),
                rule(NOT_FOUND),
                protocol="HTTPS",
                port=8443,
            )
            groups = [group("web", target(web)), group("early", target(soon), version="HTTP2")]
            async with planes([one], groups) as plane:
                address = plane.opened["listener/8443"].address
                async with conversation(address) as say:
                    for _ in range(3):
                        assert await say("/none", 60_000) == (404, b"no such service")
                        assert (await say("/early", 60_000))[0] == 200
                    assert await say("/web", 200_000) == (200, b"web POST /web 200000")

    tell(story)


def test_grpc() -> None:
    async def call(exchange: Exchange) -> None:
        body = b"".join([chunk async for chunk in exchange.body()])
        await exchange.respond(Answer(200, ((b"content-type", b"application/grpc"),)))
        await exchange.send(body[::-1])
        await exchange.finish(((b"grpc-status", b"0"),))

    async def story() -> None:
        async with served(app2(call)) as web:
            one = balancer(rule(forward("web")), protocol="HTTPS", port=8443)
            async with planes([one], [group("web", target(web), version="GRPC")]) as plane:
                url = plane.opened["listener/8443"].url
                grpc = {"content_type": "application/grpc", "te": "trailers"}
                found = await ask(url, "POST /shop.Cart/Add", h2=True, body=b"abc", **grpc)
                assert (found.text, found.trailers) == ("cba", ((b"grpc-status", b"0"),))
                assert (await ask(url, "/", h2=True)).status == 464
                assert (await ask(url, "POST /")).status == 464

    tell(story)


def test_a_network_balancer_passes_bytes_on() -> None:
    async def echo(pipe: Pipe) -> None:
        while data := await pipe.reader.read(100):
            pipe.writer.write(data.upper())

    async def story() -> None:
        async with served(echo) as web:
            tcp = balancer(rule(forward("web")), protocol="TCP", port=6379)
            tls = balancer(rule(forward("web")), protocol="TLS", port=6380)
            empty = balancer(rule(forward("empty")), protocol="TCP", port=6381)
            groups = [group("web", target(web), protocol="TCP"), group("empty", protocol="TCP")]
            async with planes([tcp, tls, empty], groups) as plane:
                urls = {one.port: one.url for one in plane.opened.values()}
                assert urls[6379].startswith("tcp://127.3.")
                host, port = plane.opened["listener/6379"].address or ("", 0)
                reader, writer = await asyncio.open_connection(host, port)
                writer.write(b"abc")
                writer.write_eof()
                assert await reader.read() == b"ABC"
                writer.close()
                names, _ = await names_for(urls[6380].replace("tls:", "https:"), "a.example.com")
                assert "*.example.com" in names
                with pytest.raises(ConnectionError):
                    await raw(urls[6381], b"abc")

    tell(story)


class Echo(asyncio.DatagramProtocol):
    def connection_made(self, transport: Any) -> None:
        self.transport = transport

    def datagram_received(self, data: bytes, addr: Any) -> None:
        self.transport.sendto(data.upper(), addr)


class Client(asyncio.DatagramProtocol):
    def __init__(self) -> None:
        self.read: asyncio.Queue[bytes] = asyncio.Queue()

    def datagram_received(self, data: bytes, addr: Any) -> None:
        self.read.put_nowait(data)


def test_datagrams_find_their_way_back() -> None:
    async def story() -> None:
        loop = asyncio.get_running_loop()
        echo, _ = await loop.create_datagram_endpoint(Echo, local_addr=("127.0.0.1", 0))
        web = echo.get_extra_info("sockname")
        one = balancer(rule(forward("web")), protocol="UDP", port=5353)
        async with planes([one], [group("web", target(web), protocol="UDP")]) as plane:
            address = plane.opened["listener/5353"].address
            client, protocol = await loop.create_datagram_endpoint(Client, remote_addr=address)
            for word in (b"one", b"two"):
                client.sendto(word)
                assert await asyncio.wait_for(protocol.read.get(), 5) == word.upper()
            assert plane.choice.busy["web", "one"] == 1
            client.close()
        echo.close()
        await asyncio.sleep(0.01)
        assert plane.choice.busy["web", "one"] == 0

    tell(story)


def test_a_client_whose_target_cannot_be_reached_tries_anew() -> None:
    async def story() -> None:
        loop = asyncio.get_running_loop()
        echo, _ = await loop.create_datagram_endpoint(Echo, local_addr=("127.0.0.1", 0))
        web = echo.get_extra_info("sockname")
        one = balancer(rule(forward("web")), protocol="UDP", port=5353)
        nowhere = target(("255.255.255.255", 9))  # EACCES
        async with planes([one], [group("web", nowhere, protocol="UDP")]) as plane:
            address = plane.opened["listener/5353"].address
            client, protocol = await loop.create_datagram_endpoint(Client, remote_addr=address)
            client.sendto(b"lost")
            await asyncio.sleep(0.05)
            (known,) = plane.document.groups.values()
            here = replace(known, targets=(replace(known.targets[0], address=web),))
            await plane.settle(replace(plane.document, groups={"web": here}))
            client.sendto(b"one")
            assert await asyncio.wait_for(protocol.read.get(), 2) == b"ONE"
            client.close()
        echo.close()

    tell(story)


def test_tcp_and_udp_of_a_listener_have_one_address() -> None:
    async def story() -> None:
        async with AsyncExitStack() as stack:
            plane = await stack.enter_async_context(planes([], []))
            one = balancer(rule(forward("web")), protocol="TCP_UDP", port=5354)
            own, _ = next(places(f"{plane._seed}{one['arn']}", 5354))
            taken = await asyncio.start_server(lambda reader, writer: None, own, 5354)
            await stack.enter_async_context(taken)
            await plane.settle(Document.read({"pace": 0.0, "balancers": [one], "groups": []}))
            opened = plane.opened["listener/5354"]
            names = [
                end.sockets[0].getsockname()
                if isinstance(end, asyncio.Server)
                else end.get_extra_info("sockname")
                for end in opened.ends
            ]
            assert names == [opened.address] * 2

    tell(story)


def test_health_is_found_out() -> None:
    async def answer(exchange: Exchange) -> None:
        status = 200 if exchange.head.path == "/healthz" else 404
        await exchange.respond(Answer(status, ((b"Content-Length", b"0"),)), ends=True)

    check = {"protocol": "HTTP", "codes": "200-399", "interval": 10, "timeout": 5}
    counts = {"healthy": 2, "unhealthy": 2}

    async def story() -> None:
        async with served(app1(answer)) as web:
            groups = [
                group("a", target(web, "initial"), check={**check, **counts, "path": "/healthz"}),
                group("b", target(web, "initial"), check={**check, **counts, "path": "/"}),
                group(
                    "c",
                    target(web, "initial"),
                    check={**check, **counts, "path": "", "protocol": "TCP"},
                ),
            ]
            async with planes([], groups) as plane:
                for _ in range(100):
                    await asyncio.sleep(0.02)
                    if len(plane.states) == 3:
                        break
                found = {place[0]: state.state for place, state in plane.states.items()}
                assert found == {"a": "healthy", "b": "initial", "c": "healthy"}

    tell(story)

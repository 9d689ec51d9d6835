"""An application balancer: a request in, its answer out, by rule, target and the errors that AWS
answers with."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import NamedTuple

from ecscli.sandbox.balancers.choice import Choice, Place, group_of
from ecscli.sandbox.balancers.document import Balancer, Group, Listener, Target
from ecscli.sandbox.balancers.exchanges import (
    Answer,
    Broken,
    Exchange,
    IdleTimeout,
    Link,
    Pipe,
    splice,
    usual_phrase,
)
from ecscli.sandbox.balancers.heads import Fields, Head, cookies, end_to_end, forwarded, valid
from ecscli.sandbox.balancers.http1 import Http1Link
from ecscli.sandbox.balancers.http2 import open_http2
from ecscli.sandbox.balancers.pool import Pool
from ecscli.sandbox.balancers.rules import redirect, rule_for, transformed
from ecscli.sandbox.balancers.tls import unverified
from ecscli.sandbox.shapes import Json

#: Seconds that a target has to take a connection.
CONNECTING = 10.0
#: AWS's status for a request whose HTTP the target group does not take.
INCOMPATIBLE = 464
FAILURES = (OSError, ssl.SSLError, TimeoutError)


class Found(NamedTuple):
    """A listener as it is at the moment, its balancer, and the groups of all."""

    balancer: Balancer
    listener: Listener
    groups: Mapping[str, Group]
    moved: Mapping[int, int]


@dataclass(eq=False)
class Application:
    """A listener of an application balancer; `find` gives what it is now, None once it is gone."""

    find: Callable[[], Found | None]
    choice: Choice
    pool: Pool

    async def serve(self, exchange: Exchange) -> None:
        """Answer a request; what fails before the answer has begun is answered as AWS does."""
        found = self.find()
        if found is None:
            await say(exchange, 503)
            return
        exchange.idle.seconds = found.balancer.idle_timeout
        if found.balancer.drops_invalid_headers:
            exchange.head = replace(exchange.head, fields=valid(exchange.head.fields))
        rule = rule_for(found.listener.rules, exchange.head)
        action = min(rule.actions, key=lambda one: int(one.get("Order") or 0))
        match action["Type"]:
            case "fixed-response":
                await say_fixed(exchange, action["FixedResponseConfig"])
            case "redirect":
                status, place = redirect(action["RedirectConfig"], exchange.head, found.moved)
                await say(exchange, status, ((b"Location", place.encode("latin-1")),))
            case "forward":
                head = transformed(exchange.head, rule.transforms)
                group = found.groups.get(group_of(action, self.choice.draw) or "")
                zones = found.balancer.separate_zones(group) if group else None
                await self._forward(exchange, head, group, zones)
            case _:
                await say(exchange, 501)

    async def _forward(
        self,
        exchange: Exchange,
        head: Head,
        group: Group | None,
        zones: tuple[str, ...] | None,
    ) -> None:
        """Send a request to a target of the group, in one of these zones where there are any."""
        target = self.choice.target(group, cookies(head.fields), zones) if group else None
        if group is None or target is None:
            await say(exchange, 503)
            return
        if not is_compatible(head, group):
            await say(exchange, INCOMPATIBLE)
            return
        set_cookies = self.choice.cookie(group, target) if zones is None else ()
        fields = tuple((b"Set-Cookie", one.encode()) for one in set_cookies)
        if target.address is None:
            await say(exchange, 200, fields, f"{target.name}\n")
            return
        with self.choice.under_way(group, target):
            await self._pass_on(exchange, forwarded(head), (group, target), fields)

    async def _pass_on(
        self, exchange: Exchange, head: Head, way: tuple[Group, Target], added: Fields
    ) -> None:
        """Send a request to its target and the answer back."""
        place = way[0].arn, way[1].key
        try:
            async with asyncio.timeout(CONNECTING):
                link = await self._linked(place, way, exchange.idle)
        except FAILURES as error:
            await say(exchange, 504 if isinstance(error, TimeoutError) else 502)
            return
        try:
            await answer_by(link, exchange, head, added)
        finally:
            if isinstance(link, Http1Link):
                self.pool.give(place, link)
            else:
                link.close()

    async def _linked(self, place: Place, way: tuple[Group, Target], idle: IdleTimeout) -> Link:
        """A connection to a target that waits for its next request, or a new one."""
        waiting = self.pool.take(place, idle.seconds)
        if waiting is None:
            return await linked(*way, idle)
        waiting.begin(idle)
        return waiting


def is_compatible(head: Head, group: Group) -> bool:
    if group.version == "HTTP1":
        return not (head.is_grpc and head.version == 2)
    return head.version == 2 and (group.version == "HTTP2" or head.method == "POST")


async def answer_by(link: Link, exchange: Exchange, head: Head, added: Fields) -> None:
    """Send a request over the connection to its target and the answer back."""
    upload = None
    try:
        if exchange.has_body:
            upload = asyncio.create_task(send_up(exchange, link, head))
        else:
            await send_up(exchange, link, head)
        answer = await link.answer()
        if answer.status == 101:
            if upload is not None:
                await upload
            await splice(await exchange.switch(answer), link.pipe(), exchange.idle)
            return
        await send_back(exchange, link, answer, added)
    except FAILURES as error:
        if exchange.answered:
            raise Broken("the target has ended in the middle of its answer") from error
        await say(exchange, 504 if isinstance(error, TimeoutError) else 502)
    finally:
        if upload is not None:
            upload.cancel()
            with suppress(asyncio.CancelledError, *FAILURES):
                await upload


async def linked(group: Group, target: Target, idle: IdleTimeout) -> Link:
    """A connection to a target, in the HTTP of its group."""
    assert target.address
    host, port = target.address
    is_secure = group.protocol == "HTTPS"
    has_streams = group.version in ("HTTP2", "GRPC")
    context = unverified("h2" if has_streams else "http/1.1") if is_secure else None
    reader, writer = await asyncio.open_connection(host, port, ssl=context)
    idle.moved()
    pipe = Pipe(reader, writer)
    if has_streams:
        return await open_http2(pipe, "https" if is_secure else "http", idle)
    return Http1Link(pipe, idle)


async def send_up(exchange: Exchange, link: Link, head: Head) -> None:
    """The request; a target that does not read it to its end may still have answered."""
    with suppress(Broken, OSError):
        await link.ask(head, has_body=exchange.has_body)
        async for data in exchange.body():
            await link.send(data)
        await link.finish()


async def send_back(exchange: Exchange, link: Link, answer: Answer, added: Fields) -> None:
    fields = end_to_end(answer.fields) + added
    await exchange.respond(replace(answer, fields=fields))
    async for data in link.body():
        await exchange.send(data)
    await exchange.finish(link.trailers)


# ------------------------------------------------------------------------- answers of the balancer


async def say_fixed(exchange: Exchange, config: Json) -> None:
    kind = str(config.get("ContentType") or "text/plain")
    text = str(config.get("MessageBody") or "")
    await say(exchange, int(config["StatusCode"]), (), text, kind)


async def say(
    exchange: Exchange,
    status: int,
    fields: Fields = (),
    text: str | None = None,
    kind: str = "",
) -> None:
    """An answer of the balancer's own; without a text, the page that it has for the status."""
    body = (page(status) if text is None else text).encode()
    usual = (
        (b"Server", b"awselb/2.0"),
        (b"Content-Type", (kind or ("text/html" if text is None else "text/plain")).encode()),
        (b"Content-Length", str(len(body)).encode()),
    )
    await exchange.respond(Answer(status, usual + fields))
    if body and exchange.head.method != "HEAD":
        await exchange.send(body)
    await exchange.finish()


def page(status: int) -> str:
    title = f"{status} {usual_phrase(status)}".strip()
    return (
        f"<html>\r\n<head><title>{title}</title></head>\r\n"
        f"<body>\r\n<center><h1>{title}</h1></center>\r\n</body>\r\n</html>\r\n"
    )

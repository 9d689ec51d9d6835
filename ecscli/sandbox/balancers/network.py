"""A network balancer: connections and datagrams in, to a target and back, whatever they say."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import cast

from ecscli.sandbox.balancers.application import CONNECTING, FAILURES, Found
from ecscli.sandbox.balancers.choice import Choice, group_of
from ecscli.sandbox.balancers.document import Group, Target
from ecscli.sandbox.balancers.exchanges import IdleTimeout, Pipe, splice
from ecscli.sandbox.balancers.tls import unverified

#: Seconds after which a silent connection, and a silent flow of datagrams, is over.
IDLE, IDLE_DATAGRAMS = 350.0, 120.0

Client = tuple[str, int]


def chosen(found: Found | None, choice: Choice) -> tuple[Group, Target] | None:
    """The group of a listener and the target in turn; nothing where it leads nowhere."""
    if found is None:
        return None
    action = found.listener.rules[-1].actions[-1]
    group = found.groups.get(group_of(action, choice.draw) or "")
    target = choice.target(group, {}, found.balancer.separate_zones(group)) if group else None
    return (group, target) if group and target else None


@dataclass(eq=False)
class Connections:
    """A TCP or TLS listener; `find` gives what it is now."""

    find: Callable[[], Found | None]
    choice: Choice

    async def serve(self, pipe: Pipe) -> None:
        way = chosen(self.find(), self.choice)
        if way is None:
            pipe.writer.transport.abort()
            return
        group, target = way
        if target.address is None:
            pipe.writer.write(f"{target.name}\n".encode())
            return
        context = unverified() if group.protocol == "TLS" else None
        with self.choice.under_way(group, target):
            try:
                async with asyncio.timeout(CONNECTING):
                    reader, writer = await asyncio.open_connection(*target.address, ssl=context)
            except FAILURES:
                pipe.writer.transport.abort()
                return
            await splice(pipe, Pipe(reader, writer), IdleTimeout(IDLE))


class Datagrams(asyncio.DatagramProtocol):
    """A UDP listener: each client stays at one target while datagrams flow."""

    transport: asyncio.DatagramTransport

    def __init__(self, find: Callable[[], Found | None], choice: Choice) -> None:
        self.find, self.choice = find, choice
        self.flows: dict[Client, asyncio.Task[Flow | None]] = {}

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.DatagramTransport, transport)

    def datagram_received(self, data: bytes, addr: tuple[str | int, ...]) -> None:
        client = str(addr[0]), int(addr[1])
        if client not in self.flows:
            self.flows[client] = asyncio.create_task(self._open(client))
        self.flows[client].add_done_callback(lambda done: send_on(done, data))

    async def _open(self, client: Client) -> Flow | None:
        way = chosen(self.find(), self.choice)
        if way is None or way[1].address is None:
            self.flows.pop(client, None)
            if way:
                self.transport.sendto(f"{way[1].name}\n".encode(), client)
            return None
        loop = asyncio.get_running_loop()
        try:
            _, flow = await loop.create_datagram_endpoint(
                lambda: Flow(self, client, *way), remote_addr=way[1].address
            )
        except OSError:  # what the client sends next tries anew
            self.flows.pop(client, None)
            return None
        return flow

    def connection_lost(self, exc: Exception | None) -> None:
        for one in self.flows.values():
            one.add_done_callback(close_flow)


class Flow(asyncio.DatagramProtocol):
    """The datagrams of one client, to and from its target."""

    transport: asyncio.DatagramTransport

    def __init__(self, listener: Datagrams, client: Client, group: Group, target: Target) -> None:
        self.listener, self.client = listener, client
        self.under_way = listener.choice.under_way(group, target)
        self.last = 0.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.DatagramTransport, transport)
        self.under_way.__enter__()
        self._look()

    def send(self, data: bytes) -> None:
        self.last = asyncio.get_running_loop().time()
        self.transport.sendto(data)

    def datagram_received(self, data: bytes, addr: tuple[str | int, ...]) -> None:
        self.last = asyncio.get_running_loop().time()
        self.listener.transport.sendto(data, self.client)

    def _look(self) -> None:
        """End the flow when it has been silent for too long."""
        loop = asyncio.get_running_loop()
        self.last = self.last or loop.time()
        left = self.last + IDLE_DATAGRAMS - loop.time()
        if left <= 0:
            self.transport.close()
        elif not self.transport.is_closing():
            loop.call_later(left, self._look)

    def connection_lost(self, exc: Exception | None) -> None:
        self.under_way.__exit__(None, None, None)
        self.listener.flows.pop(self.client, None)


def send_on(done: asyncio.Task[Flow | None], data: bytes) -> None:
    """Send what a client has sent before its flow was open, or after."""
    with suppress(OSError, asyncio.CancelledError):
        flow = done.result()
        if flow is not None:
            flow.send(data)


def close_flow(done: asyncio.Task[Flow | None]) -> None:
    with suppress(OSError, asyncio.CancelledError):
        flow = done.result()
        if flow is not None:
            flow.transport.close()

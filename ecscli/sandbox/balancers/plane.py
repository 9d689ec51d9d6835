"""The data plane: documents in, listeners on addresses of this machine; what it finds out is
reported."""

from __future__ import annotations

import asyncio
import errno
import logging
import secrets
import ssl
import zlib
from collections.abc import Awaitable, Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from ipaddress import ip_address

from ecscli.sandbox.balancers.application import FAILURES, Application, Found
from ecscli.sandbox.balancers.choice import LEAVING, Choice, Place
from ecscli.sandbox.balancers.document import Balancer, Document, Group, Listener, Target
from ecscli.sandbox.balancers.exchanges import Pipe
from ecscli.sandbox.balancers.heads import Head
from ecscli.sandbox.balancers.health import State, watch
from ecscli.sandbox.balancers.http1 import serve_http1
from ecscli.sandbox.balancers.http2 import serve_http2
from ecscli.sandbox.balancers.network import Connections, Datagrams
from ecscli.sandbox.balancers.pool import Pool
from ecscli.sandbox.balancers.tls import terminating
from ecscli.sandbox.shapes import Json

LOG = logging.getLogger(__name__)
#: Seconds between two exchanges of reports and documents, and where no target is real.
STEP, CALM = 0.05, 0.2
#: Where the addresses of balancers begin, and how far a port moves that is not ours to take.
FIRST, MOVED = int(ip_address("127.3.0.1")), 10000
TRIES = 16  # of a free port
#: The protocols of listeners, and the schemes of their addresses.
SCHEMES = {"HTTP": "http", "HTTPS": "https", "TLS": "tls", "UDP": "udp"}
USUAL_PORTS = {"http": 80, "https": 443}
WITH_RULES, SECURE = ("HTTP", "HTTPS"), ("HTTPS", "TLS")
#: What an address answers that is taken, not ours to take, or not this machine's.
TAKEN = (errno.EADDRINUSE, errno.EACCES, errno.EPERM, errno.EADDRNOTAVAIL)


@dataclass(eq=False)
class Open:
    """A listener that listens, the address that it has, and the connections to it."""

    protocol: str
    port: int
    ends: list[asyncio.Server | asyncio.DatagramTransport] = field(default_factory=list)
    address: tuple[str, int] | None = None
    tasks: set[asyncio.Task[None]] = field(default_factory=set)

    @property
    def url(self) -> str:
        assert self.address
        scheme, (host, port) = SCHEMES.get(self.protocol, "tcp"), self.address
        return f"{scheme}://{host}" + ("" if USUAL_PORTS.get(scheme) == port else f":{port}")

    def close(self) -> None:
        for one in self.ends:
            one.close()
        for task in self.tasks:
            task.cancel()


class Plane:
    """`exchange` takes a report and gives the next document; it may block."""

    def __init__(self, exchange: Callable[[Json], Json]) -> None:
        self.exchange = exchange
        self.choice, self.pool = Choice(), Pool()
        self.document = Document(1.0, (), {})
        self.opened: dict[str, Open] = {}
        self.states: dict[Place, State] = {}
        self.watches: dict[Place, asyncio.Task[None]] = {}
        self._seed = secrets.token_hex(8)  # two sandboxes have balancers of one name

    async def run(self, is_over: Callable[[], bool]) -> None:
        """Work until that is over; an exchange that fails is tried again."""
        while not is_over():
            try:
                given = await asyncio.to_thread(self.exchange, self.report())
                await self.settle(Document.read(given))
            except Exception:
                LOG.exception("an exchange of the data plane failed")
            await asyncio.sleep(STEP if self.watches else CALM)
        await self.settle(Document(1.0, (), {}))

    def report(self) -> Json:
        """Where listeners are, how targets are, and which of those that leave have nothing under
        way."""
        leaving = [place for place, one in self.targets() if one.state == "draining"]
        return {
            "urls": {arn: one.url for arn, one in self.opened.items() if one.address},
            "states": [[*place, *state] for place, state in self.states.items()],
            "idle": [list(place) for place in leaving if not self.choice.busy[place]],
        }

    async def settle(self, document: Document) -> None:
        """Work by this document from now on."""
        self.document = document
        wanted = {one.arn: (balancer, one) for balancer, one in listeners(document)}
        for arn, one in list(self.opened.items()):
            now = wanted[arn][1] if arn in wanted else None
            if now is None or (now.protocol, now.port) != (one.protocol, one.port):
                self.opened.pop(arn).close()
        for arn, (balancer, listener) in wanted.items():
            if arn not in self.opened:
                self.opened[arn] = await self._listen(balancer, listener)
        self._watch()
        self.pool.keep([place for place, one in self.targets() if one.state not in LEAVING])

    def targets(self) -> Iterator[tuple[Place, Target]]:
        for group in self.document.groups.values():
            for target in group.targets:
                yield (group.arn, target.key), target

    # ------------------------------------------------------------------------------------- health

    def _watch(self) -> None:
        """Begin to check the targets that have come, and forget those that leave."""
        staying = {
            place
            for place, one in self.targets()
            if one.checked_at and one.state not in LEAVING and self._watched(place)
        }
        for place in staying - self.watches.keys():
            find, note = partial(self._watched, place), partial(self._note, place)
            self.watches[place] = asyncio.create_task(watch(find, note))
        for place in self.watches.keys() - staying:
            self.watches.pop(place).cancel()
            self.states.pop(place, None)

    def _note(self, place: Place, state: State) -> None:
        self.states[place] = state

    def _watched(self, place: Place) -> tuple[float, Group, Target] | None:
        group = self.document.groups.get(place[0])
        found = [one for one in group.targets if one.key == place[1]] if group else []
        if group is None or group.check is None or not found:
            return None
        return self.document.pace, group, found[0]

    # ---------------------------------------------------------------------------------- listeners

    def _find(self, arn: str) -> Found | None:
        """A listener as it is now."""
        for balancer, listener in listeners(self.document):
            if listener.arn == arn:
                ports = {
                    one.port: self.opened[one.arn].address
                    for one in balancer.listeners
                    if one.arn in self.opened
                }
                moved = {port: found[1] for port, found in ports.items() if found}
                return Found(balancer, listener, self.document.groups, moved)
        return None

    async def _listen(self, balancer: Balancer, listener: Listener) -> Open:
        """A listener at the first place that is free; without an address where none is."""
        made = Open(listener.protocol, listener.port)
        for host, port in places(f"{self._seed}{balancer.arn}", listener.port):
            try:
                made.address = await self._bind(made, listener, host, port)
            except OSError as error:
                made.close()  # of TCP_UDP one end may be open already
                made.ends.clear()
                if error.errno not in TAKEN:
                    raise
                continue
            LOG.info("%s listens on %s", listener.arn, made.url)
            return made
        LOG.error("no address is free for %s", listener.arn)
        return made

    async def _bind(self, made: Open, listener: Listener, host: str, port: int) -> tuple[str, int]:
        find = partial(self._find, listener.arn)
        if listener.protocol in ("UDP", "TCP_UDP"):
            loop = asyncio.get_running_loop()
            transport, _ = await loop.create_datagram_endpoint(
                lambda: Datagrams(find, self.choice), local_addr=(host, port)
            )
            made.ends.append(transport)
            port = transport.get_extra_info("sockname")[1]
        if listener.protocol != "UDP":
            serve = self._server(made, listener, find)
            context = self._context(listener, find)
            server = await asyncio.start_server(serve, host, port, ssl=context, backlog=1024)
            made.ends.append(server)
            port = server.sockets[0].getsockname()[1]
        return host, port

    def _context(
        self, listener: Listener, find: Callable[[], Found | None]
    ) -> ssl.SSLContext | None:
        if listener.protocol not in SECURE:
            return None
        protocols = ["h2", "http/1.1"] if listener.protocol == "HTTPS" else []

        def names() -> tuple[tuple[str, ...], ...]:
            found = find()
            return found.listener.certificates if found else ()

        return terminating(names, protocols)

    def _server(
        self, made: Open, listener: Listener, find: Callable[[], Found | None]
    ) -> Callable[[asyncio.StreamReader, asyncio.StreamWriter], None]:
        """What begins a task for each connection."""
        serve: Callable[[Pipe], Awaitable[None]]
        if listener.protocol in WITH_RULES:
            serve = partial(serve_connection, Application(find, self.choice, self.pool), listener)
        else:
            serve = Connections(find, self.choice).serve

        async def attend(pipe: Pipe) -> None:
            try:
                with suppress(*FAILURES):
                    await serve(pipe)
            finally:
                pipe.writer.close()

        def begin(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            task = asyncio.create_task(attend(Pipe(reader, writer)))
            made.tasks.add(task)
            task.add_done_callback(made.tasks.discard)

        return begin


def listeners(document: Document) -> Iterator[tuple[Balancer, Listener]]:
    return ((one, listener) for one in document.balancers for listener in one.listeners)


def places(name: str, port: int) -> Iterator[tuple[str, int]]:
    """Where a listener may be: at the balancer's own address, else where anything is free."""
    own = str(ip_address(FIRST + zlib.crc32(name.encode()) % 65000))
    yield own, port
    if port < 1024:
        yield own, port + MOVED
    # any that is free; for TCP and UDP that which the one found may be taken for the other
    yield from [("127.0.0.1", 0)] * TRIES


async def serve_connection(application: Application, listener: Listener, pipe: Pipe) -> None:
    """A client's connection, in the HTTP that it has agreed on."""
    found = application.find()
    seconds = found.balancer.idle_timeout if found else 1.0
    peer = pipe.writer.get_extra_info("peername")
    scheme = listener.protocol.lower()
    like = Head("", scheme, "", "", "", (), str(peer[0]) if peer else "", listener.port)
    secured = pipe.writer.get_extra_info("ssl_object")
    speaks = serve_http2 if secured and secured.selected_alpn_protocol() == "h2" else serve_http1
    await speaks(pipe, like, seconds, application.serve)

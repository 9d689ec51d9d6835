"""One entry of `ports` or `expose`, short or long -> canonical mappings `{target, published,
protocol, ...}`.

Short form: `[[IP:]HOST[-HOST]:]CONTAINER[-CONTAINER][/PROTOCOL]`, an IPv6 address in brackets.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from ipaddress import ip_address
from itertools import repeat
from typing import NamedTuple, TypeGuard

from ecscli.base.documents import Draft
from ecscli.base.errors import shorten
from ecscli.base.marks import Map, Mark, Raw, Seq
from ecscli.base.units import HIGHEST_PORT, LOWEST_PORT
from ecscli.compose.dialect import TODAY, Dialect
from ecscli.compose.join.merge import settle
from ecscli.compose.read.forms import as_list, expected_item, mapping, text, text_or_number, whole
from ecscli.compose.read.reader import DROP, Dropped, Reader, is_number, plain

PROTOCOLS = ("tcp", "udp", "sctp")
RANGE = re.compile(r"(\d{1,9})(?:-(\d{1,9}))?\Z")
FORM_HINT = 'write "[[IP:]HOST:]CONTAINER[/PROTOCOL]", for example "8080:80"'
MOST_PORTS = 100_000


class Range(NamedTuple):
    """Ports from `first` to `last`, both in it."""

    first: int
    last: int

    @property
    def length(self) -> int:
        return self.last - self.first + 1

    @property
    def ports(self) -> range:
        return range(self.first, self.last + 1)

    def __str__(self) -> str:
        return str(self.first) if self.first == self.last else f"{self.first}-{self.last}"


ANY_PORT = Range(0, 0)


def parse_range(written: str) -> Range:
    """`80` or `8000-8010`; raises ValueError for what cannot be read."""
    match = RANGE.match(written.strip())
    if not match:
        raise ValueError(f'"{shorten(written)}" is not a port or a range of ports')
    found = Range(int(match[1]), int(match[2] or match[1]))
    if found.last > HIGHEST_PORT:
        raise ValueError(f"port {found.last} is above {HIGHEST_PORT}")
    if found.first > found.last:
        raise ValueError(f'the range "{shorten(written)}" ends before it begins')
    return found


def _protocol(written: str) -> str:
    protocol = written.lower() or "tcp"
    if protocol not in PROTOCOLS:
        raise ValueError(
            f'"{shorten(written)}" is not a protocol; it is one of {", ".join(PROTOCOLS)}'
        )
    return protocol


def _check_address(written: str) -> None:
    try:
        ip_address(written)
    except ValueError:
        raise ValueError(f'"{shorten(written)}" is not an IP address') from None


def _split(spec: str, dialect: Dialect) -> tuple[str, str, str]:
    """(host IP, host ports, container ports), each perhaps empty; today an IPv6 address may go
    without brackets."""
    if spec.startswith("["):
        return _split_after_brackets(spec)
    rest, _, container = spec.rpartition(":")
    address, _, host = rest.rpartition(":")
    if ":" in address and not dialect.takes_bare_ipv6_addresses:
        raise ValueError(f'"{shorten(spec)}" has too many colons (an IPv6 address needs brackets)')
    return address, host, container


def _split_after_brackets(spec: str) -> tuple[str, str, str]:
    address, bracket, rest = spec[1:].partition("]")
    if not bracket or not rest.startswith(":"):
        raise ValueError(f'"{shorten(spec)}" has no "]:" after its IPv6 address')
    host, _, container = rest[1:].rpartition(":")
    return address, host, container


class Ports(NamedTuple):
    """A short form as it is written: ranges that are not expanded yet, and what their ports
    share."""

    container: Range
    host: Range | None
    shared: Draft
    each_host: bool  # every port of the host range is published

    @property
    def number(self) -> int:
        """How many mappings it makes."""
        return self.host.length if self.host and self.each_host else self.container.length

    def mappings(self) -> list[Draft]:
        """One mapping for each port.

        A range of host ports for one container port stays a range (any free one of it); in
        version 3 each port is published.
        """
        container, host = self.container, self.host
        if host is None:
            return [self._mapping(target) for target in container.ports]
        if not self.each_host:
            return [self._mapping(container.first, str(host))]
        targets: Iterable[int] = (
            container.ports if container.length > 1 else repeat(container.first)
        )
        pairs = zip(host.ports, targets, strict=False)
        return [self._mapping(target, str(published)) for published, target in pairs]

    def _mapping(self, target: int, published: str | None = None) -> Draft:
        mapping = {**self.shared, "target": target}
        if published is not None:
            mapping["published"] = published
        return mapping


def parse_ports(spec: str, dialect: Dialect = TODAY) -> Ports:
    """What a short form means; raises ValueError for what cannot be read."""
    ports, slash, protocol = spec.partition("/")
    if slash and not protocol:
        raise ValueError(f'"{shorten(spec)}" ends without its protocol')
    address, host_text, container_text = _split(ports.strip(), dialect)
    if not container_text:
        raise ValueError(f'"{shorten(spec)}" names no container port')
    shared: Draft = {"protocol": _protocol(protocol)}
    if address:
        _check_address(address)
        shared["host_ip"] = address
    host = parse_range(host_text) if host_text else ANY_PORT
    return _paired(parse_range(container_text), host, shared, dialect)


def _paired(container: Range, host: Range, shared: Draft, dialect: Dialect) -> Ports:
    """Host and container ports together, if their numbers fit."""
    if host == ANY_PORT:
        return Ports(container, None, shared, False)
    if container.length not in (1, host.length):
        raise ValueError(f"the ranges {host} and {container} have different lengths")
    each_host = container.length == host.length or dialect.publishes_whole_range
    return Ports(container, host, shared, each_host)


def _published(reader: Reader, value: Raw, at: Mark, path: str) -> str | Dropped:
    written = text_or_number(reader, value, at, path)
    if written is DROP or written == "":
        return DROP
    try:
        return str(parse_range(written))
    except ValueError as error:
        return reader.wrong(f"{error}", at, path)


def _long_protocol(reader: Reader, value: Raw, at: Mark, path: str) -> str | Dropped:
    written = text(reader, value, at, path)
    return written if written is DROP else written.lower()


def _host_ip(reader: Reader, value: Raw, at: Mark, path: str) -> str | Dropped:
    written = text(reader, value, at, path)
    if written is DROP or not written:
        return DROP
    try:
        _check_address(written.strip("[]"))
    except ValueError as error:
        return reader.wrong(f"{error}", at, path)
    return written.strip("[]")


LONG = mapping(
    {
        "target": whole(LOWEST_PORT, HIGHEST_PORT),
        "published": _published,
        "protocol": _long_protocol,
        "host_ip": _host_ip,
        "mode": text,
        "name": text,
        "app_protocol": text,
    },
    "target",
)


def ports(reader: Reader, value: Raw, at: Mark, path: str) -> Seq | Dropped:
    """The list under `ports` -> long forms, ranges expanded."""
    if _is_one_port(value):
        return reader.wrong("must be a list", at, path, f'write it as a list: ["{plain(value)}"]')
    if not isinstance(value, Seq):
        return reader.expected("a list", value, at, path)
    found = PortList(reader, value.mark)
    for index, (item, spot) in enumerate(value.marked()):
        found.add(item, spot, f"{path}[{index}]")
    return found.list


class PortList:
    """The ports of a list, each once; ports of different items may overlap."""

    def __init__(self, reader: Reader, mark: Mark | None) -> None:
        self.reader = reader
        self.list = Seq((), mark)
        self.origins: dict[str, Raw] = {}  # each port -> the item that it comes from

    def add(self, item: Raw, at: Mark, path: str) -> None:
        """Add every port of an item, or note that the item is repeated."""
        for port in _entry(self.reader, item, at, path):
            port_text = repr(sorted(port.items(), key=str))
            if port_text not in self.origins:
                self.origins[port_text] = item
                _warn_of_range(self.reader, port, at, path)
                self.list.add(port, at)
            elif self.origins[port_text] == item:
                _note_repeated(self.reader, at, path)


def _is_one_port(value: Raw) -> TypeGuard[str | int]:
    """Whether this is a port where a list of ports belongs."""
    return isinstance(value, str | int) and not isinstance(value, bool)


def _warn_of_range(reader: Reader, port: Map, at: Mark, path: str) -> None:
    published = port.get("published", "")
    if "-" in published:
        message = f"any free host port is taken: ECS cannot choose one of {published}"
        reader.journal.warn(message, at, path, "write one host port, or none")


def _note_repeated(reader: Reader, at: Mark, path: str) -> None:
    """Docker Compose takes equal ports for one; ecs-cli refused them."""
    message, hint = "this port is already in the list", "remove one"
    if reader.dialect.last_repeated_item_counts:
        reader.journal.warn(message, at, path, hint)
    else:
        reader.wrong(message, at, path, hint)


def _entry(reader: Reader, item: Raw, at: Mark, path: str) -> list[Map]:
    """The ports of one item, none where it cannot be read."""
    if type(item) is Map:
        return _long_entry(reader, item, at, path)
    if isinstance(item, str) or is_number(item):
        return _short_entry(reader, plain(item), at, path)
    expected_item(reader, "a port", item, at, path)
    return []


def _short_entry(reader: Reader, spec: str, at: Mark, path: str) -> list[Map]:
    try:
        written = parse_ports(spec, reader.dialect)
    except ValueError as error:
        reader.wrong(f"{error}", at, path, FORM_HINT)
        return []
    if not _count(reader, written.number, at, path):
        return []
    return [Map(port, at) for port in written.mappings()]


def _long_entry(reader: Reader, item: Map, at: Mark, path: str) -> list[Map]:
    found = settle(LONG(reader, item, at, path))
    if found is DROP:
        return []
    found.setdefault("protocol", "tcp")
    return [found]


def _count(reader: Reader, ports: int, at: Mark, path: str) -> bool:
    """Whether the ports of all files stay below the limit with these; the first that break it are
    noted."""
    before = reader.journal.ports
    reader.journal.ports += ports
    if before <= MOST_PORTS < reader.journal.ports:
        reader.wrong(f"the ranges of all files stand for more than {MOST_PORTS} ports", at, path)
    return reader.journal.ports <= MOST_PORTS


def expose(reader: Reader, value: Raw, at: Mark, path: str) -> Seq | Dropped:
    """The list under `expose` -> texts such as `8080` or `8080/udp`, checked."""
    items = as_list(value, at) if _is_one_port(value) else value
    if not isinstance(items, Seq):
        return reader.expected("a list", value, at, path)
    found = Seq((), items.mark)
    for index, (item, spot) in enumerate(items.marked()):
        inside = f"{path}[{index}]"
        written = _exposed(reader, item, spot, inside)
        if written is DROP or (written in found and reader.dialect.last_repeated_item_counts):
            continue
        ports, _ = parse_exposed(written)
        if _count(reader, ports.length, spot, inside):
            found.add(written, spot)
    return found


def _exposed(reader: Reader, item: Raw, at: Mark, path: str) -> str | Dropped:
    """The text of one item, if it can be read."""
    if item is None:
        return expected_item(reader, "a port", item, at, path)
    written = text_or_number(reader, item, at, path)
    if written is DROP:
        return DROP
    try:
        parse_exposed(written)
    except ValueError as error:
        return reader.wrong(f"{error}", at, path, 'write "CONTAINER[/PROTOCOL]"')
    return written


def parse_exposed(written: str) -> tuple[Range, str]:
    """`8080`, `8080-8090/udp` -> the range and its protocol; raises ValueError."""
    port_range, _, protocol = written.partition("/")
    return parse_range(port_range), _protocol(protocol)

"""The door: who may ask the sandbox at all. A request's headers and source in; a refusal or nothing
out. Pure.

Any web page that is open on this machine can send requests to a loopback address. What it cannot do
is to send them without an Origin or a Sec-Fetch-Site of its own, or with a Host that is ours while
its own name leads here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, ip_address
from typing import NamedTuple

#: What is below this path controls the sandbox; everything else is AWS's.
CONTROL = "/_sandbox/"
#: moto's own control calls are below this one; the sandbox has its reset.
MOTO = "/moto-api/"
#: The names of this machine for itself. No other name is answered to: it could lead here by DNS
#: rebinding.
NAMES = ("127.0.0.1", "localhost", "[::1]")
#: What browsers send for an address that somebody typed, and for a page of this very address.
OWN_SITES = ("none", "same-origin")


class Refusal(NamedTuple):
    """The HTTP status and the one sentence of a request that is not answered."""

    status: int
    sentence: str


@dataclass(frozen=True, slots=True)
class Visit:
    """What the door looks at: header names are in lower case, `source` is the address of the
    client."""

    method: str
    path: str
    source: str
    headers: Mapping[str, str]

    @property
    def controls(self) -> bool:
        return f"{self.path}/".startswith(CONTROL)

    @property
    def controls_moto(self) -> bool:
        return f"{self.path}/".startswith(MOTO)


@dataclass(frozen=True, slots=True)
class Door:
    """One listening address: the Host headers that name it, and the network that it is for (None:
    this machine)."""

    hosts: frozenset[str]
    network: IPv4Network | None = None
    gateway: IPv4Address | None = None  # this machine's own address in the network

    @classmethod
    def of_this_machine(cls, port: int) -> Door:
        return cls(frozenset(f"{name}:{port}" for name in NAMES))

    @classmethod
    def of_containers(cls, network: IPv4Network, gateway: IPv4Address, port: int) -> Door:
        """For the containers of a network alone, not even for this machine, whose browsers could
        ask as well."""
        return cls(frozenset([f"{gateway}:{port}"]), network, gateway)

    def refusal(self, visit: Visit) -> Refusal | None:
        """Why the request is not answered, by the first rule that it breaks."""
        return next((refused for broken, refused in RULES if broken(self, visit)), None)


def is_stranger(door: Door, visit: Visit) -> bool:
    if door.network is None:
        return False
    source = ip_address(visit.source)
    return source not in door.network or source == door.gateway


def has_other_host(door: Door, visit: Visit) -> bool:
    return visit.headers.get("host", "").lower() not in door.hosts


def has_origin(door: Door, visit: Visit) -> bool:
    return "origin" in visit.headers


def is_of_other_site(door: Door, visit: Visit) -> bool:
    return visit.headers.get("sec-fetch-site", "none").lower() not in OWN_SITES


def has_no_length(door: Door, visit: Visit) -> bool:
    length = visit.headers.get("content-length") or "0"
    return not (length.isascii() and length.isdigit())


def controls_from_container(door: Door, visit: Visit) -> bool:
    return door.network is not None and (visit.controls or visit.controls_moto)


def controls_without_json(door: Door, visit: Visit) -> bool:
    if not visit.controls or visit.method in ("GET", "HEAD"):
        return False
    media_type = visit.headers.get("content-type", "").partition(";")[0]
    return media_type.strip().lower() != "application/json"


RULES: tuple[tuple[Callable[[Door, Visit], bool], Refusal], ...] = (
    (is_stranger, Refusal(403, "Only containers of this sandbox are answered at this address.")),
    (
        has_other_host,
        Refusal(
            403, "The Host header must be the sandbox's own address: no other name leads here."
        ),
    ),
    (
        has_origin,
        Refusal(
            403, "Web pages cannot use the sandbox: requests with an Origin header are refused."
        ),
    ),
    (
        is_of_other_site,
        Refusal(
            403, "Web pages cannot use the sandbox: Sec-Fetch-Site must be none or same-origin."
        ),
    ),
    (has_no_length, Refusal(400, "The Content-Length header must be a number.")),
    (
        controls_from_container,
        Refusal(403, "Containers have AWS's API at this address, and no control calls."),
    ),
    (
        controls_without_json,
        Refusal(415, "Control calls take a body of Content-Type application/json."),
    ),
)


def without_cors(headers: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """The headers of an answer without those that would let a page of another origin read it."""
    return [
        (name, value) for name, value in headers if not name.lower().startswith("access-control-")
    ]

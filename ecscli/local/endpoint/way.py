"""How containers reach the endpoint: the network is there, and sockets listen at an address of this
machine that they can reach."""

from __future__ import annotations

import socket
from collections.abc import Mapping
from typing import Any

from ecscli.base.errors import EcsCliError, InputError
from ecscli.base.records import field, record
from ecscli.local.definition.convert import HOLDER_IMAGE
from ecscli.local.engine import (
    ADDRESS,
    FORWARDER,
    NETWORK_LABEL,
    ORIGINAL,
    OTHER_GATEWAY,
    Engine,
    forwarder_of,
    gateway_of,
)
from ecscli.registry.connection import border

#: Tried first, so that the address stays the same from day to day.
USUAL_PORT = 51679
RELATIVE_PORT = 80
DESKTOP = "host.docker.internal"
FORMS = ("auto", "gateway", "forwarder", "none")
AUTO, GATEWAY, FORWARDING, NONE = FORMS


@record
class Way:
    """Sockets that listen, and where containers find them. `relative`: every SDK finds it there;
    `from_anywhere`: who asks has an address of this machine."""

    listening: socket.socket
    relaying: socket.socket | None
    address: str
    relay_address: str = ""
    relative: bool = False
    from_anywhere: bool = False


@record
class WayRequest:
    """`form`: one of FORMS; `ports`: those that were listened at before; `relays`: a second socket
    is needed, which leads to the sandbox; `image`: that of a forwarder."""

    owner: str
    network: str
    form: str
    relays: bool
    image: str
    ports: Mapping[str, int] = field(default_factory=dict)


def open_way(engine: Engine, wanted: WayRequest) -> Way | None:
    """The way of a form, with its network; None where no endpoint is wanted. Raises EcsCliError
    where there is none."""
    network, form = wanted.network, wanted.form
    found = engine.network(network)
    if form == NONE:
        if found is None:
            engine.make_network(network, gateway=None)
        return None
    if found is None:
        _make_network(engine, network, gateway=form in (AUTO, GATEWAY))
        found = engine.network(network) or {}
    gateway = gateway_of(network, found)
    if ORIGINAL in [one.get("Name") for one in (found.get("Containers") or {}).values()]:
        hint = f"`docker rm -f {ORIGINAL}`, and `docker network rm {network}`"
        raise InputError(f"the network {network} has the endpoint of ecs-cli in it", None, hint)
    if form in (AUTO, GATEWAY) and gateway == ADDRESS:
        try:
            return _direct(wanted)
        except OSError as error:
            if form == GATEWAY:
                hint = "choose --endpoint forwarder"
                raise EcsCliError(
                    f"{ADDRESS} is not of this machine: {error}", None, hint
                ) from None
        if not found.get("Containers"):  # an engine in a machine of its own
            engine.remove_network(network)
            engine.make_network(network, gateway=False)
            gateway = OTHER_GATEWAY
    return _forwarded(engine, wanted, gateway)


def _make_network(engine: Engine, network: str, gateway: bool) -> None:
    """The network with the endpoint's subnet; an error of the engine says what does without it."""
    try:
        engine.make_network(network, gateway)
    except EcsCliError as error:
        hint = "--endpoint none starts containers without credentials and metadata"
        raise EcsCliError(error.message, None, hint) from None


def _direct(wanted: WayRequest) -> Way:
    ports = wanted.ports
    listening = listen(ADDRESS, ports.get("endpoint") or USUAL_PORT)
    address = f"{ADDRESS}:{port_of(listening)}"
    if not wanted.relays:
        return Way(listening, None, address)
    relaying = listen(ADDRESS, ports.get("relay") or 0)
    return Way(listening, relaying, address, f"{ADDRESS}:{port_of(relaying)}")


def _forwarded(engine: Engine, wanted: WayRequest, gateway: str) -> Way:
    network, ports = wanted.network, wanted.ports
    if gateway == ADDRESS:
        hint = f"`docker network rm {network}` once nothing runs in it, or --endpoint none"
        raise InputError(f"the network {network} has no address for a forwarder", None, hint)
    _check_free(engine, wanted)
    host, from_anywhere = gateway, False
    try:
        listening = listen(gateway, ports.get("endpoint") or 0)
    except OSError:  # an engine in a machine of its own
        host, from_anywhere = DESKTOP, True
        listening = listen("127.0.0.1", ports.get("endpoint") or 0)
    forwards = [(RELATIVE_PORT, port_of(listening))]
    relaying, relay_address = None, ""
    if wanted.relays:
        relaying = listen(listening.getsockname()[0], ports.get("relay") or 0)
        forwards.append((port_of(relaying), port_of(relaying)))
        relay_address = f"{ADDRESS}:{port_of(relaying)}"
    _make_forwarder(engine, wanted, host, forwards)
    return Way(listening, relaying, ADDRESS, relay_address, True, from_anywhere)


def _check_free(engine: Engine, wanted: WayRequest) -> None:
    """Raise InputError where the one forwarder leads to the endpoint of others that run."""
    labels = engine.forwarder(wanted.network)
    other = labels.get(FORWARDER)
    if other and other != wanted.owner and engine.owned(other):
        message = f"the forwarder of the network {wanted.network} is in use by other containers"
        raise InputError(message, None, "`ecscli local down` there, or --endpoint none here")


def _make_forwarder(
    engine: Engine, wanted: WayRequest, host: str, forwards: list[tuple[int, int]]
) -> None:
    """The container at the address of the endpoint, anew."""
    name, api = forwarder_of(wanted.network), engine.api
    engine.remove(name)
    script = " & ".join(f"nc -ll -p {port} -e nc {host} {there}" for port, there in forwards)
    with border():
        _ensure_image(api, wanted.image)
        config = api.create_host_config(
            extra_hosts={DESKTOP: "host-gateway"} if host == DESKTOP else None, init=True
        )
        attached = api.create_networking_config(
            {wanted.network: api.create_endpoint_config(ipv4_address=ADDRESS)}
        )
        made = api.create_container(
            wanted.image,
            ["sh", "-c", script],
            name=name,
            labels={FORWARDER: wanted.owner, NETWORK_LABEL: wanted.network},
            host_config=config,
            networking_config=attached,
        )
        api.start(made["Id"])


def _ensure_image(api: Any, image: str) -> None:
    from docker.errors import ImageNotFound

    try:
        api.inspect_image(image)
    except ImageNotFound:
        api.pull(image)


def forwarder_image(environment: Mapping[str, str]) -> str:
    """An image with a busybox."""
    return environment.get("ECSCLI_LOCAL_IMAGE") or HOLDER_IMAGE


def listen(host: str, port: int) -> socket.socket:
    """A socket that listens at this port, else at any that is free. Raises OSError."""
    for number in (port, 0):
        made = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            made.bind((host, number))
            made.listen(128)
        except OSError:
            made.close()
            if not number:
                raise
            continue
        made.set_inheritable(True)
        return made
    raise AssertionError("the last port has been tried")


def port_of(one: socket.socket) -> int:
    return int(one.getsockname()[1])

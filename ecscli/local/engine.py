"""The Docker engine of this machine, as `local` needs it: its network, and the containers with our
labels."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import Any

from ecscli.base.errors import InputError
from ecscli.base.records import record
from ecscli.local.definition.convert import TYPE_LABEL, VALUE_LABEL
from ecscli.local.overlay import DIRECTORY, ECS, OWNER
from ecscli.registry.connection import border, connect

Json = dict[str, Any]
SUBNET = "169.254.170.0/24"
#: Where SDKs look for credentials without encryption.
ADDRESS = "169.254.170.2"
#: The gateway where the address is a container's; that and those below are not given to others.
OTHER_GATEWAY, RANGE = "169.254.170.1", "169.254.170.128/25"
NETWORK_LABEL = "ecscli.local.network"
COMPOSE_PROJECT = "com.docker.compose.project"
FORWARDER = "ecscli.local.forwarder"
#: What the network of ecs-cli has in the place of our endpoint.
ORIGINAL = "amazon-ecs-local-container-endpoints"
STOP_TIMEOUT = 10  # seconds


@record
class Container:
    """One of our containers, as the engine lists it."""

    id: str
    names: tuple[str, ...]
    image: str
    status: str
    state: str
    ports: tuple[Mapping[str, Any], ...]
    labels: Mapping[str, str]

    @property
    def definition(self) -> str:
        return self.labels.get(VALUE_LABEL, "")

    @property
    def names_of_definition(self) -> tuple[str, str]:
        """The family, and family and revision."""
        family = self.labels.get(f"{ECS}task-definition-family", "")
        return family, f"{family}:{self.labels.get(f'{ECS}task-definition-version', '')}"


@record
class Choice:
    """Which containers are meant: by the definition's file or name, all, or those of a
    directory."""

    file: str = ""
    remote: str = ""
    all: bool = False
    directory: str = ""
    default_file: str = ""

    def has(self, one: Container) -> bool:
        kind, value = one.labels.get(TYPE_LABEL), one.definition
        if self.file:
            return (kind, value) == ("local", self.file)
        if self.remote:
            name = self.remote.rpartition("/")[2]
            is_named = value == self.remote or name in one.names_of_definition
            return kind == "remote" and is_named
        if self.all:
            return True
        is_here = one.labels.get(DIRECTORY) == self.directory
        return is_here or (kind, value) == ("local", self.default_file)


class Engine:
    """An engine, open until the end of a `with`."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self.api = connect(environment)

    def __enter__(self) -> Engine:
        return self

    def __exit__(self, *_: object) -> None:
        self.api.close()

    # ----------------------------------------------------------------------- containers

    def raw(self, choice: Choice) -> list[Json]:
        """The engine's own rows of containers with our labels, stopped ones too."""
        with border():
            found: list[Json] = self.api.containers(all=True, filters={"label": VALUE_LABEL})
        return [row for row in found if choice.has(container_of(row))]

    def containers(self, choice: Choice) -> list[Container]:
        return [container_of(row) for row in self.raw(choice)]

    def owned(self, owner: str) -> list[Container]:
        """All containers of an owner."""
        with border():
            rows = self.api.containers(all=True, filters={"label": f"{OWNER}={owner}"})
        return [container_of(row) for row in rows]

    def inspect(self, name: str) -> Json:
        with border():
            found: Json = self.api.inspect_container(name)
            return found

    def output(self, name: str, follow: bool) -> Iterator[str]:
        """The lines that a container has written, and with `follow` those that it writes."""
        rest = b""
        with border():
            for chunk in self.api.logs(name, stream=True, follow=follow):
                *lines, rest = (rest + chunk).split(b"\n")
                yield from (line.decode("utf-8", "replace") for line in lines)
        if rest:
            yield rest.decode("utf-8", "replace")

    def stop(self, name: str) -> None:
        with border(), _missing_is_gone():
            self.api.stop(name, timeout=STOP_TIMEOUT)

    def remove(self, name: str) -> None:
        with border(), _missing_is_gone():
            self.api.remove_container(name, force=True, v=True)

    # -------------------------------------------------------------------------- network

    def forwarder(self, network: str) -> Mapping[str, str]:
        """The labels of the container that forwards in a network; none where there is none."""
        from docker.errors import NotFound

        with border():
            try:
                found = self.api.inspect_container(forwarder_of(network))
            except NotFound:
                return {}
            labels: Mapping[str, str] = found["Config"]["Labels"] or {}
            return labels

    def network(self, name: str) -> Json | None:
        from docker.errors import NotFound

        with border():
            try:
                found: Json = self.api.inspect_network(name)
            except NotFound:
                return None
            return found

    def make_network(self, name: str, gateway: bool | None) -> None:
        """`gateway`: the endpoint has an address of this machine, else of a container; None:
        any subnet will do."""
        from docker.types import IPAMConfig, IPAMPool

        pools = {
            True: [IPAMPool(subnet=SUBNET, gateway=ADDRESS)],
            False: [IPAMPool(subnet=SUBNET, gateway=OTHER_GATEWAY, iprange=RANGE)],
            None: [],
        }
        ipam = IPAMConfig(pool_configs=pools[gateway])
        with border():
            self.api.create_network(
                name, driver="bridge", ipam=ipam, labels={NETWORK_LABEL: name}, check_duplicate=True
            )

    def tear_down(self, name: str) -> tuple[bool, int]:
        """Remove a network of ours and the forwarder in it, where nothing else is in it: whether
        it is gone, and how many others are there."""
        found = self.network(name)
        if found is None:
            return False, 0
        inside = {str(one.get("Name")) for one in (found.get("Containers") or {}).values()}
        others = inside - {forwarder_of(name), ORIGINAL}
        if others or ORIGINAL in inside or NETWORK_LABEL not in (found.get("Labels") or {}):
            return False, len(others)
        self.remove(forwarder_of(name))
        self.remove_network(name)
        return True, 0

    def remove_networks_of(self, project: str) -> list[str]:
        """Remove the networks that Docker Compose has made for a project and that are empty; their
        names."""
        with border():
            found = self.api.networks(filters={"label": f"{COMPOSE_PROJECT}={project}"})
        empty = [
            one["Name"] for one in found if not (self.network(one["Id"]) or {}).get("Containers")
        ]
        for name in empty:
            self.remove_network(name)
        return empty

    def remove_network(self, name: str) -> None:
        with border(), _missing_is_gone():
            self.api.remove_network(name)


def forwarder_of(network: str) -> str:
    """The name of the container that stands at the endpoint's address."""
    return f"{network}-endpoint"


def gateway_of(name: str, network: Json) -> str:
    """The gateway of a network of the right subnet. Raises InputError for another one."""
    pools = (network.get("IPAM") or {}).get("Config") or [{}]
    subnet = str(pools[0].get("Subnet") or "no subnet")
    if subnet != SUBNET:
        raise InputError(
            f"the network {name} has {subnet}, and {SUBNET} is needed",
            None,
            f"see `docker network inspect {name}`; remove it, or name another one with --network",
        )
    return str(pools[0].get("Gateway") or OTHER_GATEWAY).partition("/")[0]


def is_of_network(address: str) -> bool:
    """Whether an address is of a container in the network."""
    with suppress(ValueError):
        return ipaddress.ip_address(address) in ipaddress.ip_network(SUBNET)
    return False


def container_of(row: Json) -> Container:
    return Container(
        row["Id"],
        tuple(row.get("Names") or ()),
        row.get("Image", ""),
        row.get("Status", ""),
        row.get("State", ""),
        tuple(row.get("Ports") or ()),
        row.get("Labels") or {},
    )


class _missing_is_gone(suppress):
    """What is not there any more has gone, whoever removed it."""

    def __init__(self) -> None:
        from docker.errors import NotFound

        super().__init__(NotFound)

"""A container of a task, and what the task refers to -> where each published port is reached.

PURE: `up.tasks.surroundings` reads the addresses.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from ecscli.base.balanced import HTTPS_PORTS
from ecscli.base.documents import Draft
from ecscli.base.limits import DATA_STORE_PORTS, EPHEMERAL_PORTS
from ecscli.base.records import record
from ecscli.up.tasks.surroundings import Surroundings, public_interfaces

if TYPE_CHECKING:
    from types_boto3_ecs.type_defs import ContainerTypeDef, TaskTypeDef

PENDING = "(PENDING)"
NOWHERE = ("", PENDING, "0.0.0.0", "::")  # a binding to every address names none
DEFAULT_PORTS = {"http": 80, "https": 443}


@record
class Address:
    """Where a port of a container is reached. `host` is empty where no address is known, and
    `(PENDING)` where there is none yet; `protocol` is tcp or udp."""

    container: str
    host: str
    port: int
    container_port: int
    protocol: str = "tcp"
    scheme: str = ""  # of a listener of a load balancer
    is_balanced: bool = False
    path: str = ""  # of a rule of a load balancer

    @property
    def is_known(self) -> bool:
        """Whether a client could connect to it."""
        return bool(self.port) and self.host not in NOWHERE

    @property
    def is_page(self) -> bool:
        """Whether a browser can open it."""
        return self.url.startswith(("http://", "https://"))

    @property
    def url(self) -> str:
        """The address with the scheme that its listener has, or that the port makes likely."""
        scheme = self.scheme or self._likely_scheme()
        host = f"[{self.host}]" if ":" in self.host else self.host
        port = "" if DEFAULT_PORTS.get(scheme) == self.port else f":{self.port}"
        return f"{scheme}://{host}{port}{self.path}"

    def _likely_scheme(self) -> str:
        if self.protocol != "tcp":
            return self.protocol
        if self.container_port in DATA_STORE_PORTS:
            return "tcp"
        return "https" if self.container_port in HTTPS_PORTS else "http"


def first_page(found: Sequence[Address]) -> Address:
    """The address that a browser is most likely meant to open: of a load balancer, best without a
    path, then one at the port of its scheme, then the first page at a port that the files choose,
    then any page, else the first address of all."""
    return min(found, key=_rank)


def _rank(address: Address) -> int:
    if not address.is_page:
        return 5
    if address.is_balanced:
        return 1 if address.path else 0
    if address.port in DEFAULT_PORTS.values():
        return 2
    return 4 if address.port >= EPHEMERAL_PORTS[0] else 3


def as_data(found: Iterable[Address]) -> list[Draft]:
    """The addresses for `--output json`."""
    return [
        {
            "service": address.container,
            "url": address.url,
            "host": address.host,
            "port": address.port,
            "containerPort": address.container_port,
            "protocol": address.protocol,
        }
        for address in found
    ]


def of_running(tasks: Iterable[TaskTypeDef], around: Surroundings) -> Iterator[Address]:
    """The known addresses of all containers of the tasks that run."""
    for task in tasks:
        for container in task.get("containers", ()):
            yield from known_addresses(task, container, around)


def known_addresses(
    task: TaskTypeDef, container: ContainerTypeDef, around: Surroundings
) -> list[Address]:
    """Where a client could connect to the container; nowhere where the task does not run."""
    if task.get("lastStatus") != "RUNNING":
        return []
    return [address for address in addresses(task, container, around) if address.is_known]


def has_own_network(task: TaskTypeDef, around: Surroundings) -> bool:
    """Whether the task is in network mode awsvpc."""
    definition = around.definitions.get(task["taskDefinitionArn"]) or {}
    return definition.get("networkMode") == "awsvpc"


def addresses(
    task: TaskTypeDef, container: ContainerTypeDef, around: Surroundings
) -> Iterator[Address]:
    """The published ports of a container, in the order of its port mappings."""
    if has_own_network(task, around):
        return _of_mappings(task, container, around)
    return _of_bindings(task, container, around)


def _of_mappings(
    task: TaskTypeDef, container: ContainerTypeDef, around: Surroundings
) -> Iterator[Address]:
    """The port mappings of the task definition, at the address of the task's own interface."""
    name, host = container["name"], _own_address(task, container, around)
    for each in around.definitions[task["taskDefinitionArn"]].get("containerDefinitions", ()):
        if each["name"] != name:
            continue
        for mapping in each.get("portMappings", ()):
            outer, inner = mapping.get("hostPort", 0), mapping.get("containerPort", 0)
            yield Address(name, host, outer, inner, mapping.get("protocol") or "tcp")


def _own_address(task: TaskTypeDef, container: ContainerTypeDef, around: Surroundings) -> str:
    if task.get("lastStatus") in ("PENDING", "PROVISIONING"):
        return PENDING
    if task.get("lastStatus") == "STOPPED":
        return ""
    for interface in public_interfaces(task):
        if interface in around.public:
            return around.public[interface]
    interfaces = container.get("networkInterfaces") or [{}]
    return interfaces[0].get("privateIpv4Address") or ""


def _of_bindings(
    task: TaskTypeDef, container: ContainerTypeDef, around: Surroundings
) -> Iterator[Address]:
    """The bindings that Docker made, at the address of the container instance."""
    instance = around.hosts.get(task.get("containerInstanceArn", ""), "")
    for binding in container.get("networkBindings", ()):
        host = instance or binding.get("bindIP", "")
        outer, inner = binding.get("hostPort", 0), binding.get("containerPort", 0)
        yield Address(container["name"], host, outer, inner, binding.get("protocol") or "tcp")

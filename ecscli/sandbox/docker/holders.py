"""The network holders: small containers whose network the containers of a task live in, as ECS has
a pause container.

A container of a task may end, before another starts or to be started again, and the network stays.
Tasks with a network of their own (awsvpc) have one holder, others one for each container.
"""

from __future__ import annotations

import io
import tarfile
import threading
from collections.abc import Sequence
from concurrent.futures import Future
from hashlib import sha256
from importlib import resources
from typing import TYPE_CHECKING

from ecscli.sandbox.docker import network as docker_network
from ecscli.sandbox.docker.machine import Machine, Ways
from ecscli.sandbox.docker.namespaces import Namespaces
from ecscli.sandbox.docker.options import address_of, name_of
from ecscli.sandbox.ecs.model import Container, Task
from ecscli.sandbox.shapes import Json

if TYPE_CHECKING:
    from docker.models.containers import Container as EngineContainer

REPOSITORY = "ecscli-network-holder"
#: What a holder may take of the machine; each connection that it forwards is a process.
LIMITS: Json = {"mem_limit": "32m", "pids_limit": 256}
PAUSE = "~internal~ecs~pause"
#: Network modes of tasks whose containers need no network of their own.
WITHOUT = ("host", "none")


class Holders:
    """The holders of all tasks, each made once, by whichever container needs it first."""

    def __init__(self, machine: Machine, ways: Ways, namespaces: Namespaces) -> None:
        self.machine, self.engine, self.ways = machine, machine.engine, ways
        self.namespaces = namespaces
        self._lock = threading.Lock()
        self._made: dict[str, Future[EngineContainer]] = {}

    def holder(self, task: Task, container: Container, networks: Sequence[str]) -> EngineContainer:
        """The running holder for a container of a task, in the networks of these namespaces."""
        name = holder_name(task, container)
        with self._lock:
            mine = name not in self._made
            found = self._made.setdefault(name, Future())
        if mine:
            try:
                found.set_result(self._make(name, task, container, networks))
            except BaseException as error:
                found.set_exception(error)
        return found.result()

    def _make(
        self, name: str, task: Task, container: Container, networks: Sequence[str]
    ) -> EngineContainer:
        image = self.image()
        made = self.engine.containers.create(
            image,
            list(map(str, self.ways.endpoint or ())),
            name=name,
            labels={**self.machine.labels, "com.amazonaws.ecs.container-name": PAUSE},
            cap_drop=["ALL"],
            read_only=True,
            ipc_mode="shareable",
            **LIMITS,
            **network_options(task, container),
        )
        docker_network.joined(self.engine, self.machine.network, made)
        self.namespaces.enter(made, networks)
        made.start()
        made.reload()
        return made

    def image(self) -> str:
        """The image of the holder, brought into the engine when it is not there."""
        from docker.errors import ImageNotFound

        program = program_for(self.machine.architecture)
        tag = sha256(program).hexdigest()[:12]
        name = f"{REPOSITORY}:{tag}"
        try:
            self.engine.images.get(name)
        except ImageNotFound:
            changes = ['ENTRYPOINT ["/holder"]']
            self.engine.api.import_image_from_data(
                archive(program), repository=REPOSITORY, tag=tag, changes=changes
            )
        return name

    def remove(self, task: Task) -> list[str]:
        """Forget the holders of a task; their names, for whoever removes the containers."""
        names = {holder_name(task, one) for one in task.containers}
        with self._lock:
            for name in names:
                self._made.pop(name, None)
        self.namespaces.forget(names)
        return sorted(names)

    def clear(self) -> None:
        with self._lock:
            self._made.clear()


def has_network(task: Task) -> bool:
    """Whether the containers of a task live in the network of a holder."""
    return task.definition.network_mode not in WITHOUT


def holder_name(task: Task, container: Container) -> str:
    return name_of(task, "pause" if task.eni else f"{container.name}-pause")


def program_for(architecture: str) -> bytes:
    """The program of the holder; LookupError for an architecture that it was not built for."""
    file = resources.files("ecscli.sandbox.docker") / "holder" / f"holder-{architecture}"
    if not file.is_file():
        raise LookupError(f"the sandbox has no network holder for {architecture}")
    return file.read_bytes()


def archive(program: bytes) -> bytes:
    """The file system of the image: one file."""
    written = io.BytesIO()
    with tarfile.open(fileobj=written, mode="w") as tar:
        entry = tarfile.TarInfo("holder")
        entry.size, entry.mode = len(program), 0o755
        tar.addfile(entry, io.BytesIO(program))
    return written.getvalue()


def network_options(task: Task, container: Container) -> Json:
    """Ports, links and names, as the Docker SDK takes them; those of all containers where they
    share the network."""
    definition = container.definition
    links = [link.partition(":") for link in definition.get("links", [])]
    by_name = {one.name: one for one in task.containers}
    found: Json = {
        "ports": ports(task, container),
        "links": {
            holder_name(task, by_name[name]): alias or name
            for name, _, alias in links
            if name in by_name
        },
        "hostname": definition.get("hostname"),
        "dns": definition.get("dnsServers"),
        "dns_search": definition.get("dnsSearchDomains"),
        "extra_hosts": extra_hosts(task, container),
    }
    return {name: value for name, value in found.items() if value not in (None, [], {})}


def ports(task: Task, container: Container) -> Json:
    """`80/tcp` -> where it is published; the holder of an awsvpc task publishes for all
    containers."""
    address = address_of(task)
    if not task.eni:
        bound = [
            (one["containerPort"], one["protocol"], one["hostPort"]) for one in container.bindings
        ]
    else:
        bound = [
            (one["containerPort"], one["protocol"], one["containerPort"]) for one in mappings(task)
        ]
    return {f"{inner}/{protocol}": (address, outer) for inner, protocol, outer in bound}


def mappings(task: Task) -> list[Json]:
    """The port mappings of all containers of a task."""
    return [port for one in task.containers for port in one.definition["portMappings"]]


def extra_hosts(task: Task, container: Container) -> dict[str, str]:
    sharing = task.containers if task.eni else [container]
    given = [host for one in sharing for host in one.definition.get("extraHosts", [])]
    return {one["hostname"]: one["ipAddress"] for one in given}

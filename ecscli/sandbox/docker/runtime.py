"""Containers that are real: the same runtime as the pretended ones, on this machine's Docker
engine.

Whatever is made carries the label of its sandbox, and nothing without that label is ever touched.
Calls of the engine happen in threads of their own; what they find out is reported under the lock of
the world.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from ecscli.endpoint.server import server
from ecscli.sandbox.docker import host_access, remains
from ecscli.sandbox.docker import network as docker_network
from ecscli.sandbox.docker import options as docker_options
from ecscli.sandbox.docker.endpoint import TaskEndpoint
from ecscli.sandbox.docker.holders import Holders, has_network, holder_name, mappings
from ecscli.sandbox.docker.images import Images
from ecscli.sandbox.docker.machine import OWNER, Machine, Ways, words_of
from ecscli.sandbox.docker.namespaces import Namespaces
from ecscli.sandbox.docker.sizes import limits
from ecscli.sandbox.docker.storage import NoDirectory, Storage
from ecscli.sandbox.ecs.model import Container, Instance, Mount, Name, Task
from ecscli.sandbox.ecs.services import naming
from ecscli.sandbox.ecs.state import Ecs
from ecscli.sandbox.ecs.tasks import file_systems
from ecscli.sandbox.ecs.tasks.containers import STOP_TIMEOUT, Reports
from ecscli.sandbox.shapes import Json

if TYPE_CHECKING:
    from docker.models.containers import Container as EngineContainer

    from ecscli.sandbox.world import World

LOG = logging.getLogger(__name__)
#: Calls of the engine side by side.
THREADS = 16
#: Seconds that a real task must run before it counts as one that stays.
PROOF = 1.0
#: Namespaces that the containers of a task may share: Docker's options, and ECS's members.
SHARED = {"pid_mode": "pidMode", "ipc_mode": "ipcMode"}
OUT_OF_MEMORY = "OutOfMemoryError: Container killed due to memory usage"


@dataclass(frozen=True, slots=True, eq=False)
class Launch:
    """A container that is to start: its variables, and the namespaces and file systems of its task,
    as they were when ECS asked for it. `epoch` counts how often everything was forgotten."""

    ecs: Ecs
    task: Task
    container: Container
    reports: Reports
    epoch: int
    variables: dict[str, str] = field(repr=False)
    networks: tuple[str, ...] = ()
    mounts: tuple[Mount, ...] = ()


class DockerContainers:
    """Runtime on a Docker engine; the machine's owner marks the containers of this sandbox."""

    has_proxies = False

    def __init__(self, world: World, machine: Machine, ways: Ways) -> None:
        self.world, self.machine, self.ways = world, machine, ways
        self.engine, self.owner = machine.engine, machine.owner
        self.endpoint = TaskEndpoint(world, machine)
        self.namespaces = Namespaces(machine)
        self.holders = Holders(machine, ways, self.namespaces)
        self.storage = Storage(machine, self.holders.image)
        self.images = Images(machine.engine, ways.registry)
        self.pool = ThreadPoolExecutor(THREADS, "docker")
        self.living: dict[str, tuple[Task, Container, Reports]] = {}
        self.readers: dict[str, threading.Thread] = {}
        self.lengths: dict[str, int] = {}  # bytes of output that were read, by container
        # grows when everything is forgotten: what was begun before must not start any more
        self.epoch = 0

    @classmethod
    def on(cls, machine: Machine, world: World, ways: Ways) -> DockerContainers:
        """A runtime on this machine, cleared of what an earlier one may have left; it opens the
        endpoint, where containers can reach it."""
        taken = docker_network.listening(machine.network, 0)
        made = cls(world, machine, replace(ways, endpoint=taken.getsockname() if taken else None))
        made.clear()
        if taken:
            endpoint = server(taken, made.endpoint, machine.network.has)
            threading.Thread(target=endpoint.serve_forever, daemon=True).start()
        threading.Thread(target=made.listen, daemon=True).start()
        return made

    # ------------------------------------------------------------------------------------ as a runt

    def start(self, task: Task, container: Container, reports: Reports) -> None:
        ecs = self._ecs_of(task)
        launch = Launch(
            ecs,
            task,
            container,
            reports,
            self.epoch,
            self._variables(ecs, task, container),
            naming.networks_of(ecs, task),
            ecs.neighbours.mounts(task),
        )
        self._later(self._start_again if container.runtime_id else self._start, launch)

    def stop(self, task: Task, container: Container, reports: Reports) -> None:
        timeout = int(container.definition.get("stopTimeout") or STOP_TIMEOUT)
        self._later(self._stop, container, timeout)

    def remove(self, task: Task) -> None:
        names = [one.runtime_id for one in task.containers if one.runtime_id]
        names += self.holders.remove(task)
        self.endpoint.forget(task)
        self._later(self._remove, names, list(docker_options.made_volumes(task, False)))

    def rename(self, task: Task, names: Iterable[Name]) -> None:
        known = list(names)
        for container in task.containers if has_network(task) else ():
            holder = holder_name(task, container)
            mine = [one for one in known if task.eni or one.container in ("", container.name)]
            aliases: dict[str, frozenset[str]] = {}
            for one in mine:
                aliases[one.network] = aliases.get(one.network, frozenset()) | {one.alias}
            if self.namespaces.want(holder, aliases):
                self._later(self.namespaces.rename, holder)

    def address(self, task: Task) -> str | None:
        return docker_options.loopback(docker_options.TASKS, task.id)

    def reach(self, task: Task, port: int) -> tuple[str, int] | None:
        """The port where it is published; one of an interface that is not has the address that the
        task has in the engine's network."""
        published = {one["containerPort"] for one in mappings(task)}
        if task.eni and port not in published and task.private_ip:
            return task.private_ip, port
        return docker_options.address_of(task), port

    def proof(self, task: Task) -> float:
        """Real processes crash in their own time, whatever the pace."""
        return max(PROOF, self.world.timeline.lasting("task settles"))

    def stream(self, container: Container) -> str | None:
        """`docker exec` leads there: no client of AWS takes such an address, and ecscli does."""
        return f"docker://{container.runtime_id}"

    def settle(self, instance: Instance, machine: Any) -> None:
        """The public address of an instance becomes one of this machine, at which its containers'
        ports are."""
        machine.nics[0].public_ip = docker_options.loopback(
            docker_options.INSTANCES, instance.ec2_id
        )

    def discard(self, file_system: str) -> None:
        self._later(self.storage.discard, file_system)

    def clear(self) -> None:
        """Remove everything that carries this sandbox's label."""
        with self.world.lock:
            self.living.clear()
            self.epoch += 1
        self.holders.clear()
        self.endpoint.clear()
        remains.remove_containers(self.engine, self.owner)
        self.namespaces.clear()

    def _ecs_of(self, task: Task) -> Ecs:
        """The region that a task runs in."""
        return next(
            one
            for one in self.world.regions
            if task.cluster in one.clusters and task.id in one.clusters[task.cluster].tasks
        )

    def _variables(self, ecs: Ecs, task: Task, container: Container) -> dict[str, str]:
        """The environment, with the values of the secrets, which the agent has found to exist."""
        wanted = container.definition.get("secrets", [])
        secrets = {one["name"]: ecs.neighbours.secret(one["valueFrom"]) for one in wanted}
        return docker_options.environment(
            task, container, self._ways_of(ecs, task, container), secrets
        )

    def _ways_of(self, ecs: Ecs, task: Task, container: Container) -> dict[str, str]:
        """The variables by which SDKs find the sandbox and the endpoint."""
        found = {"AWS_ENDPOINT_URL": self.ways.aws} if self.ways.aws else {}
        if self.ways.endpoint and has_network(task):
            found |= self.endpoint.variables(ecs, task, container)
        return found

    def _later(self, action: Callable[..., None], *args: object) -> None:
        self.pool.submit(action, *args).add_done_callback(complain)

    # ----------------------------------------------------------------------------- in threads

    def _start(self, launch: Launch) -> None:
        """Make the container, and start it: any step that fails ends it with that step's reason."""
        reason = "CannotCreateContainerError"
        try:
            self._check(launch.task)
            reason = "CannotPullContainerError"
            image = self.images.bring(launch.container.definition["image"], launch.ecs)
            reason = "CannotStartContainerError"
            if self._is_wanted(launch):
                self._run(launch, self._make(launch, image))
        except NoDirectory as error:
            path = file_systems.no_directory(error.mount.path)
            self._failed(launch, file_systems.reason_of(launch.task, error.mount.volume, path))
        except Exception as error:
            self._failed(launch, f"{reason}: {words_of(error)}")

    def _start_again(self, launch: Launch) -> None:
        """Start the container once more after it has ended, as its restart policy asks for."""
        try:
            self._run(launch, self.engine.containers.get(launch.container.runtime_id))
        except Exception as error:
            self._failed(launch, f"CannotStartContainerError: {words_of(error)}")

    def _failed(self, launch: Launch, reason: str) -> None:
        self._report(lambda: launch.reports.failed(launch.task, launch.container, reason))

    def _is_wanted(self, launch: Launch) -> bool:
        """Whether the task was not stopped, and the world not emptied, meanwhile."""
        with self.world.lock:
            return launch.task.wanted and launch.epoch == self.epoch

    def _make(self, launch: Launch, image: str) -> EngineContainer:
        """The container, with its volumes, in the network of its holder."""
        task, container = launch.task, launch.container
        shared = self.storage.volumes(launch.mounts)
        options = docker_options.options_of(
            task, container, launch.variables, self.machine.labels, shared
        )
        options |= limits(task, options, self.machine.processors)
        for name, driver in docker_options.made_volumes(task, self.machine.host_access).items():
            self.engine.volumes.create(name, labels=self.machine.labels, **driver)
        options |= self._network(launch)
        return self.engine.containers.create(image, **options)

    def _network(self, launch: Launch) -> Json:
        """The options that put the container into its network, which exists from now on."""
        task, container = launch.task, launch.container
        if not has_network(task):
            return {"network_mode": task.definition.network_mode}
        holder = self.holders.holder(task, container, launch.networks)
        self._settle_address(launch, holder)
        shared = [
            option
            for option, member in SHARED.items()
            if task.definition.document.get(member) == "task"
        ]
        return dict.fromkeys(["network_mode", *shared], f"container:{holder.id}")

    def _settle_address(self, launch: Launch, holder: EngineContainer) -> None:
        """ECS shows the address at which other tasks really reach the task."""
        address = docker_network.address_in(self.machine.network, holder)
        with self.world.lock:
            if launch.task.eni and address:
                launch.ecs.neighbours.move_interface(launch.task, address)
            self.endpoint.saw(launch.container, address or "")

    def _check(self, task: Task) -> None:
        """PermissionError where the task must not start here; the whole task is asked for each of
        its containers."""
        if self.machine.host_access:
            return
        containers = [one.definition for one in task.containers]
        whole = {**task.definition.document, "containerDefinitions": containers}
        refused = host_access.refusal(whole)
        if refused is not None:
            raise PermissionError(refused)

    def _run(self, launch: Launch, made: EngineContainer) -> None:
        """Start the container, unless its task was stopped meanwhile."""
        task, container, reports = launch.task, launch.container, launch.reports
        with self.world.lock:
            container.runtime_id = str(made.id)
            self.living[made.id] = task, container, reports
        if not self._is_wanted(launch):
            self._remove([made.id, *self.holders.remove(task)], [])
            return
        made.start()
        written = unread(made.logs(stream=True, follow=True), self.lengths.get(made.id, 0))
        reader = threading.Thread(target=self._read, args=(written, launch), daemon=True)
        self.readers[made.id] = reader
        self._report(
            lambda: reports.running(task, container) if container.status == "PENDING" else None
        )
        reader.start()

    def _stop(self, container: Container, timeout: int) -> None:
        with suppress(Exception):
            self.engine.containers.get(container.runtime_id).stop(timeout=timeout)

    def _remove(self, names: list[str], volumes: list[str]) -> None:
        for name in names:
            self.lengths.pop(name, None)
            reader = self.readers.pop(name, None)
            if reader is not None and reader.is_alive():
                reader.join(5)
            with suppress(Exception):
                self.engine.containers.get(name).remove(force=True, v=True)
        for name in volumes:
            with suppress(Exception):
                self.engine.volumes.get(name).remove()

    def _read(self, written: Iterable[bytes], launch: Launch) -> None:
        """Hand the container's output on, line by line as it comes."""
        rest, name = b"", str(launch.container.runtime_id)
        for chunk in written:
            self.lengths[name] = self.lengths.get(name, 0) + len(chunk)
            *lines, rest = (rest + chunk).split(b"\n")
            self._output(launch, lines)
        self._output(launch, [rest] if rest else [])

    def _output(self, launch: Launch, lines: list[bytes]) -> None:
        written = [line.decode("utf-8", "replace").rstrip("\r") for line in lines]
        if written:
            self._report(lambda: launch.reports.output(launch.task, launch.container, written))

    # -------------------------------------------------------------------------------- the engine's

    def listen(self) -> None:
        """Follow the engine's events of this sandbox's containers for ever."""
        wanted = {"label": f"{OWNER}={self.owner}", "type": "container"}
        for event in self.engine.events(decode=True, filters=wanted):
            action, _, word = str(event.get("Action", "")).partition(": ")
            known = self.living.get(event.get("id", ""))
            if known is not None and action == "health_status":
                self._health(known, word)
            elif known is not None and action == "die":
                self._died(known, event)

    def _health(self, known: tuple[Task, Container, Reports], word: str) -> None:
        task, container, reports = known
        self._report(lambda: reports.health(task, container, word.upper()))

    def _died(self, known: tuple[Task, Container, Reports], event: Json) -> None:
        task, container, reports = known
        code = int(event["Actor"]["Attributes"].get("exitCode", 0))
        reason = OUT_OF_MEMORY if self._out_of_memory(event["id"]) else None
        reader = self.readers.get(event["id"])
        if reader is not None and reader.is_alive():
            reader.join(2)  # the last lines come before the end
        self.living.pop(event["id"], None)
        self._report(lambda: reports.exited(task, container, code, reason))

    def _out_of_memory(self, name: str) -> bool:
        with suppress(Exception):
            return bool(self.engine.api.inspect_container(name)["State"]["OOMKilled"])
        return False

    def _report(self, report: Callable[[], object]) -> None:
        with self.world.lock:
            self.world.timeline.advance()
            try:
                report()
            except Exception:
                LOG.exception("a report of Docker failed")
            self.world.changed.notify_all()


def complain(done: Future[None]) -> None:
    error = done.exception()
    if error is not None:
        LOG.error("a call of Docker failed", exc_info=error)


def unread(written: Iterable[bytes], length: int) -> Iterator[bytes]:
    """The output of a container after so many bytes, which were read before it was started
    again."""
    for chunk in written:
        if length < len(chunk):
            yield chunk[length:]
        length = max(length - len(chunk), 0)

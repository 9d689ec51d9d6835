"""Containers that are real: the same runtime as the pretended ones, on this machine's Docker
engine.

Whatever is made carries the label of its sandbox, and nothing without that label is ever touched.
Calls of the engine happen in threads of their own; what they find out is reported under the lock of
the world.
"""

from __future__ import annotations

import hashlib
import logging
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ecscli.base.errors import EcsCliError
from ecscli.sandbox.docker import host_access
from ecscli.sandbox.docker import network as docker_network
from ecscli.sandbox.docker import options as docker_options
from ecscli.sandbox.docker.network import Network
from ecscli.sandbox.ecs.model import Container, Instance, Task
from ecscli.sandbox.ecs.tasks.containers import STOP_TIMEOUT, Reports

if TYPE_CHECKING:
    from ecscli.sandbox.world import World

LOG = logging.getLogger(__name__)
OWNER = "ecscli.sandbox.owner"
#: How often what is left is looked for when everything is removed.
REMOVALS = 100
#: Calls of the engine side by side.
THREADS = 16
#: Seconds that a real task must run before it counts as one that stays.
PROOF = 1.0
OUT_OF_MEMORY = "OutOfMemoryError: Container killed due to memory usage"


@dataclass(frozen=True, slots=True)
class Machine:
    """This machine as containers use it: its engine, whose they are, their network, and whether
    they may reach it."""

    engine: Any
    owner: str
    network: Network
    host_access: bool = False

    @classmethod
    def of(cls, directory: str, host_access: bool) -> Machine:
        """The machine for the sandbox of a directory; EcsCliError when no engine answers."""
        engine = engine_of_environment()
        owner = hashlib.sha256(directory.encode()).hexdigest()[:16]
        return cls(engine, owner, network_of(engine, owner), host_access)

    def leave(self) -> None:
        """Remove the network, once nothing is in it."""
        docker_network.removed(self.engine, self.network)


def network_of(engine: Any, owner: str) -> Network:
    try:
        return docker_network.made(engine, f"ecscli-sandbox-{owner}", {OWNER: owner})
    except Exception as error:
        raise EcsCliError(
            f"Docker makes no network for the sandbox: {words_of(error)}",
            hint="docker network prune",
        ) from error


class DockerContainers:
    """Runtime on a Docker engine; the machine's owner marks the containers of this sandbox."""

    def __init__(self, world: World, machine: Machine) -> None:
        self.world, self.machine = world, machine
        self.engine, self.owner = machine.engine, machine.owner
        self.pool = ThreadPoolExecutor(THREADS, "docker")
        self.living: dict[str, tuple[Task, Container, Reports]] = {}
        self.readers: dict[str, threading.Thread] = {}
        # grows when everything is forgotten: what was begun before must not start any more
        self.epoch = 0

    @classmethod
    def on(cls, machine: Machine, world: World) -> DockerContainers:
        """A runtime on this machine, cleared of what an earlier one may have left."""
        made = cls(world, machine)
        made.clear()
        threading.Thread(target=made.listen, daemon=True).start()
        return made

    # ------------------------------------------------------------------------------------ as a runt

    def start(self, task: Task, container: Container, reports: Reports) -> None:
        secrets = self.secrets(task, container)
        self._later(self._start, task, container, reports, secrets, self.epoch)

    def stop(self, task: Task, container: Container, reports: Reports) -> None:
        timeout = int(container.definition.get("stopTimeout") or STOP_TIMEOUT)
        self._later(self._stop, container, timeout)

    def remove(self, task: Task) -> None:
        names = [one.runtime_id for one in task.containers if one.runtime_id]
        self._later(self._remove, names, list(docker_options.made_volumes(task, False)))

    def address(self, task: Task) -> str | None:
        return docker_options.loopback(docker_options.TASKS, task.id)

    def proof(self, task: Task) -> float:
        """Real processes crash in their own time, whatever the pace."""
        return max(PROOF, self.world.timeline.lasting("task settles"))

    def settle(self, instance: Instance, machine: Any) -> None:
        """The public address of an instance becomes one of this machine, at which its containers'
        ports are."""
        machine.nics[0].public_ip = docker_options.loopback(
            docker_options.INSTANCES, instance.ec2_id
        )

    def clear(self) -> None:
        """Remove everything that carries this sandbox's label."""
        with self.world.lock:
            self.living.clear()
            self.epoch += 1
        mine = {"label": f"{OWNER}={self.owner}"}
        for _ in range(REMOVALS):
            left = self.engine.containers.list(all=True, ignore_removed=True, filters=mine)
            if not left:
                break
            for one in left:
                with suppress(Exception):
                    one.remove(force=True, v=True)
            time.sleep(0.05)  # one that was being removed already takes its time
        for one in self.engine.volumes.list(filters=mine):
            with suppress(Exception):
                one.remove(force=True)

    def secrets(self, task: Task, container: Container) -> dict[str, str]:
        """The values of the secrets, which the agent has found to exist."""
        ecs = next(
            one
            for one in self.world.regions
            if task.cluster in one.clusters and task.id in one.clusters[task.cluster].tasks
        )
        wanted = container.definition.get("secrets", [])
        return {one["name"]: ecs.neighbours.secret(one["valueFrom"]) for one in wanted}

    def _later(self, action: Callable[..., None], *args: Any) -> None:
        self.pool.submit(action, *args).add_done_callback(complain)

    # ----------------------------------------------------------------------------- in threads of th

    def _start(
        self,
        task: Task,
        container: Container,
        reports: Reports,
        secrets: dict[str, str],
        epoch: int,
    ) -> None:
        refused = self._refusal(task)
        if refused is not None:
            self._tell(
                lambda: reports.failed(task, container, f"CannotCreateContainerError: {refused}")
            )
            return
        try:
            self._pull(container.definition["image"])
        except Exception as error:
            not_pulled = f"CannotPullContainerError: {words_of(error)}"
            self._tell(lambda: reports.failed(task, container, not_pulled))
            return
        try:
            options = docker_options.options_of(task, container, secrets, {OWNER: self.owner})
            for name, driver in docker_options.made_volumes(task, self.machine.host_access).items():
                self.engine.volumes.create(name, labels={OWNER: self.owner}, **driver)
            made = self.engine.containers.create(container.definition["image"], **options)
            if "network_mode" not in options:
                docker_network.joined(self.engine, self.machine.network, made)
            self._run(task, container, reports, made, epoch)
        except Exception as error:
            reason = f"CannotStartContainerError: {words_of(error)}"
            self._tell(lambda: reports.failed(task, container, reason))

    def _refusal(self, task: Task) -> str | None:
        """Why the task must not start here; the whole task is asked for each of its containers."""
        if self.machine.host_access:
            return None
        containers = [one.definition for one in task.containers]
        return host_access.refusal({**task.definition.document, "containerDefinitions": containers})

    def _pull(self, image: str) -> None:
        from docker.errors import ImageNotFound

        try:
            self.engine.images.get(image)
        except ImageNotFound:
            self.engine.images.pull(
                image, tag=None if ":" in image.rpartition("/")[2] or "@" in image else "latest"
            )

    def _run(
        self, task: Task, container: Container, reports: Reports, made: Any, epoch: int
    ) -> None:
        """Start the container, unless its task was stopped meanwhile."""
        with self.world.lock:
            container.runtime_id = str(made.id)
            self.living[made.id] = task, container, reports
            wanted = task.wanted and epoch == self.epoch
        if not wanted:
            with suppress(Exception):
                made.remove(force=True, v=True)
            return
        made.start()
        reader = threading.Thread(
            target=self._read, args=(made, task, container, reports), daemon=True
        )
        self.readers[made.id] = reader
        self._tell(
            lambda: reports.running(task, container) if container.status == "PENDING" else None
        )
        reader.start()

    def _stop(self, container: Container, timeout: int) -> None:
        with suppress(Exception):
            self.engine.containers.get(container.runtime_id).stop(timeout=timeout)

    def _remove(self, names: list[str], volumes: list[str]) -> None:
        for name in names:
            reader = self.readers.pop(name, None)
            if reader is not None:
                reader.join(5)
            with suppress(Exception):
                self.engine.containers.get(name).remove(force=True, v=True)
        for name in volumes:
            with suppress(Exception):
                self.engine.volumes.get(name).remove()

    def _read(self, made: Any, task: Task, container: Container, reports: Reports) -> None:
        """Hand the container's output on, line by line as it comes, and report its end."""
        rest = b""
        for chunk in made.logs(stream=True, follow=True):
            *lines, rest = (rest + chunk).split(b"\n")
            self._output(task, container, reports, lines)
        self._output(task, container, reports, [rest] if rest else [])

    def _output(
        self, task: Task, container: Container, reports: Reports, lines: list[bytes]
    ) -> None:
        written = [line.decode("utf-8", "replace").rstrip("\r") for line in lines]
        if written:
            self._tell(lambda: reports.output(task, container, written))

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
        self._tell(lambda: reports.health(task, container, word.upper()))

    def _died(self, known: tuple[Task, Container, Reports], event: dict[str, Any]) -> None:
        task, container, reports = known
        code = int(event["Actor"]["Attributes"].get("exitCode", 0))
        reason = OUT_OF_MEMORY if self._out_of_memory(event["id"]) else None
        reader = self.readers.get(event["id"])
        if reader is not None and reader.is_alive():
            reader.join(2)  # the last lines come before the end
        self.living.pop(event["id"], None)
        self._tell(lambda: reports.exited(task, container, code, reason))

    def _out_of_memory(self, name: str) -> bool:
        with suppress(Exception):
            return bool(self.engine.api.inspect_container(name)["State"]["OOMKilled"])
        return False

    def _tell(self, report: Callable[[], object]) -> None:
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


def words_of(error: Exception) -> str:
    """The engine's own words."""
    return str(getattr(error, "explanation", None) or error)


def engine_of_environment() -> Any:
    """A client for DOCKER_HOST or the default socket; EcsCliError when it is not installed or no
    engine answers."""
    try:
        import docker
    except ImportError:
        raise EcsCliError(
            "--docker needs the Docker SDK", hint="pip install 'ecscli[sandbox]'"
        ) from None
    try:
        engine = docker.from_env(timeout=60)
        engine.ping()
    except docker.errors.DockerException as error:
        raise EcsCliError(
            f"no Docker engine answers: {error}", hint="start Docker or set DOCKER_HOST"
        ) from error
    return engine

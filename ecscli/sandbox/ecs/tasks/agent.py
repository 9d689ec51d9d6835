"""The life of a task, as the ECS agent and backplane lead it: from PROVISIONING to STOPPED.

A task comes in with its place; containers start in the order of dependsOn, what the runtime reports
moves the task on, and whoever listens to the Ecs hears of every change of status.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable

from ecscli.sandbox.ecs.model import Container, Task
from ecscli.sandbox.ecs.services.connect import conflict
from ecscli.sandbox.ecs.state import Ecs
from ecscli.sandbox.shapes import Json

LOG = logging.getLogger(__name__)

#: Seconds that a container must have run before its restart policy restarts it, by default.
RESTART_PERIOD = 60
#: Seconds after which a task that drains is looked at again.
DRAINING = 0.05


class Agent:
    """The agents of one region's instances and of Fargate; the runtime reports to it."""

    def __init__(self, ecs: Ecs) -> None:
        self.ecs = ecs

    # ------------------------------------------------------------------------------------ beginning

    def begin(self, task: Task) -> None:
        """Start the life of a task that has its place: an interface first where it needs one."""
        if task.definition.network_mode != "awsvpc":
            self._pend(task)
            return
        try:
            self.ecs.neighbours.attach_interface(task)
        except Exception as error:
            self.fail(
                task, f"ResourceInitializationError: unable to attach a network interface: {error}"
            )
            return
        self.ecs.timeline.paced("interface attaches", self._pend, task)

    def _pend(self, task: Task) -> None:
        if not task.wanted:
            return
        for attachment in task.attachments:
            attachment["status"] = "ATTACHED"
        self._move(task, "PENDING")
        neighbours = self.ecs.neighbours
        problem = neighbours.unmountable(task) or neighbours.missing_secret(task)
        if problem:
            self.fail(task, problem)
            return
        task.pull_started_at = task.connectivity_at = self.ecs.now
        self.ecs.timeline.paced("image is pulled", self._pulled, task)

    def _pulled(self, task: Task) -> None:
        if not task.wanted:
            return
        task.pull_stopped_at = self.ecs.now
        for container in task.containers:
            fault = self.ecs.refusals.images.get(container.definition["image"])
            if fault:
                container.reason = f"CannotPullContainerError: {fault}"
                self.fail(task, container.reason)
                return
        self._start_ready(task)

    def _start_ready(self, task: Task) -> None:
        """Start every container whose dependencies are as it wants them."""
        for container in task.containers:
            if task.wanted and not container.started and self._ready(task, container):
                container.started = True
                self.ecs.timeline.paced("container starts", self._start, task, container)

    def _ready(self, task: Task, container: Container) -> bool:
        by_name = {one.name: one for one in task.containers}
        return all(
            met(by_name[link["containerName"]], link["condition"])
            for link in dependencies(container, by_name)
        )

    def _start(self, task: Task, container: Container) -> None:
        if not task.wanted:
            return
        problem = conflict(task, container) or self.ecs.neighbours.open_log(task, container)
        if problem:
            self.failed(task, container, problem)
            return
        container.bindings = bindings(task, container)
        try:
            self.ecs.runtime.start(task, container, self)
        except Exception as error:  # the engine has gone
            LOG.exception("%s of task %s could not start", container.name, task.id)
            self.failed(task, container, f"CannotStartContainerError: {error}")

    # ------------------------------------------------------------------------------- what is report

    def running(self, task: Task, container: Container) -> None:
        container.status, container.started_at = "RUNNING", self.ecs.now
        container.exit_code, container.reason = None, None
        self._after_change(task)

    def output(self, task: Task, container: Container, lines: list[str]) -> None:
        if lines:
            self.ecs.neighbours.write_log(task, container, lines)

    def health(self, task: Task, container: Container, health: str) -> None:
        if container.status == "RUNNING" and container.health != health:
            container.health = health
            self._start_ready(task)
            self.ecs.changed(task)

    def failed(self, task: Task, container: Container, reason: str) -> None:
        """The container could not start."""
        container.status, container.reason = "STOPPED", reason
        if container.essential:
            self.stop(
                task, reason if ":" in reason else "Task failed to start", "TaskFailedToStart"
            )
        self._after_change(task)

    def exited(
        self, task: Task, container: Container, code: int | None, reason: str | None = None
    ) -> None:
        container.exit_code, container.reason = code, reason
        if task.wanted and self._restarts(container):
            container.restarts += 1
            self.ecs.timeline.paced("container starts", self._start, task, container)
            return
        container.status, container.health, container.bindings = "STOPPED", "UNKNOWN", []
        if task.wanted:
            self._end_without(task, container)
        self._after_change(task)

    def _end_without(self, task: Task, gone: Container) -> None:
        """Stop a task that cannot go on, or has nothing to do, without this container."""
        blocked = [one for one in task.containers if not one.started and never(one, gone)]
        if blocked and not gone.essential:
            code = gone.exit_code
            blocked[0].reason = f"DependencyError: dependency {gone.name} exited with code {code}"
            self.fail(task, "Task failed to start")
        elif gone.essential or all(one.status == "STOPPED" for one in task.containers):
            self.stop(task, "Essential container in task exited", "EssentialContainerExited")

    def _restarts(self, container: Container) -> bool:
        policy = container.definition.get("restartPolicy") or {}
        if not policy.get("enabled") or container.exit_code in policy.get("ignoredExitCodes", []):
            return False
        period = (policy.get("restartAttemptPeriod") or RESTART_PERIOD) * self.ecs.timeline.pace
        return self.ecs.now - container.started_at >= period

    def _after_change(self, task: Task) -> None:
        if task.wanted:
            self._start_ready(task)
            if task.last_status == "PENDING" and all(
                one.status != "PENDING" for one in task.containers
            ):
                task.started_at = self.ecs.now
                self._move(task, "RUNNING")
        elif task.last_status == "STOPPING":
            self._stop_next(task)

    # -------------------------------------------------------------------------------------- the end

    def fail(self, task: Task, reason: str) -> None:
        self.stop(task, reason, "TaskFailedToStart")

    def stop(self, task: Task, reason: str, code: str) -> None:
        """Ask the task to stop; a task that was asked before keeps its first reason."""
        if not task.wanted:
            return
        task.desired_status, task.stopped_reason, task.stop_code = "STOPPED", reason, code
        task.stopping_at = self.ecs.now
        if task.last_status == "RUNNING" and (task.targets or task.cloud_map):
            self._move(task, "DEACTIVATING")
            self.ecs.timeline.after(self.ecs.neighbours.leave_traffic(task), self._drained, task)
        else:
            self._stopping(task)

    def _drained(self, task: Task) -> None:
        """Stop once nothing is under way to the task any more."""
        if self.ecs.neighbours.drains(task):
            self.ecs.timeline.after(DRAINING, self._drained, task)
        else:
            self._stopping(task)

    def _stopping(self, task: Task) -> None:
        self._move(task, "STOPPING")
        self._stop_next(task)

    def _stop_next(self, task: Task) -> None:
        """Stop the containers that nobody running depends on; when all have stopped, clear away the
        task."""
        for container in task.containers:
            if container.status == "PENDING":
                container.status = "STOPPED"
        left = [one for one in task.containers if one.status != "STOPPED"]
        if not left:
            self._clear_away(task)
            return
        for container in not_needed(left):
            if container.status == "RUNNING":
                container.status = "STOPPING"
                self._stop_container(task, container)

    def _stop_container(self, task: Task, container: Container) -> None:
        """Stop one container; one that cannot be reached any more counts as ended."""
        try:
            self.ecs.runtime.stop(task, container, self)
        except Exception as error:
            LOG.exception("%s of task %s could not be stopped", container.name, task.id)
            self.exited(task, container, None, f"CannotStopContainerError: {error}")

    def _clear_away(self, task: Task) -> None:
        if task.last_status in ("DEPROVISIONING", "STOPPED"):
            return
        task.execution_stopped_at = self.ecs.now
        if task.eni:
            self._move(task, "DEPROVISIONING")
            self.ecs.timeline.paced("interface detaches", self.finish, task)
        else:
            self.finish(task)

    def finish(self, task: Task) -> None:
        """STOPPED: everything that the task had is free again."""
        if task.stopped:
            return
        if task.eni:
            self.ecs.neighbours.detach_interface(task)
        task.execution_stopped_at = task.execution_stopped_at or self.ecs.now
        task.stopped_at = self.ecs.now
        for container in task.containers:
            container.status, container.bindings = "STOPPED", []
        self._remove(task)
        if task.instance:
            task.instance.give(task)
        self._move(task, "STOPPED")

    def _remove(self, task: Task) -> None:
        """Remove what the task has left; a task ends even where the engine does not."""
        try:
            self.ecs.runtime.remove(task)
        except Exception:
            LOG.exception("what task %s has left could not be removed", task.id)

    def lose(self, task: Task, reason: str) -> None:
        """The host has gone: the task ends at once, without any exit code."""
        if task.wanted:
            task.desired_status, task.stopped_reason, task.stop_code = (
                "STOPPED",
                reason,
                "TerminationNotice",
            )
            task.stopping_at = self.ecs.now
        self.ecs.neighbours.leave_traffic(task)
        self.finish(task)

    def _move(self, task: Task, status: str) -> None:
        task.last_status = status
        task.version += 1
        self.ecs.changed(task)


def dependencies(container: Container, by_name: dict[str, Container]) -> Iterable[Json]:
    """dependsOn, and the links and volumesFrom that order containers as well."""
    yield from container.definition.get("dependsOn", [])
    for link in container.definition.get("links", []):
        yield {"containerName": link.partition(":")[0], "condition": "START"}
    for source in container.definition.get("volumesFrom", []):
        if source.get("sourceContainer") in by_name:
            yield {"containerName": source["sourceContainer"], "condition": "START"}


def not_needed(containers: list[Container]) -> list[Container]:
    """The containers that none of the others depends on; all of them where there is no such one."""
    links = [link for one in containers for link in one.definition.get("dependsOn", [])]
    needed = {link["containerName"] for link in links}
    return [one for one in containers if one.name not in needed] or containers


def met(container: Container, condition: str) -> bool:
    """Whether a dependency is in the state that is waited for."""
    match condition:
        case "COMPLETE":
            return container.status == "STOPPED"
        case "SUCCESS":
            return container.status == "STOPPED" and container.exit_code == 0
        case "HEALTHY":
            return container.health == "HEALTHY"
        case _:
            return container.status != "PENDING"


def never(waiting: Container, ended: Container) -> bool:
    """Whether `waiting` can never start now that `ended` has ended."""
    conditions = [
        one["condition"]
        for one in waiting.definition.get("dependsOn", [])
        if one["containerName"] == ended.name
    ]
    return "HEALTHY" in conditions or ("SUCCESS" in conditions and ended.exit_code != 0)


def bindings(task: Task, container: Container) -> list[Json]:
    """networkBindings: the host's ports as they are; dynamic ones are taken now."""
    if task.definition.network_mode in ("awsvpc", "none") or task.instance is None:
        return []
    return [
        {
            "bindIP": "0.0.0.0",
            "containerPort": port["containerPort"],
            "hostPort": port.get("hostPort") or task.instance.dynamic_port(port["protocol"], task),
            "protocol": port["protocol"],
        }
        for port in container.definition["portMappings"]
        if "containerPort" in port
    ]

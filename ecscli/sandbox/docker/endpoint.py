"""Tasks of the sandbox as the endpoint for metadata and credentials asks for them.

Every container has a key of its own, which it gets in its environment and nobody else knows.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ecscli.endpoint.facts import (
    ContainerFacts,
    ContainerPort,
    Credentials,
    Interface,
    Json,
    TaskFacts,
)
from ecscli.endpoint.variables import variables
from ecscli.sandbox.docker.machine import Machine
from ecscli.sandbox.docker.options import cluster_of, ecs_labels, name_of
from ecscli.sandbox.docker.sizes import size
from ecscli.sandbox.ecs.model import Container, Task, new_id
from ecscli.sandbox.ecs.state import Ecs
from ecscli.sandbox.ecs.tasks import protection

if TYPE_CHECKING:
    from ecscli.sandbox.world import World

#: Seconds that credentials are left when they are replaced by new ones, and that new ones last.
RENEWED, LASTING = 600, 3600


@dataclass(frozen=True, slots=True, eq=False)
class Resident:
    """A container with a key: where it belongs."""

    ecs: Ecs
    task: Task
    container: Container


class TaskEndpoint:
    """The source of the endpoint: the containers that were given a key, in a world."""

    def __init__(self, world: World, machine: Machine) -> None:
        self.world, self.machine = world, machine
        self._keys: dict[str, str] = {}  # of each container, by its ARN
        self._residents: dict[str, Resident] = {}
        self._granted: dict[str, Credentials] = {}
        self._addresses: dict[str, str] = {}

    def variables(self, ecs: Ecs, task: Task, container: Container) -> dict[str, str]:
        """The variables of a container, with its key; the same again when it is started again."""
        key = self._keys.setdefault(container.arn, new_id())
        self._residents[key] = Resident(ecs, task, container)
        return variables(key, role_of(task) is not None)

    def saw(self, container: Container, address: str) -> None:
        """The network of a container answers at this address."""
        self._addresses[container.arn] = address

    def forget(self, task: Task) -> None:
        """A task has ended: its keys open nothing any more."""
        self._granted.pop(task.arn, None)
        for container in task.containers:
            self._addresses.pop(container.arn, None)
            self._residents.pop(self._keys.pop(container.arn, ""), None)

    def clear(self) -> None:
        self._keys.clear()
        self._residents.clear()
        self._granted.clear()
        self._addresses.clear()

    # ---------------------------------------------------------------------- as the endpoint asks

    def described(self, key: str) -> tuple[TaskFacts, ContainerFacts] | None:
        with self.world.lock:
            found = self._residents.get(key)
            if found is None:
                return None
            containers = tuple(
                container_facts(found.task, one, self._addresses.get(one.arn, ""))
                for one in found.task.containers
            )
            mine = found.task.containers.index(found.container)
            return task_facts(found.task, containers), containers[mine]

    def credentials(self, key: str, token: str) -> Credentials | None:
        """The key is enough: it is reached from the network of its own task alone."""
        with self.world.lock:
            found = self._residents.get(key)
            role = role_of(found.task) if found else None
            if found is None or role is None:
                return None
            kept = self._granted.get(found.task.arn)
            if kept is None or kept.expiration - time.time() < RENEWED:
                kept = self._granted[found.task.arn] = self._assume(found, role)
            return kept

    def _assume(self, found: Resident, role: str) -> Credentials:
        """Credentials of the sandbox's STS, as the ECS agent asks AWS's for them."""
        answer = self.world.clients.get("sts", found.ecs.region).assume_role(
            RoleArn=role, RoleSessionName=found.task.id, DurationSeconds=LASTING
        )
        granted = answer["Credentials"]
        return Credentials(
            role,
            granted["AccessKeyId"],
            granted["SecretAccessKey"],
            granted["SessionToken"],
            granted["Expiration"].timestamp(),
        )

    def statistics(self, docker_id: str) -> Json | None:
        with suppress(Exception):
            found: Json = self.machine.engine.api.stats(docker_id, stream=False)
            return found
        return None

    def protection(self, key: str, wanted: Json | None) -> Json | None:
        with self.world.lock:
            found = self._residents.get(key)
            return protected(found, wanted) if found else None


def protected(found: Resident, wanted: Json | None) -> Json:
    """The answer of the agent: the state of the container's own task, or why it has none."""
    task = found.task
    request: Json = {"cluster": task.cluster, "tasks": [task.arn]}
    if wanted is None:
        answer = protection.protection(found.ecs, request)
    else:
        request["protectionEnabled"] = wanted["ProtectionEnabled"]
        request["expiresInMinutes"] = wanted.get("ExpiresInMinutes")
        answer = protection.protect(found.ecs, request)
    for one in answer["failures"]:
        return {"failure": {"Arn": one["arn"], "Reason": one["reason"]}}
    (state,) = answer["protectedTasks"]
    shown: Json = {"ProtectionEnabled": state["protectionEnabled"], "TaskArn": task.arn}
    if state.get("expirationDate"):
        moment = time.gmtime(state["expirationDate"])
        shown["ExpirationDate"] = time.strftime("%Y-%m-%dT%H:%M:%SZ", moment)
    return {"protection": shown}


def role_of(task: Task) -> str | None:
    """The ARN of the task role; a bare name is one of the task's own account."""
    given = task.overrides.get("taskRoleArn") or task.definition.document.get("taskRoleArn")
    if not given:
        return None
    _, partition, _, _, account, _ = task.arn.split(":", 5)
    return given if ":" in given else f"arn:{partition}:iam::{account}:role/{given}"


def task_facts(task: Task, containers: tuple[ContainerFacts, ...]) -> TaskFacts:
    return TaskFacts(
        cluster=cluster_of(task),
        arn=task.arn,
        family=task.definition.family,
        revision=str(task.definition.revision),
        containers=containers,
        desired_status=task.desired_status,
        known_status=task.last_status,
        cpu=size(task, "cpu"),
        memory=size(task, "memory"),
        pull_started_at=task.pull_started_at,
        pull_stopped_at=task.pull_stopped_at,
        zone=task.zone,
        launch_type=task.launch_type,
        service=task.service.name if task.service else "",
        tags={one["key"]: one["value"] for one in task.tags},
    )


def container_facts(task: Task, one: Container, address: str) -> ContainerFacts:
    definition = one.definition
    logging = definition.get("logConfiguration") or {}
    return ContainerFacts(
        name=one.name,
        image=definition["image"],
        docker_id=one.runtime_id or "",
        docker_name=name_of(task, one.name),
        arn=one.arn,
        labels={**definition.get("dockerLabels", {}), **ecs_labels(task, one)},
        desired_status=task.desired_status,
        known_status="RUNNING" if one.status == "STOPPING" else one.status,
        cpu=int(definition.get("cpu") or 0),
        memory=int(definition.get("memory") or 0),
        created_at=one.started_at or None,
        started_at=one.started_at or None,
        exit_code=one.exit_code,
        health=one.health if one.checked else "",
        log_driver=logging.get("logDriver", ""),
        log_options=logging.get("options") or {},
        interfaces=(interface(task, address),),
        ports=tuple(port(task, mapping) for mapping in mappings(task, one)),
    )


def interface(task: Task, address: str) -> Interface:
    """The task's own network interface, as its attachment shows it; else the engine's bridge."""
    mode, known = task.definition.network_mode, task.private_ip or address
    details: Mapping[str, Any] = {
        item["name"]: item["value"] for one in task.attachments for item in one["details"]
    }
    return Interface(
        mode,
        (known,) if known else (),
        details.get("macAddress", ""),
        private_dns_name=details.get("privateDnsName", ""),
    )


def mappings(task: Task, one: Container) -> list[Json]:
    return list(one.definition["portMappings"] if task.eni else one.bindings)


def port(task: Task, mapping: Json) -> ContainerPort:
    host = None if task.eni else mapping["hostPort"]
    return ContainerPort(mapping["containerPort"], mapping["protocol"], host)

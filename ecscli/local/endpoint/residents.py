"""The containers of an owner as the endpoint asks for them: facts from the engine, credentials from
STS."""

from __future__ import annotations

import hmac
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import datetime
from typing import Any

from ecscli.base.errors import EcsCliError
from ecscli.endpoint.facts import (
    ContainerFacts,
    ContainerPort,
    Credentials,
    Interface,
    Json,
    TaskFacts,
)
from ecscli.local.engine import SUBNET, Engine
from ecscli.local.overlay import ECS, Seat, Surroundings
from ecscli.local.stack import Member, Stack

#: Seconds for which what the engine has said of a container is good.
FRESH = 1.0
#: What the engine calls a state -> what ECS does.
STATES = {"running": "RUNNING", "paused": "RUNNING", "created": "CREATED", "restarting": "PENDING"}
MEBIBYTE = 1024 * 1024
NAME_LABEL = f"{ECS}container-name"


class Residents:
    """A source of the endpoint. `lend` gives credentials of a role; None where nothing is lent."""

    def __init__(
        self,
        engine: Engine,
        stack: Stack,
        around: Surroundings,
        seats: Mapping[str, Seat],
        lend: Callable[[str], Credentials | None],
    ) -> None:
        self.engine, self.stack, self.around, self.lend = engine, stack, around, lend
        self.members = {one.name: one for one in stack.members}
        self.seats = seats
        self._names = {seat.key: name for name, seat in seats.items()}
        self._read_at, self._facts = 0.0, dict[str, ContainerFacts]()

    def described(self, key: str) -> tuple[TaskFacts, ContainerFacts] | None:
        name = self._names.get(key)
        if name is None:
            return None
        found = self._all()
        mine = found.get(name) or ContainerFacts(name, image="")
        member = self.members[name]
        task = TaskFacts(
            cluster="local",
            arn=self.around.task,
            family=member.family or "local",
            revision=member.revision or "1",
            containers=tuple(found.values()),
            cpu=member.cpu,
            memory=member.memory,
            pull_started_at=mine.created_at,
            pull_stopped_at=mine.created_at,
            zone="local",
            launch_type="EC2",
        )
        return task, mine

    def credentials(self, key: str, token: str) -> Credentials | None:
        name = self._names.get(key)
        if name is None:
            return None
        seat = self.seats[name]
        has_token = hmac.compare_digest(seat.token.encode(), token.encode())
        if not seat.role or not (has_token or self.around.relative):
            return None
        return self.lend(seat.role)

    def statistics(self, docker_id: str) -> Json | None:
        with suppress(Exception):
            found: Json = self.engine.api.stats(docker_id, stream=False)
            return found
        return None

    def protection(self, key: str, wanted: Json | None) -> Json | None:
        """Nothing scales in here, so that a request is taken and has no effect."""
        if key not in self._names:
            return None
        return {"protection": {"ProtectionEnabled": False, "TaskArn": self.around.task}}

    def _all(self) -> dict[str, ContainerFacts]:
        """The facts of all containers, by their names in the task; looked up again when old."""
        now = time.monotonic()
        if now - self._read_at > FRESH:
            with suppress(EcsCliError):
                rows = self.engine.owned(self.around.owner)
                found = {one.id: self.engine.inspect(one.id) for one in rows}
                self._facts = {
                    name: container_facts(with_network(one, found), self.members[name], self.around)
                    for one in found.values()
                    if (name := one["Config"]["Labels"].get(NAME_LABEL)) in self.members
                }
                self._read_at = now
        return self._facts


def with_network(one: Json, others: Mapping[str, Json]) -> Json:
    """A container with the network settings of the one whose network it shares."""
    mode = str((one.get("HostConfig") or {}).get("NetworkMode") or "")
    owner = others.get(mode.removeprefix("container:"))
    return {**one, "NetworkSettings": owner["NetworkSettings"]} if owner else one


def container_facts(found: Json, member: Member, around: Surroundings) -> ContainerFacts:
    """What the engine says of a container, in ECS's form."""
    state, host = found.get("State") or {}, found.get("HostConfig") or {}
    config, is_up = found.get("Config") or {}, (found.get("State") or {}).get("Running")
    return ContainerFacts(
        name=member.name,
        image=config.get("Image", ""),
        docker_id=found["Id"],
        docker_name=found.get("Name", "").removeprefix("/"),
        image_id=found.get("Image", ""),
        arn=container_arn(around, found["Id"]),
        labels=config.get("Labels") or {},
        known_status=STATES.get(str(state.get("Status")), "STOPPED"),
        cpu=int(host.get("CpuShares") or 0),
        memory=int(host.get("Memory") or 0) // MEBIBYTE,
        created_at=seconds(found.get("Created")),
        started_at=seconds(state.get("StartedAt")),
        exit_code=None if is_up else state.get("ExitCode"),
        health=str((state.get("Health") or {}).get("Status", "")).upper(),
        log_driver=(host.get("LogConfig") or {}).get("Type", ""),
        log_options=(host.get("LogConfig") or {}).get("Config") or {},
        interfaces=tuple(_interfaces(found, around)),
        ports=tuple(_ports(found)),
    )


def container_arn(around: Surroundings, docker_id: str) -> str:
    prefix, _, task = around.task.partition(":task/")
    return f"{prefix}:container/{task}/{docker_id[:32]}" if task else ""


def seconds(text: Any) -> float | None:
    """Docker's moments, with nanoseconds; its zero is none."""
    if not isinstance(text, str) or text.startswith("0001"):
        return None
    whole, _, rest = text.removesuffix("Z").partition(".")
    with suppress(ValueError):
        fraction = float(f"0.{rest[:6]}") if rest[:6].isdecimal() else 0.0
        return datetime.fromisoformat(f"{whole}+00:00").timestamp() + fraction
    return None


def _interfaces(found: Json, around: Surroundings) -> list[Interface]:
    networks = (found.get("NetworkSettings") or {}).get("Networks") or {}
    one = networks.get(around.network) or next(iter(networks.values()), None)
    if not one or not one.get("IPAddress"):
        return []
    block = SUBNET if around.network in networks else ""
    gateway, mac = one.get("Gateway", ""), one.get("MacAddress", "")
    return [Interface("bridge", (one["IPAddress"],), mac, block, gateway)]


def _ports(found: Json) -> list[ContainerPort]:
    ports = (found.get("NetworkSettings") or {}).get("Ports") or {}
    made = []
    for name, bindings in ports.items():
        number, _, protocol = name.partition("/")
        hosts = sorted({int(one["HostPort"]) for one in bindings or ()})
        kind = protocol or "tcp"
        made += [ContainerPort(int(number), kind, host) for host in hosts]
        made += [] if hosts else [ContainerPort(int(number), kind)]
    return made

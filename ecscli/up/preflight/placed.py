"""PURE: a plan -> what the container instances must have room for, and the ports that clients must
reach."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from ecscli.base.documents import Document
from ecscli.base.limits import EXTERNAL, FARGATE
from ecscli.base.records import record
from ecscli.up.diagnosis.capacity import needed_cpu, needed_memory
from ecscli.up.model import (
    CreateService,
    Plan,
    RegisterTaskDefinition,
    RunTask,
    UpdateService,
)
from ecscli.up.preflight.in_call import security_groups

if TYPE_CHECKING:
    from ecscli.up.service.desired import WantedService, WantedTasks
    from ecscli.up.service.live import LiveProject


class OpenPort(NamedTuple):
    """A port that is published, and its protocol."""

    number: int
    protocol: str


@record
class Placed:
    """Tasks that will be placed: what each takes, in CPU units and MiB, and what it publishes.

    `on_instances`: they go to container instances; `chosen`: by a launch type, and not because
    nothing names another one. `groups`: the security groups of tasks in awsvpc.
    """

    cpu: int
    memory: int
    on_instances: bool
    chosen: bool
    ports: tuple[OpenPort, ...] = ()
    groups: tuple[str, ...] = ()


def placed_by(plan: Plan, wanted: WantedService | WantedTasks, live: LiveProject) -> Placed | None:
    """None where no task of a definition is placed that did not run before."""
    if not any(_places_anew(action) for action in plan.actions) or _runs_already(plan, live):
        return None
    definition, fields, overrides = wanted.definition, wanted.fields, _overrides(plan)
    return Placed(
        cpu=int(overrides.get("cpu") or needed_cpu(definition)),
        memory=int(overrides.get("memory") or needed_memory(definition)),
        on_instances=_on_instances(definition, fields, live),
        chosen=bool(fields.get("launchType")),
        ports=_new_ports(plan, wanted, live),
        groups=tuple(security_groups(fields)),
    )


def _new_ports(
    plan: Plan, wanted: WantedService | WantedTasks, live: LiveProject
) -> tuple[OpenPort, ...]:
    """The published ports, without those that the service publishes already."""
    before = _before(plan) if live.service else {}
    known = set(_published(before, wanted.published))
    ports = _published(wanted.definition, wanted.published)
    return tuple(dict.fromkeys(port for port in ports if port not in known))


def _places_anew(action: object) -> bool:
    if isinstance(action, UpdateService):
        return "taskDefinition" in (action.before or {})
    return isinstance(action, CreateService | RunTask)


def _runs_already(plan: Plan, live: LiveProject) -> bool:
    """Whether tasks like those that run are only added."""
    is_new = any(isinstance(action, RegisterTaskDefinition) for action in plan.actions)
    return bool(live.tasks) and not is_new


def _overrides(plan: Plan) -> Document:
    """What `run` asks of its task instead of what the definition has."""
    for action in plan.actions:
        if isinstance(action, RunTask):
            return action.request.get("overrides") or {}
    return {}


def _before(plan: Plan) -> Document:
    for action in plan.actions:
        if isinstance(action, RegisterTaskDefinition):
            return action.before or {}
    return {}


def _on_instances(definition: Document, fields: Document, live: LiveProject) -> bool:
    """Whether tasks go to the instances there are: capacity providers can start others."""
    service: Document = live.service or {}
    strategy = fields.get("capacityProviderStrategy") or service.get("capacityProviderStrategy")
    launch_type = fields.get("launchType") or service.get("launchType")
    compatible = definition.get("requiresCompatibilities") or ()
    is_fargate = launch_type == FARGATE or list(compatible) == [FARGATE]
    return not strategy and not is_fargate and launch_type != EXTERNAL


def _published(definition: Document, published: tuple[tuple[int, str], ...]) -> Iterator[OpenPort]:
    """In awsvpc the container's own ports, as far as they are published; elsewhere fixed host
    ports."""
    has_interface = definition.get("networkMode") == "awsvpc"
    for container in definition.get("containerDefinitions") or ():
        for mapping in container.get("portMappings") or ():
            protocol = str(mapping.get("protocol") or "tcp")
            if has_interface and (mapping.get("containerPort"), protocol) in published:
                yield OpenPort(mapping["containerPort"], protocol)
            elif not has_interface and mapping.get("hostPort"):
                yield OpenPort(mapping["hostPort"], protocol)

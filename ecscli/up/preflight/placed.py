"""PURE: a plan -> what the container instances must have room for, and the ports that clients must
reach."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, NamedTuple

from ecscli.base.documents import Document
from ecscli.base.limits import DATA_STORE_PORTS, EXTERNAL, FARGATE
from ecscli.base.records import record
from ecscli.compose.ecs.images import stores_data
from ecscli.compose.ecs.limits import CONNECT_PROXY
from ecscli.up.deployment.percentages import keeps_all
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


class Size(NamedTuple):
    """CPU units and MiB."""

    cpu: int
    memory: int


PROXY, NO_PROXY = Size(*CONNECT_PROXY), Size(0, 0)


class OpenPort(NamedTuple):
    """A port that is published, its protocol, and whether a database or message broker has it."""

    number: int
    protocol: str
    stores_data: bool = False


@record
class Placed:
    """Tasks that will be placed: what each takes, in CPU units and MiB, and what it publishes.

    `on_instances`: they go to container instances; `chosen`: by a launch type, and not because
    nothing names another one. `groups`: the security groups of tasks in awsvpc. `dynamic`: the
    container ports for which Docker chooses a host port, and no load balancer asks for it.
    `held`: the host ports that a new task needs while a service keeps all tasks that run.
    `connected`: a proxy of Service Connect runs beside its containers.
    """

    cpu: int
    memory: int
    on_instances: bool
    chosen: bool
    ports: tuple[OpenPort, ...] = ()
    dynamic: tuple[OpenPort, ...] = ()
    groups: tuple[str, ...] = ()
    held: tuple[OpenPort, ...] = ()
    connected: bool = False


def placed_by(plan: Plan, wanted: WantedService | WantedTasks, live: LiveProject) -> Placed | None:
    """None where no task of a definition is placed that did not run before."""
    if not any(_places_anew(action) for action in plan.actions) or _runs_already(plan, live):
        return None
    definition, fields, overrides = wanted.definition, wanted.fields, _overrides(plan)
    before = _before(plan) if live.service else {}
    proxy = PROXY if _is_connected(fields) else NO_PROXY
    return Placed(
        cpu=int(overrides.get("cpu") or needed_cpu(definition)) + proxy.cpu,
        memory=int(overrides.get("memory") or needed_memory(definition)) + proxy.memory,
        on_instances=_on_instances(definition, fields, live),
        chosen=bool(fields.get("launchType")),
        ports=_new(_published(definition, wanted), _published(before, wanted)),
        dynamic=_new(_chosen_by_docker(definition, wanted), _chosen_by_docker(before, wanted)),
        groups=tuple(security_groups(fields)),
        held=tuple(_host_ports(definition)) if _keeps_all_tasks(plan, live) else (),
        connected=_is_connected(fields),
    )


def _is_connected(fields: Document) -> bool:
    return bool((fields.get("serviceConnectConfiguration") or {}).get("enabled"))


def _keeps_all_tasks(plan: Plan, live: LiveProject) -> bool:
    """Whether tasks are replaced, and each only when a new one runs."""
    service: Document = live.service or {}
    updates = [action for action in plan.actions if isinstance(action, UpdateService)]
    if not updates or not service.get("runningCount"):
        return False
    request = updates[0].request
    current = service.get("deploymentConfiguration") or {}
    configuration = request.get("deploymentConfiguration") or current
    count = int(request.get("desiredCount", service.get("desiredCount", 0)))
    return keeps_all(count, configuration, service.get("schedulingStrategy", "REPLICA"))


def _new(ports: Iterable[OpenPort], before: Iterable[OpenPort]) -> tuple[OpenPort, ...]:
    """The ports, each once, without those that the service publishes already."""
    known = set(before)
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


def _published(definition: Document, wanted: WantedService | WantedTasks) -> Iterator[OpenPort]:
    """In awsvpc the container's own ports, as far as they are published; elsewhere fixed host
    ports."""
    if definition.get("networkMode") != "awsvpc":
        yield from _host_ports(definition)
        return
    for port, _ in _mapped(definition):
        if (port.number, port.protocol) in wanted.published:
            yield port


def _host_ports(definition: Document) -> Iterator[OpenPort]:
    """The fixed ports of an instance that one task takes."""
    if definition.get("networkMode") == "awsvpc":
        return
    for port, host_port in _mapped(definition):
        if host_port:
            yield port._replace(number=host_port)


def _chosen_by_docker(
    definition: Document, wanted: WantedService | WantedTasks
) -> Iterator[OpenPort]:
    """The published container ports that get any free host port, and that clients reach there."""
    if definition.get("networkMode") not in (None, "bridge"):
        return
    balanced = {row.get("containerPort") for row in wanted.fields.get("loadBalancers") or ()}
    for port, host_port in _mapped(definition):
        is_published = (port.number, port.protocol) in wanted.published
        reached = is_published and port.number not in balanced
        if reached and not host_port and not port.stores_data:
            yield port


def _mapped(definition: Document) -> Iterator[tuple[OpenPort, int]]:
    """The container ports of the port mappings, with their host ports; 0 is any."""
    for container in definition.get("containerDefinitions") or ():
        is_store = stores_data(str(container.get("image")))
        for mapping in container.get("portMappings") or ():
            number = int(mapping.get("containerPort") or 0)
            stores = is_store or number in DATA_STORE_PORTS
            port = OpenPort(number, str(mapping.get("protocol") or "tcp"), stores)
            yield port, int(mapping.get("hostPort") or 0)

"""Tasks -> rows of containers: Name, State, Ports, TaskDefinition, Health; shared by every `ps`.

PURE: `up.tasks.surroundings` reads what addresses and ports need.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from ecscli.base.records import record
from ecscli.up.tasks.surroundings import Surroundings, public_interfaces

if TYPE_CHECKING:
    from types_boto3_ecs.type_defs import ContainerTypeDef, TaskDefinitionTypeDef, TaskTypeDef

COLUMNS = ("Name", "State", "Ports", "TaskDefinition", "Health")


@record
class Row:
    """One container as people read it."""

    name: str
    state: str
    ports: str
    task_definition: str
    health: str

    @property
    def cells(self) -> tuple[str, ...]:
        return (self.name, self.state, self.ports, self.task_definition, self.health)


def rows(tasks: Iterable[TaskTypeDef], around: Surroundings) -> list[Row]:
    """One row a container: tasks in awsvpc mode first, then the others, each group in the order
    given."""
    own_network: list[Row] = []
    shared_network: list[Row] = []
    for task in tasks:
        definition = around.definitions.get(task["taskDefinitionArn"]) or {}
        for container in task.get("containers", ()):
            if definition.get("networkMode") == "awsvpc":
                ports = _awsvpc_ports(task, container, definition, around)
                own_network.append(_row(task, container, ports))
            else:
                ports = _host_ports(task, container, around)
                shared_network.append(_row(task, container, ports))
    return own_network + shared_network


def _row(task: TaskTypeDef, container: ContainerTypeDef, ports: Iterable[str]) -> Row:
    return Row(
        name=f"{after_slash(task['taskArn'])}/{container['name']}",
        state=state_of(container),
        ports=", ".join(ports),
        task_definition=after_slash(task["taskDefinitionArn"]),
        health=container.get("healthStatus") or "",
    )


def after_slash(arn: str) -> str:
    """What follows the first slash, as ecs-cli prints it: ``cluster/id`` of a long ARN."""
    return arn.partition("/")[2] or arn


def state_of(container: ContainerTypeDef) -> str:
    """The last status; of a stopped container with its exit code and reason."""
    status = container.get("lastStatus", "")
    if status != "STOPPED":
        return status
    if container.get("exitCode") is not None:
        status += f" ExitCode: {container['exitCode']}"
    if container.get("reason"):
        status += f" Reason: {container['reason']}"
    return status


def _awsvpc_ports(
    task: TaskTypeDef,
    container: ContainerTypeDef,
    definition: TaskDefinitionTypeDef,
    around: Surroundings,
) -> Iterator[str]:
    """The port mappings of the task definition, at the address of the task's own interface."""
    address = _awsvpc_address(task, container, around)
    for each in definition.get("containerDefinitions", ()):
        if each["name"] != container["name"]:
            continue
        for mapping in each.get("portMappings", ()):
            host, inner = mapping.get("hostPort", 0), mapping.get("containerPort", 0)
            yield _port(address, host, inner, mapping.get("protocol"))


def _awsvpc_address(task: TaskTypeDef, container: ContainerTypeDef, around: Surroundings) -> str:
    if task.get("lastStatus") in ("PENDING", "PROVISIONING"):
        return "(PENDING)"
    if task.get("lastStatus") == "STOPPED":
        return ""
    for interface in public_interfaces(task):
        if interface in around.public:
            return around.public[interface]
    interfaces = container.get("networkInterfaces") or [{}]
    return interfaces[0].get("privateIpv4Address") or ""


def _host_ports(
    task: TaskTypeDef, container: ContainerTypeDef, around: Surroundings
) -> Iterator[str]:
    """The bindings that Docker made, at the address of the container instance."""
    instance = around.hosts.get(task.get("containerInstanceArn", ""), "")
    for binding in container.get("networkBindings", ()):
        address = instance or binding.get("bindIP", "")
        host, inner = binding.get("hostPort", 0), binding.get("containerPort", 0)
        yield _port(address, host, inner, binding.get("protocol"))


def _port(address: str, host: int, container: int, protocol: str | None) -> str:
    where = f"{address}:" if address else ""
    return f"{where}{host}->{container}/{protocol or 'tcp'}"


def as_data(found: Iterable[Row]) -> list[dict[str, str]]:
    """The rows for ``--output json``."""
    return [
        {
            "name": row.name,
            "state": row.state,
            "ports": row.ports,
            "taskDefinition": row.task_definition,
            "health": row.health,
        }
        for row in found
    ]

"""Tasks -> rows of containers: Name, State, Ports, TaskDefinition, Health; shared by every `ps`.

PURE: `up.tasks.surroundings` reads what addresses and ports need.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from ecscli.base.documents import Document, Draft
from ecscli.base.records import field, record
from ecscli.up.model import task_id
from ecscli.up.tasks.addresses import Address, addresses, has_own_network, known_addresses
from ecscli.up.tasks.surroundings import Surroundings

if TYPE_CHECKING:
    from types_boto3_ecs.type_defs import ContainerTypeDef, TaskTypeDef

COLUMNS = ("Name", "State", "Ports", "TaskDefinition", "Health")


@record
class ContainerRow:
    """One container as people read it."""

    name: str
    state: str
    ports: str
    task_definition: str
    health: str
    document: Document = field(default_factory=dict)  # the same for programs
    container: str = ""
    urls: tuple[str, ...] = ()  # of the published ports, while the task runs

    @property
    def cells(self) -> tuple[str, ...]:
        return (self.name, self.state, self.ports, self.task_definition, self.health)


def rows(tasks: Iterable[TaskTypeDef], around: Surroundings) -> list[ContainerRow]:
    """One row a container: tasks in awsvpc mode first, then the others, each group in the order
    given."""
    own_network: list[ContainerRow] = []
    shared_network: list[ContainerRow] = []
    for task in tasks:
        group = own_network if has_own_network(task, around) else shared_network
        for container in task.get("containers", ()):
            group.append(_row(task, container, around))
    return own_network + shared_network


def _row(task: TaskTypeDef, container: ContainerTypeDef, around: Surroundings) -> ContainerRow:
    found = list(addresses(task, container, around))
    return ContainerRow(
        name=f"{after_slash(task['taskArn'])}/{container['name']}",
        state=state_of(container),
        ports=", ".join(_port(address) for address in found),
        task_definition=after_slash(task["taskDefinitionArn"]),
        health=container.get("healthStatus") or "",
        document=_document(task, container, found),
        container=container["name"],
        urls=tuple(address.url for address in known_addresses(task, container, around)),
    )


def _document(task: TaskTypeDef, container: ContainerTypeDef, found: Iterable[Address]) -> Draft:
    return {
        "name": f"{after_slash(task['taskArn'])}/{container['name']}",
        "task": task_id(task["taskArn"]),
        "container": container["name"],
        "status": container.get("lastStatus", ""),
        "exitCode": container.get("exitCode"),
        "reason": container.get("reason"),
        "ports": [_port_document(address) for address in found],
        "taskDefinition": after_slash(task["taskDefinitionArn"]),
        "health": container.get("healthStatus"),
    }


def _port_document(address: Address) -> Draft:
    return {
        "host": address.host if address.is_known else None,
        "port": address.port or None,
        "containerPort": address.container_port,
        "protocol": address.protocol,
    }


def _port(address: Address) -> str:
    where = f"{address.host}:" if address.host else ""
    return f"{where}{address.port}->{address.container_port}/{address.protocol}"


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


def as_data(found: Iterable[ContainerRow]) -> list[Draft]:
    """The rows for ``--output json``."""
    return [{**row.document, "urls": list(row.urls)} for row in found]

"""What files and flags ask of tasks in mode awsvpc -> the same with a network: that of the service
that is there, else that of the cluster's own stack."""

from __future__ import annotations

from collections.abc import Generator
from typing import TYPE_CHECKING, TypeVar

from ecscli.base.documents import Document
from ecscli.base.limits import FARGATE
from ecscli.base.records import replace
from ecscli.up.model import Event
from ecscli.up.service.desired import (
    WantedService,
    WantedTasks,
    awsvpc_of,
    lacks_subnets,
    with_network,
)
from ecscli.up.service.network import (
    StackNetwork,
    network_notices,
    network_warnings,
    read_network,
)
from ecscli.workflows.definition.translation import notices
from ecscli.workflows.events import warnings
from ecscli.workflows.project import Connect
from ecscli.workflows.request import TaskRequest

if TYPE_CHECKING:
    from types_boto3_ecs.type_defs import ServiceTypeDef

Wanted = TypeVar("Wanted", WantedTasks, WantedService)


def located(
    connect: Connect,
    request: TaskRequest,
    wanted: Wanted,
    service: ServiceTypeDef | None = None,
) -> Generator[Event, None, Wanted]:
    """The same with subnets, where tasks need some and have none. `service`: the one that is there,
    which keeps its own."""
    if not lacks_subnets(wanted.definition, wanted.fields):
        return wanted
    if service is not None and service.get("status") == "ACTIVE":
        return as_it_is(wanted, service)
    network = read_network(connect(), request.project.settings.stack_name.value or "")
    yield from notices(network_notices(network))
    yield from warnings(network_warnings(network, on_fargate(wanted)))
    return in_network(wanted, network)


def on_fargate(wanted: WantedTasks | WantedService) -> bool:
    """Whether the tasks run on Fargate."""
    return FARGATE in wanted.definition.get("requiresCompatibilities", ())


def in_network(wanted: Wanted, network: StackNetwork) -> Wanted:
    """The same in the network of the cluster's stack."""
    is_public = network.public and on_fargate(wanted)
    filled: dict[str, object] = {
        "subnets": list(network.subnets),
        "assignPublicIp": "ENABLED" if is_public else "DISABLED",
    }
    if network.security_groups:
        filled["securityGroups"] = list(network.security_groups)
    return replace(wanted, fields=with_network(wanted.fields, filled))


def as_it_is(wanted: Wanted, service: ServiceTypeDef) -> Wanted:
    """With the network that the service has, where the files change a part of it."""
    given = awsvpc_of(wanted.fields)
    live: Document = {**service}
    if given:
        return replace(wanted, fields=with_network(wanted.fields, awsvpc_of(live)))
    fields = dict(wanted.fields)
    fields.pop("networkConfiguration", None)
    return replace(wanted, fields=fields)


def in_network_of(wanted: WantedTasks, service: ServiceTypeDef) -> WantedTasks:
    """The same in the network of a service, where that has one of its own."""
    network = service.get("networkConfiguration")
    if not network:
        return wanted
    return replace(wanted, fields={**wanted.fields, "networkConfiguration": network})

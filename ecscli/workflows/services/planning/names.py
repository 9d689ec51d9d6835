"""How the services of a project find each other -> what their requests and the support stack need
for it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from ecscli.base.documents import Document
from ecscli.base.records import replace
from ecscli.compose.layout.discovery.model import Discovery
from ecscli.support.discovery import WantedNames, registry_outputs
from ecscli.support.names import stack_name
from ecscli.support.template import part_of
from ecscli.up.model import Ref
from ecscli.up.project.live import Services
from ecscli.up.service.desired import WantedService, WantedTasks, awsvpc_of
from ecscli.up.service.fields import live_value
from ecscli.up.support.live import LiveSupport
from ecscli.up.support.namespaces import LiveNames, read_names
from ecscli.workflows.services.planning.wanted import WantedProject

if TYPE_CHECKING:
    from types_boto3_ecs.type_defs import ServiceTypeDef

    from ecscli.aws.client import Aws

REGISTRIES, CONNECTED = "serviceRegistries", "serviceConnectConfiguration"
UNKNOWN_VPC = "<vpc>"  # in a plan that is made without AWS
Wanted = Mapping[str, WantedService | WantedTasks]  # by the name of the group


def wanted_names(
    aws: Aws | None, discovery: Discovery, groups: Wanted, live: Services, stack: LiveSupport
) -> WantedNames:
    """What the support stack is to have; `aws` None: nothing can be read."""
    found = LiveNames(UNKNOWN_VPC)
    if aws is not None and (discovery.dns_namespace or discovery.connect_namespace):
        subnets = _subnets(groups, live)
        found = read_names(aws, discovery, part_of(stack.body), subnets)
    return WantedNames(
        discovery.dns_namespace,
        discovery.connect_namespace,
        tuple(discovery.registered.values()),
        found.vpc,
        found.given,
    )


def _subnets(groups: Wanted, live: Services) -> list[str]:
    """The subnets of a group; those in awsvpc are of one VPC."""
    for wanted in groups.values():
        service = live.get(wanted.names.service)
        network = awsvpc_of(wanted.fields) or awsvpc_of({**service} if service else {})
        if network.get("subnets"):
            return list(network["subnets"])
    return []


def with_registries(
    wanted: WantedProject,
    groups: Wanted,
    live: Services,
    stack: LiveSupport,
) -> Wanted:
    """The groups, their services registered where DNS is to find them; and let go of where that is
    no longer so."""
    names = wanted.names
    outputs = stack.outputs if stack.is_of(names) else {}
    arns = _registries(wanted.discovery, stack_name(names.cluster, names.project), outputs)
    found: dict[str, WantedService | WantedTasks] = dict(groups)
    for group, one in groups.items():
        if isinstance(one, WantedService):
            service = live.get(one.names.service)
            fields = dict(_let_go(service, set(outputs.values()))) if service else {}
            if group in arns:
                fields[REGISTRIES] = [{"registryArn": arns[group]}]
            found[group] = replace(one, fields={**fields, **one.fields})
    return found


def _registries(
    discovery: Discovery, stack: str, outputs: Mapping[str, str]
) -> dict[str, str | Ref]:
    """Where each group is registered: an ARN, or the output of the stack that will have it."""
    registered = discovery.registered
    found: dict[str, str | Ref] = {}
    for group, output in zip(
        registered, registry_outputs(registered.values()).values(), strict=True
    ):
        label = f"{stack}.{output}"
        found[group] = outputs.get(output) or Ref(label, label)
    return found


def _let_go(service: ServiceTypeDef, ours: set[str]) -> Iterator[tuple[str, object]]:
    """The fields by which a service leaves what the files do not ask for: its entry in Cloud Map,
    and Service Connect, whose ports may have lost their names."""
    registries = service.get("serviceRegistries") or ()
    if any(row.get("registryArn") in ours for row in registries):
        yield REGISTRIES, []
    if _connection(service).get("enabled"):
        yield CONNECTED, {"enabled": False}


def _connection(service: ServiceTypeDef) -> Document:
    """What the newest deployment has of Service Connect."""
    found = live_value(CONNECTED, service)
    return found if isinstance(found, Mapping) else {}

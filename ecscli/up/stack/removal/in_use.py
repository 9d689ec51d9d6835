"""READS only: what in a cluster keeps its stack from being deleted, while the cluster stays."""

from __future__ import annotations

from collections.abc import Iterator

from ecscli.aws.client import Aws, batches
from ecscli.base.documents import Document
from ecscli.up.model import short
from ecscli.up.stack import live
from ecscli.up.stack.removal import foreign
from ecscli.up.stack.removal.remains import listed
from ecscli.up.stack.removal.rules import rules_of_projects


def blocking(aws: Aws, cluster: str, stack_name: str) -> list[str]:
    """In words: services whose tasks have network interfaces in the stack's subnets or that use its
    capacity provider, and what others put into its VPC."""
    resources = live.resources(aws, stack_name)
    own = {row.physical_id for row in resources}
    found = []
    for service in _services(aws, cluster):
        used = sorted(_used(service, own))
        if used:
            found.append(f"service {short(service['serviceArn'])} has {', '.join(used)}")
    shared = [f"its load balancer has rules of {one}" for one in rules_of_projects(aws, resources)]
    return [*found, *shared, *foreign.beside(aws, resources)]


def _services(aws: Aws, cluster: str) -> Iterator[Document]:
    for batch in batches(listed(aws, cluster, "list_services", "serviceArns"), 10):
        answer = aws.call("ecs", "describe_services", cluster=cluster, services=batch)
        yield from (row for row in answer["services"] if row.get("status") != "INACTIVE")


def _used(service: Document, own: set[str]) -> Iterator[str]:
    """The resources of the stack that a service has."""
    network = (service.get("networkConfiguration") or {}).get("awsvpcConfiguration") or {}
    for subnet in network.get("subnets", ()):
        if subnet in own:
            yield f"subnet {subnet}"
    for row in service.get("capacityProviderStrategy", ()):
        if row["capacityProvider"] in own:
            yield f"capacity provider {row['capacityProvider']}"

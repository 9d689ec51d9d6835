"""What AWS has of a service's discovery: READS only, and only those that the plan needs."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from ecscli.base.documents import Document
from ecscli.base.records import record
from ecscli.up.discovery.desired import (
    DiscoveryChange,
    Namespace,
    changed_parameters,
    namespace_stack,
    service_stack,
)
from ecscli.up.stack import live as stack_live

if TYPE_CHECKING:
    from ecscli.aws.client import Aws
    from ecscli.up.service.desired import WantedService
    from ecscli.up.service.names import Names
    from ecscli.up.stack.model import Stack


@record
class LiveDiscovery:
    """The namespace that a wanted name leads to, and the two stacks; None for what does not exist
    or was not asked for."""

    namespace_id: str | None = None
    namespace_stack: Stack | None = None
    service_stack: Stack | None = None
    service_template: str | None = None  # of the stack, where it is to change


def read_discovery(
    aws: Aws, wanted: WantedService, service: Document | None, change: DiscoveryChange | None
) -> LiveDiscovery:
    """What `with_discovery` needs. `service` is the live one: a service that exists gets no
    discovery."""
    if change is not None:
        return _for_change(aws, wanted.names, change)
    is_new = service is None or service.get("status") == "INACTIVE"
    if wanted.discovery is None or not is_new:
        return LiveDiscovery()
    return _for_new_service(aws, wanted.names, wanted.discovery.namespace)


def read_leftovers(
    aws: Aws, names: Names, service: Document | None, delete_namespace: bool
) -> LiveDiscovery:
    """The stacks of a service that is to be deleted, where it was registered in Cloud Map; without
    a service those that a failed or an earlier one has left behind."""
    if service is not None and not service.get("serviceRegistries"):
        return LiveDiscovery()
    reads = [partial(stack_live.stack, aws, service_stack(names.cluster, names.service))]
    if delete_namespace:
        reads.append(partial(stack_live.stack, aws, namespace_stack(names.cluster, names.service)))
    registered, *namespaces = aws.together(*reads)
    namespace = namespaces[0] if namespaces else None
    return LiveDiscovery(service_stack=registered, namespace_stack=namespace)


def _for_change(aws: Aws, names: Names, change: DiscoveryChange) -> LiveDiscovery:
    """The stack of the discovery service, and its template where a parameter changes."""
    name = service_stack(names.cluster, names.service)
    found = stack_live.stack(aws, name)
    if found is None or not changed_parameters(found.parameters, change):
        return LiveDiscovery(service_stack=found)
    return LiveDiscovery(service_stack=found, service_template=stack_live.template(aws, name))


def _for_new_service(aws: Aws, names: Names, wanted: Namespace) -> LiveDiscovery:
    """The namespace; the stack that would make it, where there is none yet; and a stack that an
    earlier service has left behind."""
    id_ = wanted.id or find_namespace(aws, wanted)
    makes_namespace = id_ is None and wanted.private
    left = None
    if makes_namespace:
        left = stack_live.stack(aws, namespace_stack(names.cluster, names.service))
    registered = None
    if id_ is not None or makes_namespace:
        registered = stack_live.stack(aws, service_stack(names.cluster, names.service))
    return LiveDiscovery(id_, left, registered)


def find_namespace(aws: Aws, wanted: Namespace) -> str | None:
    """The id of the namespace of that name; of private ones that of the VPC, which only its hosted
    zone names."""
    kind = "DNS_PRIVATE" if wanted.private else "DNS_PUBLIC"
    filters = [{"Name": "TYPE", "Values": [kind], "Condition": "EQ"}]
    listed = aws.pages("servicediscovery", "list_namespaces", "Namespaces", Filters=filters)
    for namespace in listed:
        if namespace["Name"] != wanted.name:
            continue
        if not wanted.private or _is_in_vpc(aws, namespace["Id"], str(wanted.vpc)):
            return str(namespace["Id"])
    return None


def _is_in_vpc(aws: Aws, namespace: str, vpc: str) -> bool:
    found = aws.call("servicediscovery", "get_namespace", Id=namespace)["Namespace"]
    zone = found.get("Properties", {}).get("DnsProperties", {}).get("HostedZoneId")
    if not zone:
        return False
    vpcs = aws.call("route53", "get_hosted_zone", Id=zone).get("VPCs", ())
    return any(one.get("VPCId") == vpc and one.get("VPCRegion") == aws.region for one in vpcs)

"""PURE: the names of a project -> its part of the support stack: namespaces, and for each ECS
service that DNS finds a service in Cloud Map.

Sources: AWS::ServiceDiscovery::PrivateDnsNamespace, HttpNamespace and Service in the CloudFormation
reference; CreateService of ECS for HealthCheckCustomConfig.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from ecscli.base.documents import Document
from ecscli.base.records import record
from ecscli.support.parts import Part, logical_ids

NAMESPACE, CONNECT_NAMESPACE = "Namespace", "ConnectNamespace"  # outputs with their ARNs
REGISTRY = "Registry"
SECONDS = 10  # for which an address, and that a name does not exist, may be remembered


@record
class WantedNames:
    """`dns_namespace` and `connect_namespace` by name, empty for none; `registered`: the names in
    Cloud Map of the services that DNS finds. `given`: the id of a namespace that is there, in which
    these are made instead; `vpc` is where DNS answers."""

    dns_namespace: str = ""
    connect_namespace: str = ""
    registered: tuple[str, ...] = ()
    vpc: str = ""
    given: str = ""

    def __bool__(self) -> bool:
        return bool(self.dns_namespace or self.connect_namespace)


def registry_outputs(registered: Iterable[str]) -> Mapping[str, str]:
    """The output with the ARN of each service in Cloud Map, by its name."""
    return logical_ids(REGISTRY, registered)


def discovery_part(wanted: WantedNames) -> Part:
    """The part; of a namespace that is there already the services alone."""
    resources: dict[str, Document] = {}
    outputs: dict[str, Document] = {}
    if not wanted.given:
        for name, one in _namespaces(wanted).items():
            resources[name] = one
            outputs[name] = {"Value": {"Fn::GetAtt": [name, "Arn"]}}
    namespace = wanted.given or {"Ref": NAMESPACE}
    for registered, name in registry_outputs(wanted.registered).items():
        resources[name] = _registry(registered, namespace)
        outputs[name] = {"Value": {"Fn::GetAtt": [name, "Arn"]}}
    return Part(resources, outputs)


def _namespaces(wanted: WantedNames) -> dict[str, Document]:
    found: dict[str, Document] = {}
    if wanted.dns_namespace:
        found[NAMESPACE] = {
            "Type": "AWS::ServiceDiscovery::PrivateDnsNamespace",
            "Properties": {
                "Name": wanted.dns_namespace,
                "Vpc": wanted.vpc,
                "Properties": {"DnsProperties": {"SOA": {"TTL": SECONDS}}},
            },
        }
    if wanted.connect_namespace:
        properties = {"Name": wanted.connect_namespace}
        kind = "AWS::ServiceDiscovery::HttpNamespace"
        found[CONNECT_NAMESPACE] = {"Type": kind, "Properties": properties}
    return found


def _registry(name: str, namespace: object) -> Document:
    return {
        "Type": "AWS::ServiceDiscovery::Service",
        "Properties": {
            "Name": name,
            "NamespaceId": namespace,
            "DnsConfig": {
                "DnsRecords": [{"Type": "A", "TTL": SECONDS}],
                "RoutingPolicy": "MULTIVALUE",
            },
            "HealthCheckCustomConfig": {"FailureThreshold": 1},
        },
    }

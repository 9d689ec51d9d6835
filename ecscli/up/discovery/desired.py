"""Service discovery as flags and ecs-params want it -> the two CloudFormation stacks, under the
original's names."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from ecscli.base.documents import Document, Draft
from ecscli.base.errors import Finding
from ecscli.base.records import record
from ecscli.cluster import dynamic
from ecscli.compose.params.read import EcsParams

NAMESPACE_STACK = "amazon-ecs-cli-setup-private-dns-namespace"
SERVICE_STACK = "amazon-ecs-cli-setup-service-discovery-service"
NAMESPACE_OUTPUT, SERVICE_OUTPUT = "PrivateDNSNamespaceID", "ServiceDiscoveryServiceARN"
SECTION = ("run_params", "service_discovery")


@record
class Namespace:
    """A private or public DNS namespace, by id or by name."""

    private: bool
    id: str | None = None
    name: str | None = None
    vpc: str | None = None
    description: str | None = None


@record
class WantedDiscovery:
    """What `--enable-service-discovery` asks for; `dns_type` is settled, numbers are None where the
    default holds."""

    namespace: Namespace
    dns_type: str
    container_name: str | None = None
    container_port: int | None = None
    name: str | None = None
    description: str | None = None
    ttl: int | None = None
    threshold: int | None = None


@record
class DiscoveryChange:
    """What `--update-service-discovery` may change."""

    ttl: int | None = None
    threshold: int | None = None


def namespace_stack(cluster: str, service: str) -> str:
    return _stack(NAMESPACE_STACK, cluster[:40], service[:40])


def service_stack(cluster: str, service: str) -> str:
    return _stack(SERVICE_STACK, cluster[:38], service[:38])


def _stack(*parts: str) -> str:
    """CloudFormation takes letters, digits and dashes; the original wrote one 0 for a run of
    anything else."""
    return re.sub(r"[^a-zA-Z0-9-]+", "0", "-".join(parts))


def wanted_discovery(
    given: Document,
    numbers: Mapping[str, int],
    params: EcsParams,
    network_mode: str | None,
) -> tuple[WantedDiscovery | None, list[Finding]]:
    """Flags laid over ecs-params. `given` and `numbers` are by flag name. None where something is
    wrong."""
    wrong = [*_exclusive(given, params), *_dynamic_references(given, params)]
    section = params.service_discovery
    inner = section.get("service_discovery_service", {})
    dns = inner.get("dns_config", {})
    namespace, found = _namespace(given, params)
    container = given.get("sd-container-name") or section.get("container_name")
    port = numbers.get("sd-container-port", section.get("container_port"))
    dns_type = (
        given.get("dns-type") or dns.get("type") or ("A" if network_mode == "awsvpc" else "SRV")
    )
    wrong += [*found, *_records(dns_type, container, port, params)]
    if wrong or namespace is None:
        return None, wrong
    threshold = inner.get("healthcheck_custom_config", {}).get("failure_threshold")
    return (
        WantedDiscovery(
            namespace=namespace,
            dns_type=dns_type,
            container_name=container,
            container_port=port,
            name=inner.get("name"),
            description=inner.get("description"),
            ttl=numbers.get("dns-ttl", dns.get("ttl")),
            threshold=numbers.get("healthcheck-custom-config-failure-threshold", threshold),
        ),
        [],
    )


def wanted_change(numbers: Mapping[str, int], params: EcsParams) -> DiscoveryChange:
    """The two values of the stack that may change while a service uses it."""
    inner = params.service_discovery.get("service_discovery_service", {})
    threshold = inner.get("healthcheck_custom_config", {}).get("failure_threshold")
    return DiscoveryChange(
        numbers.get("dns-ttl", inner.get("dns_config", {}).get("ttl")),
        numbers.get("healthcheck-custom-config-failure-threshold", threshold),
    )


def changed_parameters(parameters: Mapping[str, str], change: DiscoveryChange) -> dict[str, str]:
    """The parameters of the stack to which the change gives another value."""
    wanted = {"DNSTTL": change.ttl, "FailureThreshold": change.threshold}
    texts = {name: str(value) for name, value in wanted.items() if value is not None}
    return {name: text for name, text in texts.items() if parameters.get(name) != text}


def registry(wanted: WantedDiscovery, arn: Any) -> Draft:
    """The entry of serviceRegistries; container and port are sent for A records too, as the
    original did."""
    entry: Draft = {"registryArn": arn}
    if wanted.container_name:
        entry["containerName"] = wanted.container_name
    if wanted.container_port is not None:
        entry["containerPort"] = wanted.container_port
    return entry


def namespace_parameters(namespace: Namespace) -> dict[str, str]:
    parameters = {"NamespaceName": namespace.name or "", "VPCID": namespace.vpc or ""}
    return {
        **parameters,
        **({"NamespaceDescription": namespace.description} if namespace.description else {}),
    }


def service_parameters(wanted: WantedDiscovery, service: str, namespace_id: Any) -> Draft:
    """The parameters of the stack, in the original's order; the namespace may still be a Ref."""
    optional = {
        "SDSDescription": wanted.description,
        "DNSType": wanted.dns_type,
        "DNSTTL": wanted.ttl,
        "FailureThreshold": wanted.threshold,
    }
    parameters = {"NamespaceID": namespace_id, "SDSName": wanted.name or service}
    return parameters | {name: str(value) for name, value in optional.items() if value is not None}


def _dynamic_references(given: Document, params: EcsParams) -> Iterator[Finding]:
    """Names and descriptions go into CloudFormation's parameters, where it carries out
    `{{resolve:...}}`."""
    for flag, *_ in dynamic.references(given):
        yield Finding(f"--{flag}: {dynamic.MESSAGE}", f"--{flag}", dynamic.HINT)
    for path in dynamic.references(params.service_discovery):
        place = params.where(*SECTION, *map(str, path))
        yield Finding(f"{'.'.join(map(str, path))}: {dynamic.MESSAGE}", place, dynamic.HINT)


def _exclusive(given: Document, params: EcsParams) -> Iterator[Finding]:
    for kind in ("private", "public"):
        if given.get(f"{kind}-dns-namespace") and given.get(f"{kind}-dns-namespace-id"):
            yield Finding(
                f"--{kind}-dns-namespace and --{kind}-dns-namespace-id cannot both be given"
            )
        section = params.service_discovery.get(f"{kind}_dns_namespace", {})
        if section.get("id") and section.get("name"):
            place = params.where(*SECTION, f"{kind}_dns_namespace")
            yield Finding(f"{kind}_dns_namespace: name and id cannot both be given", place)


def _namespace(given: Document, params: EcsParams) -> tuple[Namespace | None, list[Finding]]:
    private, public = _one(given, params, "private"), _one(given, params, "public")
    place = params.where(*SECTION)
    if private and public:
        return None, [
            Finding(
                "service discovery takes one namespace: a private or a public one, not both", place
            )
        ]
    found = private or public
    if found is None:
        hint = (
            "give --private-dns-namespace NAME and --vpc, --private-dns-namespace-id or a"
            " public one"
        )
        return None, [Finding("service discovery needs a DNS namespace", place, hint)]
    if found.private and found.name and not found.vpc:
        return None, [Finding("a private namespace by name needs its VPC", place, "give --vpc")]
    return found, []


def _one(given: Document, params: EcsParams, kind: str) -> Namespace | None:
    section = params.service_discovery.get(f"{kind}_dns_namespace", {})
    id_, name = given.get(f"{kind}-dns-namespace-id"), given.get(f"{kind}-dns-namespace")
    if not id_ and not name:
        id_, name = section.get("id"), section.get("name")
    if not id_ and not name:
        return None
    private = kind == "private"
    vpc = (given.get("vpc") or section.get("vpc")) if private else None
    return Namespace(private, id_ or None, name or None, vpc, section.get("description"))


def _records(
    dns_type: str, container: str | None, port: int | None, params: EcsParams
) -> Iterator[Finding]:
    place = params.where(*SECTION)
    if dns_type not in ("A", "SRV"):
        yield Finding(f'the type of DNS records is A or SRV, not "{dns_type}"', place)
    if dns_type == "SRV" and not container:
        yield Finding("SRV records need the container's name", place, "give --sd-container-name")
    if dns_type == "SRV" and port is None:
        yield Finding("SRV records need the container's port", place, "give --sd-container-port")

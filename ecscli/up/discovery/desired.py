"""Service discovery by flags and ecs-params -> the two CloudFormation stacks, under the names of
ecs-cli."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

from ecscli.base.documents import Document, Draft
from ecscli.base.errors import Finding
from ecscli.base.findings import Findings
from ecscli.base.records import record
from ecscli.cluster import dynamic
from ecscli.up.model import Ref

if TYPE_CHECKING:
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
    """The name of the stack of a private namespace."""
    return _stack(NAMESPACE_STACK, cluster[:40], service[:40])


def service_stack(cluster: str, service: str) -> str:
    """The name of the stack of the service in Cloud Map."""
    return _stack(SERVICE_STACK, cluster[:38], service[:38])


def _stack(*parts: str) -> str:
    """CloudFormation takes letters, digits and dashes; ecs-cli writes one 0 for a run of anything
    else."""
    return re.sub(r"[^a-zA-Z0-9-]+", "0", "-".join(parts))


def wanted_discovery(
    given: Document,
    numbers: Mapping[str, int],
    params: EcsParams,
    network_mode: str | None,
) -> tuple[WantedDiscovery | None, list[Finding]]:
    """Flags laid over ecs-params. `given` and `numbers` are by flag name. None where there are
    errors."""
    findings = Findings()
    _check_exclusive(given, params, findings)
    _check_references(given, params, findings)
    namespace = _namespace(given, params, findings)
    wanted = _discovery(given, numbers, params, network_mode, namespace or Namespace(True))
    _check_records(wanted, params, findings)
    errors = list(findings.errors.counted())
    return (None if errors else wanted), errors


def _discovery(
    given: Document,
    numbers: Mapping[str, int],
    params: EcsParams,
    network_mode: str | None,
    namespace: Namespace,
) -> WantedDiscovery:
    section = params.service_discovery
    service = section.get("service_discovery_service", {})
    usual = "A" if network_mode == "awsvpc" else "SRV"
    change = wanted_change(numbers, params)
    return WantedDiscovery(
        namespace=namespace,
        dns_type=given.get("dns-type") or service.get("dns_config", {}).get("type") or usual,
        container_name=given.get("sd-container-name") or section.get("container_name"),
        container_port=numbers.get("sd-container-port", section.get("container_port")),
        name=service.get("name"),
        description=service.get("description"),
        ttl=change.ttl,
        threshold=change.threshold,
    )


def wanted_change(numbers: Mapping[str, int], params: EcsParams) -> DiscoveryChange:
    """The two values of the stack that may change while a service uses it."""
    service = params.service_discovery.get("service_discovery_service", {})
    ttl = service.get("dns_config", {}).get("ttl")
    threshold = service.get("healthcheck_custom_config", {}).get("failure_threshold")
    return DiscoveryChange(
        numbers.get("dns-ttl", ttl),
        numbers.get("healthcheck-custom-config-failure-threshold", threshold),
    )


def changed_parameters(parameters: Mapping[str, str], change: DiscoveryChange) -> dict[str, str]:
    """The parameters of the stack to which the change gives another value."""
    wanted = {"DNSTTL": change.ttl, "FailureThreshold": change.threshold}
    texts = {name: str(value) for name, value in wanted.items() if value is not None}
    return {name: text for name, text in texts.items() if parameters.get(name) != text}


def registry(wanted: WantedDiscovery, arn: str | Ref) -> Draft:
    """The entry of serviceRegistries; container and port are sent for A records too, as by
    ecs-cli."""
    entry: Draft = {"registryArn": arn}
    if wanted.container_name:
        entry["containerName"] = wanted.container_name
    if wanted.container_port is not None:
        entry["containerPort"] = wanted.container_port
    return entry


def namespace_parameters(namespace: Namespace) -> dict[str, str]:
    """The parameters of the stack that makes a namespace."""
    parameters = {"NamespaceName": namespace.name or "", "VPCID": namespace.vpc or ""}
    if namespace.description:
        parameters["NamespaceDescription"] = namespace.description
    return parameters


def service_parameters(wanted: WantedDiscovery, service: str, namespace_id: str | Ref) -> Draft:
    """The parameters of the stack, in the order of ecs-cli; the namespace may still be a Ref."""
    optional = {
        "SDSDescription": wanted.description,
        "DNSType": wanted.dns_type,
        "DNSTTL": wanted.ttl,
        "FailureThreshold": wanted.threshold,
    }
    given = {name: str(value) for name, value in optional.items() if value is not None}
    return {"NamespaceID": namespace_id, "SDSName": wanted.name or service, **given}


# ------------------------------------------------------------------------------- checks


def _check_references(given: Document, params: EcsParams, findings: Findings) -> None:
    """Names and descriptions go into CloudFormation's parameters, where it carries out
    `{{resolve:...}}`."""
    for flag, *_ in dynamic.references(given):
        findings.error(f"--{flag}: {dynamic.MESSAGE}", f"--{flag}", dynamic.HINT)
    for path in dynamic.references(params.service_discovery):
        names = [str(name) for name in path]
        place = params.where(*SECTION, *names)
        findings.error(f"{'.'.join(names)}: {dynamic.MESSAGE}", place, dynamic.HINT)


def _check_exclusive(given: Document, params: EcsParams, findings: Findings) -> None:
    for kind in ("private", "public"):
        flag = f"{kind}-dns-namespace"
        if given.get(flag) and given.get(f"{flag}-id"):
            findings.error(f"--{flag} and --{flag}-id cannot both be given")
        key = f"{kind}_dns_namespace"
        section = params.service_discovery.get(key, {})
        if section.get("id") and section.get("name"):
            place = params.where(*SECTION, key)
            findings.error(f"{key}: name and id cannot both be given", place)


def _namespace(given: Document, params: EcsParams, findings: Findings) -> Namespace | None:
    """The one namespace of flags and ecs-params."""
    private, public = _one(given, params, "private"), _one(given, params, "public")
    place = params.where(*SECTION)
    found = private or public
    if private and public:
        message = "service discovery takes one namespace: a private or a public one, not both"
        findings.error(message, place)
    elif found is None:
        findings.error(
            "service discovery needs a DNS namespace",
            place,
            "give --private-dns-namespace NAME and --vpc, --private-dns-namespace-id or a public"
            " one",
        )
    elif found.private and found.name and not found.vpc:
        findings.error("a private namespace by name needs its VPC", place, "give --vpc")
    return found


def _one(given: Document, params: EcsParams, kind: str) -> Namespace | None:
    section = params.service_discovery.get(f"{kind}_dns_namespace", {})
    id_, name = given.get(f"{kind}-dns-namespace-id"), given.get(f"{kind}-dns-namespace")
    if not id_ and not name:
        id_, name = section.get("id"), section.get("name")
    if not id_ and not name:
        return None
    vpc = given.get("vpc") or section.get("vpc")
    return Namespace(
        private=kind == "private",
        id=id_ or None,
        name=name or None,
        vpc=vpc if kind == "private" else None,
        description=section.get("description"),
    )


def _check_records(wanted: WantedDiscovery, params: EcsParams, findings: Findings) -> None:
    place = params.where(*SECTION)
    if wanted.dns_type not in ("A", "SRV"):
        message = f'the type of DNS records is A or SRV, not "{wanted.dns_type}"'
        findings.error(message, place)
    if wanted.dns_type == "SRV" and not wanted.container_name:
        hint = "give --sd-container-name"
        findings.error("SRV records need the container's name", place, hint)
    if wanted.dns_type == "SRV" and wanted.container_port is None:
        hint = "give --sd-container-port"
        findings.error("SRV records need the container's port", place, hint)

"""Published and exposed ports of a service -> portMappings, by the rules of the task's network
mode."""

from __future__ import annotations

from ecscli.base.documents import Draft
from ecscli.base.findings import Findings
from ecscli.compose.ecs.limits import APP_PROTOCOLS, TRANSPORT_PROTOCOLS
from ecscli.compose.project.model import Port, Service

SHARED_MODES = ("awsvpc", "host")  # the container's port is the port of the interface
ANY_ADDRESS = (None, "", "0.0.0.0", "::")
LOOPBACK = ("127.", "::1", "localhost")


def port_mappings(
    service: Service, network_mode: str | None, exact: bool, findings: Findings
) -> list[Draft]:
    """The port mappings of a container; with `network_mode` awsvpc or host, host ports are dropped
    or matched."""
    published = [(port, "ports") for port in service.ports]
    taken = {(port.target, port.protocol) for port in service.ports}
    exposed = [
        (port, "expose") for port in service.expose if (port.target, port.protocol) not in taken
    ]
    mappings = [
        _mapping(service, port, key, network_mode, findings) for port, key in [*published, *exposed]
    ]
    for port in service.ports:
        if port.host_ip not in ANY_ADDRESS:
            _tell_address(service, port, exact, findings)
    return _each_once(mappings) if network_mode in SHARED_MODES and not exact else mappings


def _each_once(mappings: list[Draft]) -> list[Draft]:
    """One container port behind two host ports is one port where there are no host ports."""
    kept: dict[tuple[int, str], Draft] = {}
    for mapping in mappings:
        kept.setdefault((mapping["containerPort"], mapping["protocol"]), mapping)
    return list(kept.values())


def _mapping(
    service: Service, port: Port, key: str, network_mode: str | None, findings: Findings
) -> Draft:
    mapping: Draft = {"containerPort": port.target}
    if network_mode in SHARED_MODES and port.published not in (None, 0, port.target):
        findings.warning(
            f"services.{service.name}.{key}: in network mode {network_mode} port {port.target} is"
            f" reached as {port.target}; {port.published} is dropped",
            port.mark,
            f'write "{port.target}:{port.target}", or put a load balancer on {port.published}',
        )
    elif port.published:
        mapping["hostPort"] = port.published
    mapping["protocol"] = port.protocol
    if port.protocol not in TRANSPORT_PROTOCOLS:
        what = f"services.{service.name}.{key}: ECS has no protocol {port.protocol}"
        findings.error(what, port.mark, "tcp or udp")
    if port.name:
        mapping["name"] = port.name
    if port.app_protocol:
        _app_protocol(service, port, mapping, findings)
    return mapping


def _app_protocol(service: Service, port: Port, mapping: Draft, findings: Findings) -> None:
    if port.app_protocol in APP_PROTOCOLS:
        mapping["appProtocol"] = port.app_protocol
    else:
        findings.warning(
            f"services.{service.name}.ports: app_protocol {port.app_protocol} is not sent",
            port.mark,
            f"ECS knows {', '.join(sorted(APP_PROTOCOLS))}",
        )


def _tell_address(service: Service, port: Port, exact: bool, findings: Findings) -> None:
    what = (
        f"services.{service.name}.ports: ECS listens on every address, not on {port.host_ip} alone"
    )
    if exact:
        what = f"Ignoring the ip address while transforming it to task definition: {what}"
    loopback = str(port.host_ip).startswith(LOOPBACK)
    hint = "the port becomes reachable from outside: use expose:, or guard it with a security group"
    findings.warning(what, port.mark, hint if loopback else None)

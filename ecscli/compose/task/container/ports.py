"""Published and exposed ports of a service -> portMappings, by the rules of the task's network
mode."""

from __future__ import annotations

from collections.abc import Iterator

from ecscli.base.documents import Draft
from ecscli.compose.ecs.limits import APP_PROTOCOLS, TRANSPORT_PROTOCOLS
from ecscli.compose.project.model import Port, Service
from ecscli.compose.task.scene import Scene

SHARED_MODES = ("awsvpc", "host")  # the container's port is the port of the interface
ANY_ADDRESS = (None, "", "0.0.0.0", "::")
LOOPBACK = ("127.", "::1", "localhost")


def port_mappings(service: Service, scene: Scene) -> list[Draft]:
    """The port mappings of a container; in network modes awsvpc and host, without host ports that
    differ from the container's."""
    mappings = [_mapping(service, port, key, scene) for port, key in _ports(service, scene)]
    for port in service.ports:
        if port.host_ip not in ANY_ADDRESS:
            _warn_of_address(service, port, scene)
    if scene.network_mode in SHARED_MODES and not scene.exact:
        return _each_once(mappings)
    return mappings


def _ports(service: Service, scene: Scene) -> Iterator[tuple[Port, str]]:
    """Each port and the key that it comes from; an exposed port that is also published counts
    once."""
    published = {(port.target, port.protocol) for port in service.ports}
    seen: set[tuple[int, str]] = set()
    for port in service.ports:
        if not _is_balanced(service, port, scene):
            yield port, "ports"
        elif (port.target, port.protocol) not in seen:  # host ports are not used: one is enough
            seen.add((port.target, port.protocol))
            yield port, "ports"
    for port in service.expose:
        if (port.target, port.protocol) not in published:
            yield port, "expose"


def _each_once(mappings: list[Draft]) -> list[Draft]:
    """One container port behind two host ports is one port where there are no host ports."""
    kept: dict[tuple[int, str], Draft] = {}
    for mapping in mappings:
        kept.setdefault((mapping["containerPort"], mapping["protocol"]), mapping)
    return list(kept.values())


def _mapping(service: Service, port: Port, key: str, scene: Scene) -> Draft:
    mapping: Draft = {"containerPort": port.target}
    if not _is_balanced(service, port, scene):
        mapping |= _host_port(service, port, key, scene)
    mapping["protocol"] = port.protocol
    if port.protocol not in TRANSPORT_PROTOCOLS:
        message = f"ECS has no protocol {port.protocol}"
        place = f"services.{service.name}.{key}"
        scene.findings.error(message, port.mark, "use tcp or udp", key=place)
    return mapping | _service_connect(service, port, scene)


def _is_balanced(service: Service, port: Port, scene: Scene) -> bool:
    """Whether a load balancer has the published port, so that each task may have another one."""
    return (service.name, port.target, port.protocol) in scene.balanced


def _host_port(service: Service, port: Port, key: str, scene: Scene) -> Draft:
    """The port of the host, where the file gives one and the network mode has some."""
    if scene.network_mode in SHARED_MODES and port.published not in (None, 0, port.target):
        _warn_of_dropped_host_port(service, port, key, scene)
        return {}
    return {"hostPort": port.published} if port.published else {}


def _service_connect(service: Service, port: Port, scene: Scene) -> Draft:
    """What Service Connect knows a port by: its name, and the protocol of its application."""
    fields: Draft = {}
    if port.name:
        fields["name"] = port.name
    if port.app_protocol in APP_PROTOCOLS:
        fields["appProtocol"] = port.app_protocol
    elif port.app_protocol:
        _warn_of_app_protocol(service, port, scene)
    return fields


def _warn_of_dropped_host_port(service: Service, port: Port, key: str, scene: Scene) -> None:
    inner, outer = port.target, port.published
    scene.findings.warning(
        f"in network mode {scene.network_mode} port {inner} is"
        f" reached as {inner}; {outer} is dropped",
        port.mark,
        f'write "{inner}:{inner}", or put a load balancer on {outer}',
        key=f"services.{service.name}.{key}",
    )


def _warn_of_app_protocol(service: Service, port: Port, scene: Scene) -> None:
    scene.findings.warning(
        f"app_protocol {port.app_protocol} is not sent",
        port.mark,
        f"use one of {', '.join(sorted(APP_PROTOCOLS))}",
        key=f"services.{service.name}.ports",
    )


def _warn_of_address(service: Service, port: Port, scene: Scene) -> None:
    message = f"ECS listens on every address, not on {port.host_ip} alone"
    if scene.exact:
        message = f"Ignoring the ip address while transforming it to task definition: {message}"
    hint = None
    if str(port.host_ip).startswith(LOOPBACK):
        hint = (
            "the port becomes reachable from outside: use expose:, or guard it with a security"
            " group"
        )
    scene.findings.warning(message, port.mark, hint, key=f"services.{service.name}.ports")

"""What RegisterTaskDefinition refuses about port mappings, with the host ports already written
out."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from ecscli.sandbox.ecs.checks.rule import Rule
from ecscli.sandbox.ecs.checks.tasks.container import Peer
from ecscli.sandbox.shapes import Json

MOST_RANGES = 100


def none_with_ports(peer: Peer) -> Iterator[str]:
    if peer.mode == "none" and peer.container["portMappings"]:
        yield "Port mappings are not supported when networkMode=none."


def no_container_port(peer: Peer) -> Iterator[str]:
    for port in peer.container["portMappings"]:
        if port.get("containerPort") is None and not port.get("containerPortRange"):
            yield f"Invalid 'containerPort' setting for container '{peer.name}'."


def other_host_port(peer: Peer) -> Iterator[str]:
    if peer.mode not in ("awsvpc", "host"):
        return
    for port in peer.container["portMappings"]:
        if port.get("hostPort") != port.get("containerPort"):
            yield (
                f"When networkMode={peer.mode}, the host ports and container ports in port mappings"
                " must match."
            )


def bad_range(peer: Peer) -> Iterator[str]:
    prefix = f"Invalid 'containerPortRange' setting for container '{peer.name}'"
    ranges = [one for one in peer.container["portMappings"] if one.get("containerPortRange")]
    if ranges and peer.mode not in ("bridge", "awsvpc"):
        yield f"{prefix}: it needs network mode bridge or awsvpc."
    if len(ranges) > MOST_RANGES:
        yield f"{prefix}: at most {MOST_RANGES} ranges for each container."
    for port in ranges:
        bounds = bounds_of(port["containerPortRange"])
        if bounds is None or port.get("containerPort") is not None:
            yield f"{prefix}: a first and a larger last port, and no containerPort or hostPort."


def overlapping_ports(peer: Peer) -> Iterator[str]:
    seen: list[tuple[int, int, str]] = []
    for port in peer.container["portMappings"]:
        bounds = bounds_of(port.get("containerPortRange") or "")
        if bounds is None:
            continue
        for first, last, protocol in seen:
            if protocol == port["protocol"] and bounds[0] <= last and first <= bounds[1]:
                yield f"The container port ranges of container '{peer.name}' overlap."
        seen.append((*bounds, port["protocol"]))


def bounds_of(text: str) -> tuple[int, int] | None:
    """`8000-8010` as numbers; None for anything that is no range of ports."""
    match = re.fullmatch(r"(\d{1,5})-(\d{1,5})", text)
    if match is None:
        return None
    first, last = int(match[1]), int(match[2])
    return (first, last) if 1 <= first < last <= 65535 else None


def repeated_host_port(document: Json) -> Iterator[str]:
    taken = Counter(
        (port["protocol"].upper(), port["hostPort"])
        for one in document["containerDefinitions"]
        for port in one["portMappings"]
        if port.get("hostPort")
    )
    for (protocol, port), count in taken.items():
        if count > 1:
            yield f"{protocol} host port '{port}' is mapped multiple times in task."


PORT_RULES: tuple[Rule[Peer], ...] = (
    Rule(
        none_with_ports,
        ("ContainerDefinition.portMappings", "RegisterTaskDefinitionRequest.networkMode"),
        "If the network mode of a task definition is set to none , then you can't specify port"
        " mappings.",
    ),
    Rule(no_container_port, ("PortMapping.containerPort",), "The port number on the container"),
    Rule(
        other_host_port,
        ("PortMapping.hostPort",),
        "If you use containers in a task with the awsvpc or host network mode, the hostPort can"
        " either be left blank or set to the same value as the containerPort .",
    ),
    Rule(
        bad_range,
        ("PortMapping.containerPortRange",),
        "The first port in the range must be less than last port in the range.",
    ),
    Rule(
        overlapping_ports,
        ("PortMapping.containerPortRange",),
        "You cannot specify overlapping port ranges.",
    ),
)

TASK_PORT_RULES: tuple[Rule[Json], ...] = (
    Rule(
        repeated_host_port,
        ("PortMapping.hostPort", "PortMapping.protocol"),
        "Any host port that was previously specified in a running task is also reserved while the"
        " task is running.",
    ),
)

"""Rules of the network: its mode, ports and their clashes, links, and what a mode rules out."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ecscli.compose.ecs import limits
from ecscli.compose.rules.subject import Container, Problem, Subject, listed

Found = Iterator[Problem]
COMPOSE_KEYS = {  # field of a container definition -> Compose key
    "dnsSearchDomains": "dns_search",
    "dnsServers": "dns",
    "dockerSecurityOptions": "security_opt",
    "extraHosts": "extra_hosts",
    "devices": "devices",
    "disableNetworking": "network_mode",
    "hostname": "hostname",
    "links": "links",
    "maxSwap": "memswap_limit",
    "privileged": "privileged",
    "sharedMemorySize": "shm_size",
    "swappiness": "mem_swappiness",
}


def mode(subject: Subject) -> Found:
    allowed = limits.NETWORK_MODES[subject.launch_type]
    if subject.fargate and not subject.definition.get("networkMode"):
        yield subject.of_task(
            "ecs_network_mode", "Fargate needs network mode awsvpc", "say ecs_network_mode: awsvpc"
        )
    if subject.network_mode not in allowed:
        yield subject.of_task(
            "ecs_network_mode",
            f"launch type {subject.launch_type} has no network mode {subject.network_mode}",
            f"one of {', '.join(allowed)}",
        )


def clashes(subject: Subject) -> Found:
    """Two containers of a task cannot have one port: that of the host, or that of the shared
    interface."""
    taken: dict[tuple[int, str], str] = {}
    for one in subject.containers:
        own: set[tuple[int, str]] = set()
        for mapping in one.get("portMappings") or ():
            port = _outer(subject, mapping)
            key = (port, mapping.get("protocol") or "tcp")
            if port and (key in own or key in taken):
                other = one["name"] if key in own else taken[key]
                said = f"port {port}/{key[1]} is already taken by {other}"
                yield subject.of_port(one["name"], mapping, said, "give each port once")
            own.add(key)
        taken.update((key, one["name"]) for key in own)


def reserved(subject: Subject) -> Found:
    """Fixed ports of an instance that it cannot give, or not reliably."""
    if subject.network_mode not in ("bridge", "host"):
        return
    fixed = [
        (one["name"], mapping, port)
        for one in subject.containers
        for mapping in one.get("portMappings") or ()
        if (port := _outer(subject, mapping))
    ]
    most = limits.MAX_RESERVED_PORTS - len(limits.RESERVED_HOST_PORTS)
    if len(fixed) > most:
        message = f"{len(fixed)} fixed host ports; an instance has {most} to give"
        yield subject.of_port(
            *fixed[-1][:2], message, "publish ranges without a host port, or use awsvpc"
        )
        return
    for name, mapping, port in fixed:
        said = None
        if port in limits.RESERVED_HOST_PORTS:
            said = f"instances keep port {port} for themselves"
        elif port in limits.EPHEMERAL_PORTS:
            said = f"instances give ports like {port} to others on demand"
        if said:
            yield subject.of_port(name, mapping, said, "publish another host port")._replace(
                severity="warning"
            )


def _outer(subject: Subject, mapping: Any) -> int:
    if subject.network_mode in ("awsvpc", "host"):
        return int(mapping.get("containerPort") or 0)
    return int(mapping.get("hostPort") or 0)


def names(subject: Subject) -> Found:
    taken: set[str] = set()
    for one in subject.containers:
        for mapping in one.get("portMappings") or ():
            name = mapping.get("name")
            if name is None:
                continue
            if not limits.PORT_NAME.fullmatch(name):
                yield subject.of_service(
                    one["name"],
                    "ports",
                    f'"{name}" cannot be the name of a port',
                    "1 to 64 lower case letters, digits, underscores and dashes, without a dash in"
                    " front",
                )
            elif name in taken:
                yield subject.of_service(
                    one["name"], "ports", f'the port name "{name}" is given twice'
                )
            taken.add(name)


def ports(subject: Subject, one: Container) -> Found:
    mappings = one.get("portMappings") or ()
    if mappings and subject.network_mode == "none":
        yield subject.of_service(
            one["name"], "ports", "network mode none has no ports", "leave ports out"
        )
    for mapping in mappings:
        inner, outer = mapping.get("containerPort"), mapping.get("hostPort") or 0
        if inner is not None and inner not in limits.PORT:
            yield subject.of_port(one["name"], mapping, f"{inner} is no port", f"{limits.PORT}")
        if outer and outer not in limits.PORT:
            yield subject.of_port(one["name"], mapping, f"{outer} is no port", f"{limits.PORT}")
        if inner and outer and inner != outer and subject.network_mode in ("awsvpc", "host"):
            yield subject.of_port(
                one["name"],
                mapping,
                f"host port {outer} and container port {inner} differ; {subject.network_mode} needs"
                " them equal",
                f'publish "{inner}:{inner}", or attach a load balancer',
            )
        if (mapping.get("protocol") or "tcp") not in limits.TRANSPORT_PROTOCOLS:
            yield subject.of_port(
                one["name"], mapping, f"{mapping['protocol']} is not offered", "tcp or udp"
            )
        if mapping.get("appProtocol") not in (None, *limits.APP_PROTOCOLS):
            yield subject.of_port(
                one["name"],
                mapping,
                f"no such application protocol: {mapping['appProtocol']}",
                "http, http2 or grpc",
            )


def links(subject: Subject, one: Container) -> Found:
    for link in one.get("links") or ():
        target = link.split(":")[0]
        if target not in subject.names:
            yield subject.of_service(
                one["name"],
                "links",
                f"no such container: {target}",
                f"there are {listed(subject.names)}",
            )
    if one.get("links") and subject.network_mode not in ("bridge", "awsvpc"):
        yield subject.of_service(
            one["name"],
            "links",
            f"network mode {subject.network_mode} has no links",
            "use bridge, or leave links out",
        )


def ruled_out(subject: Subject, one: Container) -> Found:
    """Fields that the launch type or awsvpc refuses, where they hold anything."""
    linux = one.get("linuxParameters") or {}
    if subject.fargate:
        who = "Fargate"
        fields = {
            field: one.get(field) for field in (*limits.FARGATE_REFUSED, *limits.AWSVPC_REFUSED)
        }
        fields |= {field: linux.get(field) for field in limits.FARGATE_REFUSED_LINUX}
    elif subject.network_mode == "awsvpc":
        who, fields = (
            "network mode awsvpc",
            {field: one.get(field) for field in limits.AWSVPC_REFUSED},
        )
    else:
        return
    for field, value in fields.items():
        if value:
            yield subject.of_service(
                one["name"],
                COMPOSE_KEYS[field],
                f"{who} refuses {field}",
                "leave it out, or use launch type EC2",
            )


RULES = (mode, clashes, reserved, names)
CONTAINER_RULES = (ports, links, ruled_out)

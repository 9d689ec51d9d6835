"""Rules of ports: their numbers, names and clashes."""

from __future__ import annotations

from collections.abc import Iterator

from ecscli.base.documents import Document
from ecscli.base.limits import PORT
from ecscli.compose.ecs import limits
from ecscli.compose.rules.subject import Container, Problem, Subject

Found = Iterator[Problem]
SHARED_MODES = ("awsvpc", "host")  # the container's port is the port of the interface


def _outer(subject: Subject, mapping: Document) -> int:
    """The port that others reach; 0 for one that the instance chooses."""
    field = "containerPort" if subject.network_mode in SHARED_MODES else "hostPort"
    return int(mapping.get(field) or 0)


def _mappings(subject: Subject) -> Iterator[tuple[Container, Document]]:
    for one in subject.containers:
        for mapping in one.items("portMappings"):
            yield one, mapping


def clashes(subject: Subject) -> Found:
    """Two containers of a task cannot have one port: that of the host, or that of the shared
    interface."""
    owners: dict[tuple[int, str], str] = {}
    for one, mapping in _mappings(subject):
        port, protocol = _outer(subject, mapping), mapping.get("protocol") or "tcp"
        owner = owners.get((port, protocol))
        if port and owner is not None:
            message = f"port {port}/{protocol} is already taken by {owner}"
            yield one.port_problem(mapping, message, "give each port once")
        owners[port, protocol] = one.name


def reserved(subject: Subject) -> Found:
    """Fixed ports of an instance that it cannot give, or not reliably."""
    if subject.network_mode not in ("bridge", "host"):
        return
    fixed = [(one, mapping) for one, mapping in _mappings(subject) if _outer(subject, mapping)]
    most = limits.MAX_RESERVED_PORTS - len(limits.RESERVED_HOST_PORTS)
    if len(fixed) > most:
        one, mapping = fixed[-1]
        message = f"{len(fixed)} fixed host ports; an instance has {most} to give"
        hint = "publish ranges without a host port, or use awsvpc"
        yield one.port_problem(mapping, message, hint)
        return
    for one, mapping in fixed:
        message = _unreliable(_outer(subject, mapping))
        if message:
            yield one.port_problem(mapping, message, "publish another host port").as_warning()


def _unreliable(port: int) -> str:
    if port in limits.RESERVED_HOST_PORTS:
        return f"instances keep port {port} for themselves"
    if port in limits.EPHEMERAL_PORTS:
        return f"instances give ports like {port} to others on demand"
    return ""


def names(subject: Subject) -> Found:
    taken: set[str] = set()
    for one, mapping in _mappings(subject):
        name = mapping.get("name")
        if name is None:
            continue
        if not limits.PORT_NAME.fullmatch(name):
            yield one.problem(
                "ports",
                f'"{name}" cannot be the name of a port',
                "1 to 64 lower case letters, digits, underscores and dashes, without a dash in"
                " front",
            )
        elif name in taken:
            yield one.problem("ports", f'the port name "{name}" is given twice')
        taken.add(name)


def in_mode_none(subject: Subject, one: Container) -> Found:
    if one.items("portMappings") and subject.network_mode == "none":
        yield one.problem("ports", "network mode none has no ports", "leave ports out")


def numbers(subject: Subject, one: Container) -> Found:
    for mapping in one.items("portMappings"):
        inner, outer = mapping.get("containerPort"), mapping.get("hostPort") or 0
        if inner is not None and inner not in PORT:
            yield one.port_problem(mapping, f"{inner} is not a port", f"{PORT}")
        if outer and outer not in PORT:
            yield one.port_problem(mapping, f"{outer} is not a port", f"{PORT}")


def equal_numbers(subject: Subject, one: Container) -> Found:
    if subject.network_mode not in SHARED_MODES:
        return
    for mapping in one.items("portMappings"):
        inner, outer = mapping.get("containerPort"), mapping.get("hostPort")
        if inner and outer and inner != outer:
            yield one.port_problem(
                mapping,
                f"host port {outer} and container port {inner} differ; {subject.network_mode} needs"
                " them equal",
                f'publish "{inner}:{inner}", or attach a load balancer',
            )


def protocols(subject: Subject, one: Container) -> Found:
    for mapping in one.items("portMappings"):
        protocol = mapping.get("protocol") or "tcp"
        if protocol not in limits.TRANSPORT_PROTOCOLS:
            yield one.port_problem(mapping, f"{protocol} is not offered", "tcp or udp")
        application = mapping.get("appProtocol")
        if application is not None and application not in limits.APP_PROTOCOLS:
            message = f"no such application protocol: {application}"
            yield one.port_problem(mapping, message, "http, http2 or grpc")


RULES = (clashes, reserved, names)
CONTAINER_RULES = (in_mode_none, numbers, equal_numbers, protocols)

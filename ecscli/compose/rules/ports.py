"""Rules of ports: their clashes, and what a network mode takes."""

from __future__ import annotations

from collections.abc import Iterator

from ecscli.base.documents import Document
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
    """Each name of a port is given once in a task."""
    taken: set[str] = set()
    for one, mapping in _mappings(subject):
        name = str(mapping.get("name") or "")
        if name in taken:
            yield one.port_problem(mapping, f'the port name "{name}" is given twice')
        if name:
            taken.add(name)


def in_mode_none(subject: Subject, one: Container) -> Found:
    """Network mode none has no ports."""
    if one.items("portMappings") and subject.network_mode == "none":
        yield one.problem("ports", "network mode none has no ports", "leave ports out")


def equal_numbers(subject: Subject, one: Container) -> Found:
    """In network modes awsvpc and host the ports of host and container are the same."""
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


RULES = (clashes, reserved, names)
CONTAINER_RULES = (in_mode_none, equal_numbers)

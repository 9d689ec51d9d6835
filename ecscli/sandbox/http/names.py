"""What a pretended task would find on the network: the addresses behind a name, and whether the
security groups let it reach another task. Queries in, JSON out."""

from __future__ import annotations

from ecscli.sandbox.ecs.model import Container, Task
from ecscli.sandbox.ecs.services import connect
from ecscli.sandbox.ecs.state import Ecs
from ecscli.sandbox.shapes import Json

RESOLVER = "/etc/resolv.conf"


def resolve(ecs: Ecs, task: Task, name: str) -> Json:
    """The addresses of a name as a container of the task would get them. `by`: `service-connect`,
    `dns`, or nothing."""
    endpoint = connect.known_to(ecs, task, name)
    if endpoint is not None:
        found = connect.addresses_of(ecs, endpoint)
        return {"name": name, "by": "service-connect", "port": endpoint.port, "addresses": found}
    vpc = ecs.neighbours.vpc_of(task)
    for whole in candidates(ecs, task, name):
        addresses = ecs.neighbours.looked_up(vpc, whole)
        if addresses is not None:
            return {"name": whole, "by": "dns", "addresses": addresses}
    return {"name": name, "by": None, "addresses": []}


def candidates(ecs: Ecs, task: Task, name: str) -> list[str]:
    """The names that a resolver asks for: a name without dots in each domain that is searched."""
    if "." in name:
        return [name]
    return [f"{name}.{domain}" for domain in searched(ecs, task)]


def searched(ecs: Ecs, task: Task) -> list[str]:
    """The private namespaces that a container of the task has written into the file of the
    resolver, which the others share in an awsvpc task alone."""
    if not task.eni:
        return []
    domains = [one.name for one in ecs.neighbours.private_namespaces(ecs.neighbours.vpc_of(task))]
    written = [command_of(one) for one in task.containers if has_written(one)]
    return [one for one in domains if any(one in words for words in written)]


def command_of(container: Container) -> str:
    definition = container.definition
    return " ".join([*definition.get("entryPoint", []), *definition.get("command", [])])


def has_written(container: Container) -> bool:
    """Whether a container that pretends would have appended a search line by now."""
    command = command_of(container)
    return RESOLVER in command and "search" in command and container.exit_code == 0


def reach(ecs: Ecs, source: Task, target: Task, port: int) -> Json:
    passes, reason = ecs.neighbours.reach(source, target, port)
    return {"reachable": passes, "reason": reason}

"""In which networks real containers of a task look for names, and under which names others find
them there: those of Cloud Map's DNS and those of Service Connect."""

from __future__ import annotations

from collections.abc import Iterator

from ecscli.sandbox.ecs.model import Name, Task
from ecscli.sandbox.ecs.services import connect
from ecscli.sandbox.ecs.state import Ecs


def networks_of(ecs: Ecs, task: Task) -> tuple[str, ...]:
    """The private namespaces of the task's VPC, and the namespace in which its service connects."""
    vpc = ecs.neighbours.vpc_of(task)
    found = [str(one.id) for one in ecs.neighbours.private_namespaces(vpc)]
    namespace = connect_namespace(ecs, task)
    return (*found, connect_network(namespace)) if namespace else tuple(found)


def names_of(ecs: Ecs, task: Task) -> Iterator[Name]:
    """The names of a task that serves: registered and healthy, or behind an endpoint."""
    if not task.running or task.service is None:
        return
    yield from (Name(*one) for one in ecs.neighbours.dns_names(task))
    if connect_namespace(ecs, task) is None or not is_serving(task):
        return
    cluster, service = ecs.clusters[task.cluster], task.service
    for one in connect.offered(ecs, cluster, service, service.settings, task.definition):
        yield Name(connect_network(one.namespace), one.dns_name, one.container)


def is_serving(task: Task) -> bool:
    checked = any(one.checked and one.essential for one in task.containers)
    return not checked or task.health == "HEALTHY"


def connect_namespace(ecs: Ecs, task: Task) -> str | None:
    """The ARN of the namespace of Service Connect in which a task's service takes part."""
    if task.service is None:
        return None
    return connect.namespace_of(ecs, ecs.clusters[task.cluster], task.service.settings)


def connect_network(namespace_arn: str) -> str:
    return f"connect-{namespace_arn.rpartition('/')[2]}"
